package mpi_test

import (
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/mpitest"
)

// suiteSizes is the full suite, less what the race detector makes slow.
func suiteSizes() mpitest.Sizes {
	if underRace {
		return mpitest.Sizes{LongBytes: 4 << 20, Requests: 1000}
	}
	return mpitest.Full
}

func TestLocalConformance(t *testing.T) {
	for _, ranks := range []int{1, 2, 3, 4, 7} {
		for _, check := range mpitest.Checks(suiteSizes()) {
			t.Run(fmt.Sprintf("%d ranks/%s", ranks, check.Name), func(t *testing.T) {
				if err := mpi.Run(ranks, check.Run); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
