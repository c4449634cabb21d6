package model

import (
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// A block has more steps where every thread of every rank has many rows, and as many on all ranks.
func TestStepsOfABlock(t *testing.T) {
	for _, c := range []struct {
		size    []int
		threads []int // of each rank
		want    int
	}{
		{[]int{520, 40}, []int{1}, 32},
		{[]int{520, 40}, []int{2}, 32},
		{[]int{520, 40}, []int{3}, 16},
		{[]int{1040, 40}, []int{1, 1}, 32},
		{[]int{1040, 40}, []int{1, 3}, 16},
		{[]int{24, 20}, []int{1, 1}, 12},
		{[]int{16, 16, 16}, []int{1}, 8},
	} {
		sys := system(t, specOf(t, c.size, "euler", 0.1, "u = laplacian(u)"), ir.F64)
		err := mpi.Run(len(c.threads), func(comm *mpi.Comm) error {
			s, err := New[float64](sys, task.Place{Comm: comm, Threads: c.threads[comm.Rank()]}, Options{})
			if err != nil {
				return err
			}
			if s.block != c.want {
				t.Errorf("%v on threads %v: rank %d has blocks of %d steps, want %d", c.size, c.threads, comm.Rank(), s.block, c.want)
			}
			return s.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
