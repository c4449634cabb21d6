package heat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"hybrid/internal/disk"
	"hybrid/internal/disk/faulty"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/npy"
)

// TestWhatIsSavedIsTheFieldOfItsStep has steps done while the disk takes nothing: a
// checkpoint is of the step at which it was begun, the first one and those that use its
// memory again; and the last one, which may be written from where the field lies.
func TestWhatIsSavedIsTheFieldOfItsStep(t *testing.T) {
	const ny, nx = 61, 700
	for _, o := range []Options{{}, {Threads: 3}, {Rows: 3, Columns: 1}, {Rows: 1, Columns: 2}} {
		for _, last := range []bool{false, true} {
			ranks := max(o.Rows*o.Columns, 1)
			slow := make(chan struct{})
			held := "WriteAt" // of a copy; without one all is written while the run waits
			if last {
				held = "Sync"
			}
			restore := disk.Use(faulty.New(faulty.Fault{Call: held, Name: ".npy", Until: slow}))
			dir := t.TempDir()
			err := mpi.Runner{Ranks: ranks, Local: true}.Run(func(c *mpi.Comm) error {
				s, err := New[float64](c, Problem{NX: nx, NY: ny, Alpha: 0.1, DX: 0.1, DY: 0.2, DT: 0.01, Boundary: Neumann}, o)
				if err != nil {
					return err
				}
				defer s.Close()
				if err := s.Fill(func(i int, row []float64) error {
					for j := range row {
						row[j] = float64((i*31 + j*j*7) % 101)
					}
					return nil
				}); err != nil {
					return err
				}
				folder, err := checkpoint.Take(c, dir, checkpoint.Options{})
				if err != nil {
					return err
				}
				defer folder.Close()
				for k := range 3 {
					if err := s.Run(context.Background(), 5); err != nil {
						return err
					}
					w, err := folder.Begin(checkpoint.Header{Unit: "steps", Done: s.Step, All: 100, Params: json.RawMessage("[]")})
					if err != nil {
						return err
					}
					if last {
						w.Last()
					}
					want, err := wholeField(s)
					if err == nil {
						err = s.save(w)
					}
					if err == nil {
						err = w.State(0)
					}
					if err != nil {
						return err
					}
					folder.Seal(w)
					if err := s.Run(context.Background(), 5); err != nil {
						return err
					}
					if k == 0 {
						if !folder.Busy() && want != nil {
							return errors.New("the parts are written before the disk takes them")
						}
						if err := c.Barrier(); err != nil {
							return err
						}
						if c.Rank() == 0 {
							close(slow)
						}
					}
					if err := folder.Wait(); err != nil {
						return err
					}
					r, err := checkpoint.Open(c, folder.Last)
					if err != nil {
						return err
					}
					defer r.Close()
					a, err := checkpoint.Find[float64](r, fieldName, ny, nx)
					if err != nil {
						return err
					}
					lo, hi := s.wholeRows()
					got := make([]float64, (hi-lo)*nx)
					if err := checkpoint.Block(r, a, npy.Block{Row0: lo, Row1: hi, Col1: nx}, got); err != nil {
						return err
					}
					if !slices.Equal(got, want) {
						return fmt.Errorf("checkpoint %d of rank %d is not the field of step %d", k, c.Rank(), s.Step-5)
					}
				}
				return nil
			})
			restore()
			if err != nil {
				t.Errorf("%+v, last %v: %v", o, last, err)
			}
		}
	}
}

// wholeField is the rows that this rank sees whole. It is collective.
func wholeField(s *Solver[float64]) ([]float64, error) {
	var all []float64
	err := s.inOrder(func(_ int, row []float64) error {
		all = append(all, row...)
		return nil
	})
	return all, err
}
