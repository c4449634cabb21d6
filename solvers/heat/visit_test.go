package heat

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
)

// TestThreadsFillAndVisitEveryRowOnce, on grids that divide badly, whichever threads and
// ranks there are, on rows and on columns of ranks, and of strips that begin and end anywhere.
func TestThreadsFillAndVisitEveryRowOnce(t *testing.T) {
	t.Run("float64", fillAndVisit[float64])
	t.Run("float32", fillAndVisit[float32])
}

func fillAndVisit[T Real](t *testing.T) {
	value, cases := func(i, j int) T { return T(1000*i + j) }, shorttest.Every(7)
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, size := range [][2]int{{3, 3}, {7, 91}, {130, 67}, {517, 203}, {40000, 9}} {
			for _, o := range []Options{{}, {Threads: 2}, {Threads: 3, HaloDepth: 5}, {Threads: 2, Rows: 2, Columns: 1}, {Threads: 2, Rows: 1, Columns: 3}} {
				p := problem(size[0], size[1], b)
				ranks := max(o.Rows*o.Columns, 1)
				if o.Rows > p.NY-2 || o.Columns > p.NX-2 || cases.Skip() {
					continue
				}
				about := fmt.Sprintf("%d x %d, %v, %+v", p.NX, p.NY, b, o)
				var mu sync.Mutex
				filled, visited := make([]int, p.NY), make([]int, p.NY)
				err := mpi.Run(ranks, func(c *mpi.Comm) error {
					s, err := New[T](c, p, o)
					if err != nil {
						return err
					}
					defer s.Close()
					err = s.Fill(func(i int, row []T) error {
						mu.Lock()
						filled[i]++
						mu.Unlock()
						for j := range row {
							row[j] = value(i, j)
						}
						return nil
					})
					if err != nil {
						return err
					}
					return s.visit(func(thread, i int, row []T) error {
						mu.Lock()
						visited[i]++
						mu.Unlock()
						if thread < 0 || thread >= s.Threads() {
							return fmt.Errorf("thread %d of %d", thread, s.Threads())
						}
						for j, got := range row {
							// What the ring has follows from the boundary.
							if want := value(within(b, i, p.NY), within(b, j, p.NX)); got != want {
								return fmt.Errorf("%v at [%d, %d], want %v", got, i, j, want)
							}
						}
						return nil
					})
				})
				if err != nil {
					t.Fatalf("%s: %v", about, err)
				}
				once := slices.Repeat([]int{1}, p.NY)
				if !slices.Equal(filled, once) || !slices.Equal(visited, once) {
					t.Fatalf("%s: rows were filled %v and visited %v times", about, filled, visited)
				}
			}
		}
	}
}

// within is the row or column of the interior, of n with the ring, that one of the ring has
// the values of.
func within(b Boundary, i, n int) int {
	switch {
	case b == Neumann:
		return min(max(i, 1), n-2)
	case b == Periodic && i == 0:
		return n - 2
	case b == Periodic && i == n-1:
		return 1
	}
	return i
}

// TestTheFirstUnusableValueIsTheOneTold, whichever thread meets it.
func TestTheFirstUnusableValueIsTheOneTold(t *testing.T) {
	p := problem(9, 200, Dirichlet)
	for _, threads := range []int{1, 2, 3} {
		err := mpi.Run(1, func(c *mpi.Comm) error {
			s, err := New[float64](c, p, Options{Threads: threads})
			if err != nil {
				return err
			}
			return s.Fill(func(i int, row []float64) error {
				clear(row)
				if i%50 == 49 {
					row[i%7] = tooLarge[float64]() * float64(50-i)
				}
				return nil
			})
		})
		if err == nil || !strings.Contains(err.Error(), "is 9.7453") || !strings.Contains(err.Error(), "at [49, 0]") {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
}
