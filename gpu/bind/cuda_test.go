//go:build cuda && linux

package bind_test

import (
	"testing"

	"hybrid/gpu"
	"hybrid/gpu/bind"
	"hybrid/mpi"
)

func TestRanksCUDA(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		b, err := bind.Ranks(c, bind.ModeOn, bind.Options{})
		if err != nil {
			return err
		}
		defer b.Close()
		uuids := map[string]int{}
		for i, r := range b.Ranks {
			if !r.Bound || r.Rank != i || r.Info.Kind != gpu.KindCUDA || r.Info.UUID == "" {
				t.Errorf("rank %d: %+v", i, r)
			}
			uuids[r.Info.UUID]++
		}
		if shared := len(uuids) < 3; c.Rank() == 0 && shared != (len(b.Warnings) > 0) {
			t.Errorf("%d devices for 3 ranks, warnings %q", len(uuids), b.Warnings)
		}
		return nil
	})
	if err != nil {
		if _, none := gpu.Open(0); none != nil {
			t.Skipf("NOT TESTED: %v", err)
		}
		t.Error(err)
	}
}
