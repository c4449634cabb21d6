package heat

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// A restless arbiter moves rows anywhere, at any time.
type restless struct {
	planner
	rng   *rand.Rand
	moves int
	rows  int // that moved
	part  Partition
}

func (a *restless) hear(stretch) order { return order{ask: a.rng.IntN(5) > 0} }

func (a *restless) settle([]int) order {
	n, ranks := a.problem.NY-2, len(a.workers)
	part := make(Partition, ranks+1)
	part[0], part[ranks] = 1, n+1
	for r := 1; r < ranks; r++ {
		part[r] = 1 + a.rng.IntN(n+1)
	}
	slices.Sort(part)
	for i := 1; i <= n; i++ {
		if part.Owner(i) != a.part.Owner(i) {
			a.rows++
		}
	}
	a.moves++
	a.part = part
	o := order{part: part}
	o.depth, _ = a.depth(part)
	_, o.plain = a.devices(part)
	o.next = 1 + a.rng.IntN(12)
	return o
}

func (a *restless) moved(time.Duration) {}

// unrest gives rank 0 a restless arbiter, and every rank a first checkpoint.
func unrest[T Real](s *Solver[T], seed uint64) *restless {
	s.balance.on, s.balance.left = true, 3
	a := &restless{rng: rand.New(rand.NewPCG(seed, 1)), part: s.Partition}
	a.problem, a.options = s.Problem, s.options
	a.workers = make([]worker, s.comm.Size())
	for r := range a.workers {
		a.workers[r] = worker{threads: s.threads, cost: 1e-6}
	}
	s.balance.arbiter = a
	return a
}

// TestMovedRowsSameBits moves rows at random steps to random ranks, none to some, and
// compares with the plain solver and what Costs says with what moved.
func TestMovedRowsSameBits(t *testing.T) {
	t.Run("float64", movedRowsSameBits[float64])
	t.Run("float32", movedRowsSameBits[float32])
}

func movedRowsSameBits[T Real](t *testing.T) {
	d := newDevices(t, 5)
	rng := rand.New(rand.NewPCG(23, 5))
	cases := shorttest.Every(11)
	isas := simd.Available()
	mixes := map[string]func(int) bool{"processors": func(int) bool { return false }, "both": func(r int) bool { return r%2 == 1 }}
	for _, boundary := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, g := range [][2]int{{3, 3}, {5, 4}, {17, 40}, {101, 53}, {263, 200}} {
			p := problem(g[0], g[1], boundary)
			u := randomField[T](p, uint64(g[1]))
			steps := 70
			var want []T
			for _, ranks := range []int{1, 2, 3, 5} {
				for mix, has := range mixes {
					if mix == "both" && g[0] > 17 || g[0] > 101 && ranks != 3 || cases.Skip() {
						continue
					}
					if want == nil {
						want = naive(p, u, steps)
					}
					seed := rng.Uint64()
					o := Options{Threads: 1 + rng.IntN(3)}
					if rng.IntN(3) == 0 {
						o.HaloDepth = 1 + rng.IntN(12)
					}
					what := fmt.Sprintf("%v %v %s, %d ranks, threads %d depth %d seed %d", boundary, g, mix, ranks, o.Threads, o.HaloDepth, seed)
					got := make([]T, len(u))
					var mu sync.Mutex
					err := d.run(ranks, has, o, func(c *mpi.Comm, o Options) error {
						o.ISA = isas[c.Rank()%len(isas)]
						o.Partition = Even(p.NY, ranks)
						s, err := New[T](c, p, o)
						if err != nil {
							return err
						}
						defer func() { s.Close() }()
						a := unrest(s, seed)
						for r := range a.workers {
							a.workers[r].device = has(r)
						}
						field := s.Field
						if err := s.Fill(func(i int, row []T) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
							return err
						}
						for _, n := range []int{31, 0, 1, 38} {
							if err := s.Run(context.Background(), n); err != nil {
								return err
							}
						}
						costs := s.Costs()
						if c.Rank() == 0 && (costs.Moves != a.moves || costs.RowsMoved != a.rows || a.moves == 0) {
							t.Errorf("%s: %d moves of %d rows, want %d of %d, some", what, costs.Moves, costs.RowsMoved, a.moves, a.rows)
						}
						if s.Step != steps || field != s.Field || costs.FieldBytes != s.engine.Bytes() {
							t.Errorf("%s: step %d, field %p, was %p, %d bytes", what, s.Step, s.Field, field, costs.FieldBytes)
						}
						mu.Lock()
						defer mu.Unlock()
						for lo, hi := s.Rows(); lo < hi; lo++ {
							if err := field.Row(lo, got[lo*p.NX:(lo+1)*p.NX]); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					for i := range want {
						if got[i] != want[i] {
							t.Fatalf("%s: [%d, %d] is %v, want %v", what, i/p.NX, i%p.NX, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

// TestMovedRowsVerify verifies a run while rows move, before its last steps and in
// them.
func TestMovedRowsVerify(t *testing.T) {
	p := problem(150, 140, Neumann)
	for _, steps := range []int{20, 60} {
		moves := 0
		err := onRanks(p, 3, Options{Partition: Even(p.NY, 3)}, func(c *mpi.Comm, s *Solver[float64]) error {
			if steps == 60 {
				inWindows(s)
			}
			a := unrest(s, 9)
			u := randomField[float64](p, 2)
			if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
				return err
			}
			v, err := s.RunVerified(context.Background(), steps)
			if err == nil && v.Answer != task.Yes {
				t.Errorf("%d steps: %s", steps, v.Detail)
			}
			if c.Rank() == 0 {
				moves = a.moves
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if moves < 2 {
			t.Errorf("%d steps: %d moves", steps, moves)
		}
	}
}

// TestMoveStopsWithItsContext ends the context where rank 0 decides on a move.
func TestMoveStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := onRanks(problem(50, 50, Periodic), 3, Options{Partition: Even(50, 3)}, func(c *mpi.Comm, s *Solver[float64]) error {
		a := &cancelling{restless: unrest(s, 4), cancel: cancel}
		s.balance.arbiter = a
		return s.Run(ctx, 1_000_000_000)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

type cancelling struct {
	*restless
	cancel func()
}

func (a *cancelling) settle(most []int) order {
	o := a.restless.settle(most)
	if a.moves == 3 {
		a.cancel()
	}
	return o
}

// TestForget gives back the memory of rows one after the other, and reads what is
// left.
func TestForget(t *testing.T) {
	p := problem(900, 600, Dirichlet)
	row, want := make([]float64, p.NX), make([]float64, p.NX)
	err := onRanks(p, 3, Options{Threads: 2, Partition: Even(p.NY, 3)}, func(c *mpi.Comm, s *Solver[float64]) error {
		u := randomField[float64](p, 1)
		if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
			return err
		}
		if c.Rank() != 1 {
			return nil
		}
		h := s.engine.(*host[float64])
		lo, hi := s.Rows()
		for before := lo; before <= hi; before += 13 {
			if before > lo {
				h.forget(before-13, before)
			}
			for i := before; i < hi; i++ {
				copy(want, u[i*p.NX:])
				if err := s.Row(i, row); err != nil || !slices.Equal(row, want) {
					t.Errorf("row %d is another after those before %d were given back, error %v", i, before, err)
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMoreRanksThanRowsAreNotDividedAnew has ranks that are idle whatever their speed.
func TestMoreRanksThanRowsAreNotDividedAnew(t *testing.T) {
	for _, ranks := range []int{3, 4} {
		err := onRanks(problem(3, 5, Dirichlet), ranks, Options{}, func(c *mpi.Comm, s *Solver[float64]) error {
			if want := ranks <= 3; s.balance.on != want {
				t.Errorf("3 rows on %d ranks: balanced %v, want %v", ranks, s.balance.on, want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
