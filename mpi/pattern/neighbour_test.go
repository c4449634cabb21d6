package pattern_test

import (
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/pattern"
)

// TestPipeline appends each rank's mark to every part.
func TestPipeline(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		p, r := e.Size(), e.Rank()
		for _, n := range []int{0, 1, 7} {
			parts := pattern.Equal(p, n)
			buf, want := make([]byte, n*p), make([]byte, n*p)
			seen := 0
			err := pattern.Pipeline(e, buf, parts, func(part pattern.Span) error {
				if part != parts[seen] {
					return fmt.Errorf("part %d is %+v, want %+v", seen, part, parts[seen])
				}
				seen++
				for i := range r {
					if part.Of(buf)[i] != byte(i+1) {
						return fmt.Errorf("stage %d comes before stage %d", r, i)
					}
				}
				part.Of(buf)[r] = byte(r + 1)
				return nil
			})
			if err != nil {
				return err
			}
			for i := range want {
				if i%p <= r {
					want[i] = byte(i%p + 1)
				}
			}
			if err := same("pipeline", buf, want); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestHaloExchange has every rank send its number, the dimension and the
// direction to its neighbours on all grids, open and closed.
func TestHaloExchange(t *testing.T) {
	for p := 1; p <= 9; p++ {
		for dims := 1; dims <= 3; dims++ {
			for _, closed := range []bool{false, true} {
				err := mpi.Run(p, func(c *mpi.Comm) error {
					e, free, err := c.Endpoint()
					if err != nil {
						return err
					}
					periodic := make([]bool, dims)
					for d := range periodic {
						periodic[d] = closed
					}
					g, err := c.Cart(mpi.Dims(p, dims), periodic)
					if err != nil {
						return err
					}
					sides := make([]pattern.Side, dims)
					for d := range sides {
						low, high := g.Shift(d, 1)
						me := byte(10 * c.Rank())
						sides[d] = pattern.Side{Low: low, High: high,
							SendLow: []byte{me, byte(d), 'l'}, SendHigh: []byte{me, byte(d), 'h'},
							RecvLow: make([]byte, 3), RecvHigh: make([]byte, 3)}
					}
					if err := pattern.HaloExchange(e, sides...); err != nil {
						return err
					}
					for d, s := range sides {
						for _, side := range []struct {
							from int
							got  []byte
							mark byte
						}{{s.Low, s.RecvLow, 'h'}, {s.High, s.RecvHigh, 'l'}} {
							want := make([]byte, 3)
							if side.from >= 0 {
								want = []byte{byte(10 * side.from), byte(d), side.mark}
							}
							if err := same(fmt.Sprintf("halo along %d of rank %d from %d", d, c.Rank(), side.from), side.got, want); err != nil {
								return err
							}
						}
					}
					return free()
				})
				if err != nil {
					t.Errorf("%d ranks, %d dimensions, closed %v: %v", p, dims, closed, err)
				}
			}
		}
	}
}

// TestPair exchanges long messages between neighbours, an odd one left out.
func TestPair(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		other := e.Rank() ^ 1
		if other >= e.Size() {
			return nil
		}
		for _, n := range append(lengths, 1<<20) {
			got := make([]byte, n)
			if err := pattern.Pair(e, data(e.Rank(), n), got, other); err != nil {
				return err
			}
			if err := same("pair", got, data(other, n)); err != nil {
				return err
			}
		}
		return nil
	})
}
