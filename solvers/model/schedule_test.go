package model

import (
	"testing"

	"hybrid/solvers/model/ir"
)

// TestVersionsShareBuffers counts the slabs that a block of steps needs: with a reach of one, two buffers
// for all versions, as long as the last version is behind the first.
func TestVersionsShareBuffers(t *testing.T) {
	for _, c := range []struct {
		rules                  []string
		steps, slabs           int
		wantBuffers, wantSlabs int
	}{
		{[]string{"u = laplacian(u)"}, 2, 1, 1, 3},
		{[]string{"u = laplacian(u)"}, 16, 1, 2, 17 + 15},
		{[]string{"u = laplacian(u)"}, 16, 4, 2, 20 + 18},
		{[]string{"u = laplacian(u) - u*v", "v = u*v"}, 16, 1, 4, 17 + 15 + 16 + 14},
	} {
		sc := system(t, specOf(t, []int{50, 50}, "euler", 0.1, c.rules...), ir.F64).newSchedule(c.steps, c.slabs)
		slabs := 0
		for _, b := range sc.buffers {
			slabs += b.slabs
		}
		if len(sc.buffers) != c.wantBuffers || slabs != c.wantSlabs {
			t.Errorf("%q, %d steps: %d buffers with %d slabs, want %d with %d", c.rules, c.steps, len(sc.buffers), slabs, c.wantBuffers, c.wantSlabs)
		}
	}
}
