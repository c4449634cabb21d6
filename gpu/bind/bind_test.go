package bind_test

import (
	"strings"
	"testing"

	"hybrid/gpu/bind"
	"hybrid/mpi"
)

func TestRanks(t *testing.T) {
	for _, mode := range []bind.Mode{bind.ModeOff, bind.ModeSim} {
		err := mpi.Run(3, func(c *mpi.Comm) error {
			b, err := bind.Ranks(c, mode, bind.Options{})
			if err != nil {
				return err
			}
			defer b.Close()
			if (b.Device != nil) != (mode == bind.ModeSim) || b.Reason != "" || len(b.Warnings) > 0 || (len(b.Ranks) == 3) != (c.Rank() == 0) {
				t.Errorf("%s, rank %d: %+v", mode, c.Rank(), b)
			}
			for i, r := range b.Ranks {
				if r.Rank != i || r.Host != c.Host() || r.Bound != (mode == bind.ModeSim) || r.Bound && r.Info.Index != i {
					t.Errorf("%s, rank %d: %+v", mode, i, r)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	// Ranks of several modes, where an unknown one on the last stops all.
	modes := []bind.Mode{bind.ModeOff, bind.ModeSim, bind.ModeAuto}
	err := mpi.Run(3, func(c *mpi.Comm) error {
		b, err := bind.Ranks(c, modes[c.Rank()], bind.Options{})
		if err != nil {
			return err
		}
		defer b.Close()
		if c.Rank() < 2 && (b.Device != nil) != (c.Rank() == 1) {
			t.Errorf("rank %d of %v: %+v", c.Rank(), modes, b)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	modes[2] = "perhaps"
	err = mpi.Run(3, func(c *mpi.Comm) error {
		b, err := bind.Ranks(c, modes[c.Rank()], bind.Options{})
		if err == nil {
			b.Close()
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), `"perhaps"`) {
		t.Errorf("a mode that is none: %v", err)
	}
}
