package halo

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hybrid/mpi"
)

// Rows and Gather bring all cells to files and to one rank, and SetRows back.
func TestRows(t *testing.T) {
	for _, c := range trials(150) {
		var mu sync.Mutex
		seen := map[string]int{}
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			f := NewField[int64](g)
			row := func(act func(v *int64, want int64) error) func(at []int, values []int64) error {
				return func(at []int, values []int64) error {
					for k := range values {
						cell := slices.Clone(at)
						cell[len(cell)-1] += k
						want, ok := value(g, cell)
						if !ok {
							return fmt.Errorf("%v is beyond the grid", cell)
						}
						if err := act(&values[k], want); err != nil {
							return err
						}
					}
					return nil
				}
			}
			if err := f.SetRows(row(func(v *int64, want int64) error { *v = want; return nil })); err != nil {
				return err
			}
			if err := f.EachRow(row(func(v *int64, want int64) error {
				mu.Lock()
				defer mu.Unlock()
				seen[fmt.Sprint(want)]++
				if *v != want {
					return fmt.Errorf("%d, want %d", *v, want)
				}
				return nil
			})); err != nil {
				return err
			}
			root := comm.Size() - 1
			whole, err := f.Gather(root)
			for i, v := range whole {
				if v != int64(i)+1 {
					return fmt.Errorf("%d of the whole is %d", i, v)
				}
			}
			if comm.Rank() == root && len(whole) != g.All().Cells() {
				return fmt.Errorf("the whole has %d cells", len(whole))
			}
			return err
		})
		cells := 1
		for _, n := range c.size {
			cells *= n
		}
		if err == nil && len(seen) != cells {
			err = fmt.Errorf("%d of %d cells in rows", len(seen), cells)
		}
		for v, n := range seen {
			if n != 1 && err == nil {
				err = fmt.Errorf("cell %s in %d rows", v, n)
			}
		}
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// An error of one rank's row is every rank's, and nobody waits for ever.
func TestRowsFail(t *testing.T) {
	err := mpi.Run(4, func(comm *mpi.Comm) error {
		g, err := New(comm, []int{6, 6}, Options{Ranks: []int{2, 2}})
		if err != nil {
			return err
		}
		f := NewField[float32](g)
		for _, walk := range []func(func([]int, []float32) error) error{f.EachRow, f.SetRows} {
			err := walk(func(at []int, values []float32) error {
				if at[0] == 4 {
					return fmt.Errorf("row %d", at[0])
				}
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), "row 4") {
				return fmt.Errorf("rank %d got %v", comm.Rank(), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
