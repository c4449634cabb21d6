package heat

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// TestADeviceIsLostWhereRowsMove, when the rank gives up its old memory and gets none on the device.
func TestADeviceIsLostWhereRowsMove(t *testing.T) {
	var broken atomic.Bool
	damaged := &gpu.Error{Call: "cuMemAlloc", Code: 214, Name: "CUDA_ERROR_ECC_UNCORRECTABLE"}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		p := Statement(&task.Common{}).(*statement)
		o := &option.Set{}
		o.Group("Problem")
		p.Declare(o)
		if err := o.Parse([]string{"--nx", "40", "--ny", "40", "--steps", "100"}, func(string) string { return "" }); err != nil {
			return err
		}
		checker := &task.Checker{Set: o}
		if p.Check(checker); checker.Err != nil {
			return checker.Err
		}
		j := &task.Job{Place: task.Place{Comm: c, Threads: 1}}
		j.Device = gpu.Sim(gpu.SimOptions{Index: c.Rank(), Fail: func(call string) error {
			if call == damaged.Call && broken.Load() {
				return damaged
			}
			return nil
		}})
		x, err := p.Open(context.Background(), j)
		if err != nil {
			return err
		}
		defer x.Close()
		s := x.(*run[float64]).solver
		s.balance.on = true
		if c.Rank() == 0 {
			unrest(s, 1)
		} else {
			s.balance.left = 3
		}
		if err := x.Prepare(context.Background()); err != nil {
			return err
		}
		broken.Store(true)
		_, err = x.Run(context.Background(), task.Unchecked)
		return err
	})
	var lost *gpu.LostError
	if !errors.As(err, &lost) {
		t.Errorf("error %v, want one of a lost device", err)
	}
}
