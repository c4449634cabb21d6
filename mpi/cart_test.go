package mpi_test

import (
	"slices"
	"testing"

	"hybrid/mpi"
)

func TestDims(t *testing.T) {
	for _, test := range []struct {
		n, nd int
		want  []int
	}{
		{1, 1, []int{1}}, {1, 3, []int{1, 1, 1}}, {6, 2, []int{3, 2}}, {7, 2, []int{7, 1}}, {12, 2, []int{4, 3}},
		{16, 2, []int{4, 4}}, {24, 3, []int{4, 3, 2}}, {36, 2, []int{6, 6}}, {60, 3, []int{5, 4, 3}}, {64, 3, []int{4, 4, 4}},
		{97, 3, []int{97, 1, 1}}, {100, 1, []int{100}},
	} {
		if got := mpi.Dims(test.n, test.nd); !slices.Equal(got, test.want) {
			t.Errorf("Dims(%d, %d) = %v, want %v", test.n, test.nd, got, test.want)
		}
	}
}
