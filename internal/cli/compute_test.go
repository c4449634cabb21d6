package cli

import (
	"testing"
	"weak"
)

// TestGarbageOfTheStart is collected before the run begins.
func TestGarbageOfTheStart(t *testing.T) {
	var left weak.Pointer[[1 << 10]int]
	ran := false
	_, err := oneRank(t, &writing{
		prepare: func() { left = weak.Make(new([1 << 10]int)) },
		run: func() {
			if ran = true; left.Value() != nil {
				t.Error("the run begins with garbage of Prepare")
			}
		},
	})
	if err != nil || !ran {
		t.Errorf("error %v, ran %v", err, ran)
	}
}
