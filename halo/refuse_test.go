package halo

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hybrid/mpi"
)

// What cannot be cut is refused, on all ranks and in words.
func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		ranks int
		size  []int
		o     Options
		want  string
	}{
		{2, nil, Options{}, "a grid of 0 dimensions: want 1 to 3"},
		{2, []int{2, 2, 2, 2}, Options{}, "a grid of 4 dimensions"},
		{1, []int{4, 0}, Options{}, "0 cells along dimension 1"},
		{1, []int{4, 4}, Options{Ranks: []int{1}}, "want one for each of 2 dimensions"},
		{1, []int{4}, Options{Depth: -1}, "depth -1"},
		{1, []int{4}, Options{Ranks: []int{-1}}, "-1 parts along dimension 0"},
		{6, []int{9, 9}, Options{Ranks: []int{2, 2}}, "2 x 2 ranks are 4, but there are 6"},
		{6, []int{9, 9}, Options{Ranks: []int{4, 0}}, "6 ranks are no multiple of the 4 parts"},
		{4, []int{7}, Options{Ranks: []int{4}, Depth: 2}, "part 3 of 4 along dimension 0 has 1 of its 7 cells, fewer than the depth 2"},
		{4, []int{3, 3}, Options{Depth: 2}, "a grid of 3 x 3 cells has no 4 parts that are at least 2 cells thick"},
		{1, []int{2}, Options{Periodic: []bool{true}, Depth: 3}, "part 0 of 1 along dimension 0 has 2 of its 2 cells, fewer than the depth 3"},
		{2, []int{4}, Options{Cuts: [][]int{{0, 5}}}, "1 ranks are 1, but there are 2"},
		{2, []int{4}, Options{Cuts: [][]int{{0, 3, 2}}}, "cuts [0 3 2] do not divide 4 cells"},
	} {
		errs := make([]error, c.ranks)
		if err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			_, errs[comm.Rank()] = New(comm, c.size, c.o)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for rank, err := range errs {
			thin := strings.Contains(c.want, "thick") || strings.Contains(c.want, "fewer than")
			if err == nil || !strings.Contains(err.Error(), c.want) || rank == 0 && errors.As(err, new(*ThinError)) != thin {
				t.Errorf("%d ranks, %v, %+v: rank %d has error %v, want %q", c.ranks, c.size, c.o, rank, err, c.want)
			}
		}
	}
}

// Ranks that ask for different grids all hear of it.
func TestRefuseUnlike(t *testing.T) {
	errs := make([]error, 3)
	if err := mpi.Run(3, func(c *mpi.Comm) error {
		_, errs[c.Rank()] = New(c, []int{30}, Options{Depth: 1 + c.Rank()/2})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for rank, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "different grids") {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}

// The parts have the least surface, and keep rows whole where that is equal.
func TestRanks(t *testing.T) {
	for _, c := range []struct {
		size     []int
		n, depth int
		want     []int
	}{
		{[]int{100}, 7, 1, []int{7}},
		{[]int{100, 100}, 1, 1, []int{1, 1}},
		{[]int{100, 100}, 2, 1, []int{2, 1}},
		{[]int{100, 100}, 4, 1, []int{2, 2}},
		{[]int{100, 100}, 12, 1, []int{6, 2}},
		{[]int{1000, 10}, 12, 1, []int{12, 1}},
		{[]int{10, 1000}, 12, 1, []int{1, 12}},
		{[]int{10, 1000}, 12, 6, []int{1, 12}},
		{[]int{64, 64, 64}, 8, 1, []int{2, 2, 2}},
		{[]int{64, 64, 64}, 12, 2, []int{3, 2, 2}},
		{[]int{3, 64, 64}, 4, 3, []int{1, 2, 2}},
	} {
		got, err := Ranks(c.size, c.n, Options{Depth: c.depth})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Ranks(%v, %d, %d) = %v, %v, want %v", c.size, c.n, c.depth, got, err, c.want)
		}
	}
}
