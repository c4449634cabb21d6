package model

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/npy"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// writeArray writes a file of float64.
func writeArray(t *testing.T, path string, values []float64, shape ...int) {
	t.Helper()
	h, err := npy.NewHeader(npy.DTypeOf[float64](), shape...)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := h.Start(f); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteBlock(f, h, npy.Block{Row1: shape[0], Col1: len(values) / shape[0]}, values); err != nil {
		t.Fatal(err)
	}
}

// TestLimitOfCoefficientsFromFiles finds the limit that a formula with the same values has, and of noise
// one, on any number of ranks, ghost cells of the coefficient among what it depends on.
func TestLimitOfCoefficientsFromFiles(t *testing.T) {
	dir := t.TempDir()
	var values []float64
	for y := range 7 {
		for x := range 9 {
			values = append(values, 1+float64((x*5+y*3)%11)/8)
		}
	}
	values[4*9+8] = 7 // in the last column, whose neighbour is a ghost cell
	path := filepath.Join(dir, "k.npy")
	writeArray(t, path, values, 7, 9)
	model := func(rule, field string) *Spec {
		s, err := Read("m.toml", fmt.Sprintf(`
			[grid]
			size = [7, 9]
			[fields]
			u = "x"
			k = %q
			[equations]
			u = %q
			[boundary]
			u.y = "periodic"
			[time]
			dt = "auto"
			end = 1`, field, rule))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	least := 1.0
	for i := range values {
		least = min(least, noise(ir.F64, 1, uint64(i)))
	}
	for _, c := range []struct {
		rule, field string
		want        float64
	}{
		{"k*laplacian(u)", path, 2 / (8 * 7.)},
		{"divergence(k, u)", path, 1 / ((7 + 7 + 1.375 + 7 + 1.625 + 7 + 1 + 7) / 2)}, // of the mean of k at each face: beyond the last column it is 7 too
		{"k*laplacian(u)", "3 - noise(1)", 2 / (8 * (3 - least))},
	} {
		for ranks := 1; ranks <= 5; ranks++ {
			err := mpi.Run(ranks, func(comm *mpi.Comm) error {
				sys, err := model(c.rule, c.field).systemOn(ir.F32, &task.Place{Comm: comm, Threads: 2})
				if err != nil {
					return err
				}
				if l := sys.Limit; !(l.DT > 0.999*c.want && l.DT < 1.001*c.want) || !l.Linear || l.Sampled || sys.DT > 0.9*l.DT {
					t.Errorf("%s, %s, %d ranks: %v, dt %v, want %.4g", c.rule, c.field, ranks, l, sys.DT, c.want)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
	for field, want := range map[string]string{
		filepath.Join(dir, "none.npy"): "none.npy",
		"dt*noise(1)":                  "dt has no value here: dt = \"auto\" depends on this formula",
		"noise(1)/(x - 2.5)":           "a coefficient in the rule of u is +Inf at [0 2] (row, column; x = 2.5, y = 0.5)",
	} {
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			_, err := model("k*laplacian(u)", field).systemOn(ir.F64, &task.Place{Comm: comm, Threads: 1})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", field, err, want)
		}
	}
}
