package bound

import (
	"math"
	"slices"
	"testing"

	"hybrid/mpi"
)

func TestAMachineIsMeasuredOnce(t *testing.T) {
	cpu := func(threads int, cores ...int) Place { return Place{"", threads, cores} }
	gpu := func(uuid string) Place { return Place{uuid, 1, []int{0, 1}} }
	for _, c := range []struct {
		ranks []Place
		want  []int
	}{
		{[]Place{cpu(2, 0, 1)}, []int{1}},
		{[]Place{cpu(8, 0, 1)}, []int{1}},
		{[]Place{cpu(1, 0, 1), cpu(1, 0, 1), cpu(1, 0, 1)}, []int{1, 1, 0}},
		{[]Place{cpu(2, 0, 1), cpu(2, 2, 3), cpu(2, 2, 3)}, []int{1, 1, 0}},
		{[]Place{gpu("a"), gpu("b"), gpu("a"), cpu(2, 0, 1), cpu(2, 0, 1)}, []int{1, 1, 0, 1, 0}},
	} {
		if got := whoMeasures(c.ranks); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.ranks, got, c.want)
		}
	}
}

func TestSum(t *testing.T) {
	for _, c := range []struct {
		rates []float64
		want  float64
	}{
		{[]float64{1, 2, 4}, 7},
		{[]float64{1, 0, 4}, 0}, // one is not known, so the sum is not
		{[]float64{1, math.NaN(), 4}, 0},
		{[]float64{1, math.Inf(-1), 4}, 0},
	} {
		err := mpi.Run(3, func(comm *mpi.Comm) error {
			own := Place{Threads: 1, Cores: []int{comm.Rank()}}
			got, err := Sum(comm, own, func() (float64, error) { return c.rates[comm.Rank()], nil })
			if got != c.want {
				t.Errorf("rates %v: rank %d has %v, want %v", c.rates, comm.Rank(), got, c.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
