package problem

import (
	"path/filepath"
	"testing"

	"hybrid/npy"
)

func TestWrite(t *testing.T) {
	const n = 12 // the disc's centre is (5, 5), its radius 2
	file := filepath.Join(t.TempDir(), "field.npy")
	if err := Write(file, n); err != nil {
		t.Fatal(err)
	}
	r, err := npy.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := make([]float64, (n+2)*(n+2))
	if err := npy.ReadBlock(r, r.RowRange(0, n+2), got, npy.Exact); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		i, j int
		want float64
	}{
		{0, 0, 85}, {0, n + 1, 85}, {n + 1, 0, 5}, {n + 1, n + 1, 5}, // corners belong to rows
		{1, 0, 20}, {n, 0, 20}, {1, n + 1, 70}, {n, n + 1, 70},
		{5, 5, 5}, {5, 6, 5}, {6, 6, 5}, {5, 7, 65}, {3, 5, 65}, {12, 12, 65},
	} {
		if got := got[c.i*(n+2)+c.j]; got != c.want {
			t.Errorf("row %d, column %d: %g, want %g", c.i, c.j, got, c.want)
		}
	}
}
