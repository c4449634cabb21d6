package model

import (
	"testing"

	"hybrid/solvers/model/ir"
)

// TestVersionsShareBuffers counts the slabs that a block of steps needs: with a reach of one, two buffers
// for all versions, as long as the last version is behind the first. Leapfrog, where two steps are read, needs three,
// and none for the copy.
func TestVersionsShareBuffers(t *testing.T) {
	for _, c := range []struct {
		scheme                 string
		rules                  []string
		steps, slabs           int
		wantBuffers, wantSlabs int
	}{
		{"euler", []string{"u = laplacian(u)"}, 2, 1, 1, 3},
		{"euler", []string{"u = laplacian(u)"}, 16, 1, 2, 17 + 15},
		{"euler", []string{"u = laplacian(u)"}, 16, 4, 2, 20 + 18},
		{"euler", []string{"u = laplacian(u) - u*v", "v = u*v"}, 16, 1, 4, 17 + 15 + 16 + 14},
		{"", []string{"u = 2*u - old + laplacian(u)", "old = u"}, 16, 1, 3, 16 + 15 + 14},
	} {
		sc := system(t, specOf(t, []int{50, 50}, c.scheme, 0.1, c.rules...), ir.F64).newSchedule(c.steps, c.slabs, true)
		slabs := 0
		for _, b := range sc.buffers {
			slabs += b.slabs
		}
		if len(sc.buffers) != c.wantBuffers || slabs != c.wantSlabs {
			t.Errorf("%q, %d steps: %d buffers with %d slabs, want %d with %d", c.rules, c.steps, len(sc.buffers), slabs, c.wantBuffers, c.wantSlabs)
		}
	}
}
