package task

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"hybrid/mpi"
)

func TestAMachineIsMeasuredOnce(t *testing.T) {
	cpu := func(threads int, cores ...int) claim { return claim{"", threads, cores} }
	gpu := func(uuid string) claim { return claim{uuid, 1, []int{0, 1}} }
	for _, c := range []struct {
		ranks []claim
		want  []int
	}{
		{[]claim{cpu(2, 0, 1)}, []int{1}},
		{[]claim{cpu(8, 0, 1)}, []int{1}},
		{[]claim{cpu(1, 0, 1), cpu(1, 0, 1), cpu(1, 0, 1)}, []int{1, 1, 0}},
		{[]claim{cpu(2, 0, 1), cpu(2, 2, 3), cpu(2, 2, 3)}, []int{1, 1, 0}},
		{[]claim{gpu("a"), gpu("b"), gpu("a"), cpu(2, 0, 1), cpu(2, 0, 1)}, []int{1, 1, 0, 1, 0}},
	} {
		if got := whoMeasures(c.ranks); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.ranks, got, c.want)
		}
	}
}

func TestBest(t *testing.T) {
	noMemory := errors.New("cannot allocate memory")
	for _, c := range []struct {
		rates  []float64
		broken error // on rank 1
		want   float64
	}{
		{[]float64{1, 2, 4}, nil, 7},
		{[]float64{1, 0, 4}, nil, 0}, // one is not known, so the sum is not
		{[]float64{1, math.NaN(), 4}, nil, 0},
		{[]float64{1, math.Inf(-1), 4}, nil, 0},
		{[]float64{1, 2, 4}, noMemory, 0},
	} {
		err := mpi.Run(3, func(comm *mpi.Comm) error {
			takesPart, err := measures(comm, claim{Threads: 1, Cores: []int{comm.Rank()}})
			if err != nil {
				return err
			}
			got, err := total(context.Background(), comm, takesPart, func() (float64, error) {
				if comm.Rank() == 1 {
					return c.rates[1], c.broken
				}
				return c.rates[comm.Rank()], nil
			})
			if got != c.want {
				t.Errorf("rates %v, %v: rank %d has %v, want %v", c.rates, c.broken, comm.Rank(), got, c.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNothingIsMeasuredAfterTheEnd has one rank whose run has ended.
func TestNothingIsMeasuredAfterTheEnd(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()
	err := mpi.Run(2, func(comm *mpi.Comm) error {
		ctx := context.Background()
		if comm.Rank() == 0 { // which measures where there is one core alone
			ctx = ended
		}
		own := Place{Comm: comm, Threads: 1}
		got, err := own.Best(ctx, func() (float64, error) {
			if comm.Rank() == 0 {
				t.Error("measured")
			}
			return 1, nil
		})
		if got != 0 || err != nil {
			t.Errorf("rank %d: the sum is %v, %v", comm.Rank(), got, err)
		}
		if got, err := own.Bandwidth(ctx, Always); got.Rate != 0 || err != nil {
			t.Errorf("rank %d: the bandwidth is %v, %v", comm.Rank(), got, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
