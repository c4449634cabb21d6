package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// TestVerdictsTogether are of a plain loop and of the model's checks: the one that fails comes
// first, and both are told.
func TestVerdictsTogether(t *testing.T) {
	loop, checks := task.Right("loop"), task.Wrong("checks")
	for _, c := range []struct {
		a, b   task.Verdict
		answer task.Answer
		detail string
	}{
		{loop, task.Right("checks"), task.Yes, "loop; checks"},
		{loop, checks, task.No, "checks; loop"},
		{task.Wrong("loop"), checks, task.No, "loop; checks"},
		{task.Unknown("loop"), checks, task.No, "checks; loop"},
		{task.Unknown("loop"), task.Right("checks"), task.Unknown("").Answer, "loop; checks"},
	} {
		if got := together(c.a, &c.b); got.Answer != c.answer || got.Detail != c.detail {
			t.Errorf("%v and %v: %v", c.a, c.b, *got)
		}
	}
}

// TestVerifyFindsOneBit in any rank's part, and says where, of a whole run and of one that went on.
func TestVerifyFindsOneBit(t *testing.T) {
	sys := testSystem(3, ir.F32, [3]bool{false, true, false})
	sys.Steps = 3
	for _, at := range [][3]int{{-1, 0, 0}, {8, 12, 18}, {4, 6, 9}} {
		for _, began := range []int{0, 1} {
			err := mpi.Run(4, func(c *mpi.Comm) error {
				r := &run[float32]{job: &task.Job{Place: task.Place{Comm: c, Threads: 1}}, sys: sys, steps: 3, began: began}
				var err error
				if r.solver, err = New[float32](sys, r.job.Place, Options{}); err != nil {
					return err
				}
				defer r.solver.Close()
				if err := errors.Join(r.solver.Prepare(), r.solver.Advance(context.Background(), began)); err != nil {
					return err
				}
				if began > 0 {
					r.resumed, r.restored = &saved{}, map[int][]float32{}
					for _, f := range sys.evolved() {
						r.restored[f] = r.own(r.solver.Field(f))
					}
				}
				if err := r.solver.Advance(context.Background(), 3-began); err != nil {
					return err
				}
				f, own := r.solver.Field(1), r.solver.Grid().Own()
				mine := true
				for d := range at {
					mine = mine && own.Lo[d] <= at[d] && at[d] < own.Hi[d]
				}
				if mine {
					x := &f.Data[f.Index(at[:]...)]
					*x = math.Float32frombits(math.Float32bits(*x) ^ 1)
				}
				v, err := r.verify(context.Background())
				want := map[bool]string{
					true:  map[bool]string{true: "2 steps since the checkpoint of step 1 again", false: "all 3 steps again"}[began > 0] + " by a plain loop, 4446 values with the same bits",
					false: fmt.Sprintf("w at %v is ", at),
				}[at[0] < 0]
				if (v.Answer == task.Yes) != (at[0] < 0) || !strings.HasPrefix(v.Detail, want) {
					t.Errorf("%v flipped, rank %d: %v, want %s", at, c.Rank(), v, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
}

// TestWhatRanIsTold where machine code is not to be had: here that of another architecture.
func TestWhatRanIsTold(t *testing.T) {
	foreign := simd.NEON
	if runtime.GOARCH == "arm64" {
		foreign = simd.AVX2
	}
	err := mpi.Run(1, func(c *mpi.Comm) error {
		j := &task.Job{Place: task.Place{Comm: c, Threads: 1, ISA: foreign}}
		p := &statement{Common: &task.Common{DType: "f64"}, models: []string{"room"}, Steps: 1, stepsGiven: true, Emit: "nothing"}
		x, err := p.Open(context.Background(), j)
		if err != nil {
			return err
		}
		defer x.Close()
		if err := x.Prepare(context.Background()); err != nil {
			return err
		}
		r, err := x.Run(context.Background(), task.Unchecked)
		if r.ISA != simd.Go {
			t.Errorf("it ran by %v, want go", r.ISA)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRowsAreCutWhereTheyAreLong and no checkpoint wants them whole.
func TestRowsAreCutWhereTheyAreLong(t *testing.T) {
	for _, c := range []struct {
		size  []int
		ranks int
		want  []int
	}{
		{[]int{64, 64, 64}, 8, []int{4, 2, 1}}, {[]int{64, 64, 64}, 4, []int{2, 2, 1}}, {[]int{8, 8, 512}, 8, []int{1, 1, 8}}, {[]int{3, 3, 512}, 8, []int{1, 1, 8}},
	} {
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			r := &run[float64]{job: &task.Job{Place: task.Place{Comm: comm}}, spec: &Spec{Size: c.size}, sys: testSystem(3, ir.F64, [3]bool{})}
			if got := r.ranks(); !slices.Equal(got, c.want) {
				t.Errorf("%v on %d ranks: %v, want %v", c.size, c.ranks, got, c.want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
