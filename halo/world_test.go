package halo

import (
	"fmt"
	"testing"

	"hybrid/mpi"
)

// Exchanges and rows on the ranks there are: one here, those of a launcher where one
// started the test.
func TestWorld(t *testing.T) {
	err := mpi.Run(0, func(c *mpi.Comm) error {
		for _, o := range []struct {
			size     []int
			periodic []bool
			depth    int
		}{
			{[]int{61}, []bool{true}, 4}, {[]int{25, 37}, []bool{false, true}, 3}, {[]int{24, 24}, []bool{true, true}, 2}, {[]int{13, 17, 12}, []bool{true, false, true}, 2},
		} {
			g, err := New(c, o.size, Options{Periodic: o.periodic, Depth: o.depth})
			if err != nil {
				return err
			}
			f := NewField[int64](g)
			f.Fill(func(at []int) int64 { v, _ := value(g, at); return v })
			if err := f.Update(func(Box) {}); err != nil {
				return err
			}
			if err := wantHalo(f); err != nil {
				return fmt.Errorf("%+v on %v: %w", o, g.Ranks(), err)
			}
			cells := []int64{0}
			if err := f.EachRow(func(at []int, values []int64) error {
				first, _ := value(g, at)
				for k, v := range values {
					if v != first+int64(k) {
						return fmt.Errorf("%+v on %v: row %v has %d at %d", o, g.Ranks(), at, v, k)
					}
				}
				cells[0] += int64(len(values))
				return nil
			}); err != nil {
				return err
			}
			if err := mpi.Allreduce(c, cells, cells, mpi.Sum); err != nil {
				return err
			}
			if cells[0] != int64(g.All().Cells()) {
				return fmt.Errorf("%+v on %v: rows with %d cells", o, g.Ranks(), cells[0])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
