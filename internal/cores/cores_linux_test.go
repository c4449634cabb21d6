package cores

import (
	"slices"
	"testing"
)

func TestMembers(t *testing.T) {
	if got, want := members([]uint64{1<<63 | 1, 0, 6}), []int{0, 63, 129, 130}; !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
}
