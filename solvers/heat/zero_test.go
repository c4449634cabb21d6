package heat

import (
	"context"
	"fmt"
	"math"
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

func TestZeroOf(t *testing.T) {
	for _, c := range []struct {
		r, scale float64
		period   int // in float64
		below    float64
		period32 int
		below32  float64
	}{
		{r: 0.225, scale: 64, period: 16, below: 0x1p-494, period32: 16, below32: 0x1p-74},
		{r: 0.25, scale: 1, period: 16, below: 0x1p-500, period32: 16, below32: 0x1p-80},
		{r: 0.24, scale: 1, period: 16, below: 0x1p-500, period32: 8, below32: 0x1p-80},
		{r: 0.001, scale: 1, period: 16, below: 0x1p-500, period32: 4, below32: 0x1p-80},
		{r: 1e-6, scale: 1, period: 16, below: 0x1p-500, period32: 2, below32: 0x1p-80},
		{r: 1e-30, scale: 1, period: 4, below: 0x1p-500, period32: 1, below32: 0x1p-80},
		{r: 0.25, scale: 0x1p-540, period: 1, below: 0x1p-1040, period32: 1, below32: 0},
		{r: 0.25, scale: 0x1p-69, period: 16, below: 0x1p-569, period32: 1, below32: 0x1p-149},
		{r: 0.25, scale: 0x1p-600, period: 1, below: 0, period32: 1, below32: 0},
		{r: 0.25, scale: 0, period: 1, below: 0, period32: 1, below32: 0},
		{r: 0.25, scale: 0x1p125, period: 16, below: 0x1p-375, period32: 16, below32: 0x1p45},
		{r: 0.25, scale: 0x1p959, period: 16, below: 0x1p459, period32: 16, below32: math.Inf(1)},
	} {
		p := Problem{NX: 9, NY: 9, Alpha: 1, DX: 1, DY: 1.5, DT: c.r * 2.25} // ry is r
		if got, want := zeroOf[float64](p, c.scale), (zero[float64]{c.below, c.period}); got != want {
			t.Errorf("r %g, S %g, float64: %v, want %v", c.r, c.scale, got, want)
		}
		if c.below32 > math.MaxFloat32 {
			continue // no field of float32 has such a scale
		}
		if got, want := zeroOf[float32](p, c.scale), (zero[float32]{float32(c.below32), c.period32}); got != want {
			t.Errorf("r %g, S %g, float32: %v, want %v", c.r, c.scale, got, want)
		}
	}
}

func TestZeroAfter(t *testing.T) {
	z := zero[float64]{1e-9, 4}
	for step := range 20 {
		if got := z.after(step); got != (step%4 == 0) {
			t.Errorf("after step %d: %v", step, got)
		}
	}
	if got := z.among(6, 8); got != 1<<1|1<<5 {
		t.Errorf("among the steps 7 to 14: %b", got)
	}
	if got := (zero[float64]{0, 4}).among(0, 8); got != 0 {
		t.Errorf("with nothing to flush: %b", got)
	}
}

// faint is a problem of so small a step, and a field of it, that values on both sides of
// zero stay beside each other: they shrink by up to 24 bits a column and by as much a row,
// and a few are those next to zero.
func faint[T Real](p Problem, dt float64, seed uint64) (Problem, []T) {
	p.DT *= dt
	rng := rand.New(rand.NewPCG(seed, 2))
	u := make([]T, p.NX*p.NY)
	across := 1200.0 // bits, of which more than half lie above the least number
	if epsilon[T]() > 0x1p-40 {
		across = 180
	}
	for k := range u {
		at := float64(k%p.NX)/float64(p.NX) + float64(k/p.NX)/float64(p.NY)
		u[k] = T(math.Ldexp(rng.Float64()*200-100, -int(across*math.Abs(at-1))))
	}
	below := zeroOf[T](p, scaleOf(magnitude(u))).below
	less, more := below*T(1-epsilon[T]()/2), below*T(1+epsilon[T]())
	near := []T{below, -below, less, -less, more, T(math.Copysign(0, -1))}
	for range len(u) / 8 {
		u[rng.IntN(len(u))] = near[rng.IntN(len(near))]
	}
	return p, u
}

// subnormals counts those of a field.
func subnormals[T Real](u []T) int {
	least := 0x1p-1022
	if epsilon[T]() > 0x1p-40 {
		least = 0x1p-126
	}
	n := 0
	for _, v := range u {
		if v != 0 && math.Abs(float64(v)) < least {
			n++
		}
	}
	return n
}

// sameAsNaive compares bits with the plain solver.
func sameAsNaive[T Real](p Problem, u, got []T, steps int) error {
	for i, want := range naive(p, u, steps) {
		if bits(got[i]) != bits(want) {
			return fmt.Errorf("[%d, %d] is %v, want %v", i/p.NX, i%p.NX, got[i], want)
		}
	}
	return nil
}

// TestZeroSameBits has fields in which values become 0 all over, on what may not matter,
// in pieces that are no multiples of a period.
func TestZeroSameBits(t *testing.T) {
	d := newDevices(t, 4)
	t.Run("float64", func(t *testing.T) { zeroSameBits[float64](t, d) })
	t.Run("float32", func(t *testing.T) { zeroSameBits[float32](t, d) })
}

func zeroSameBits[T Real](t *testing.T, d devices) {
	rng := rand.New(rand.NewPCG(47, 48))
	cases := shorttest.Every(13)
	flushed := 0
	for _, boundary := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, size := range [][2]int{{17, 40}, {61, 53}, {263, 41}} {
			for _, dt := range []float64{1, 1e-2, 1e-5, 1e-12} {
				p, u := faint[T](problem(size[0], size[1], boundary), dt, uint64(size[0]))
				for _, grid := range [][2]int{{1, 1}, {3, 1}, {2, 2}, {1, 3}} {
					for _, isa := range simd.Available() {
						o := Options{ISA: isa, Threads: 1 + rng.IntN(3), Rows: grid[0], Columns: grid[1], HaloDepth: rng.IntN(12)}
						pieces := []int{rng.IntN(9), rng.IntN(40)}
						has := func(int) bool { return false }
						if rng.IntN(6) == 0 {
							has = func(rank int) bool { return rank%2 == 0 }
						}
						if cases.Skip() {
							continue
						}
						got, err := solveOnDevices(d, p, u, grid[0]*grid[1], has, o, pieces...)
						if err == nil {
							err = sameAsNaive(p, u, got, pieces[0]+pieces[1])
						}
						if err != nil {
							t.Fatalf("%+v dt %g grid %v %+v pieces %v: %v", p, dt, grid, o, pieces, err)
						}
						plain := recompute(p, zero[T]{}, whole(p), slices.Clone(u), 0, pieces[0]+pieces[1])
						if !slices.Equal(plain, got) {
							flushed++
						}
					}
				}
			}
		}
	}
	if flushed == 0 {
		t.Error("every field is what it is without a flush")
	}
}

// TestZeroLeavesNoSubnormals spreads a square into zeros, far enough for each r.
func TestZeroLeavesNoSubnormals(t *testing.T) {
	t.Run("float64", leavesNoSubnormals[float64])
	t.Run("float32", leavesNoSubnormals[float32])
}

func leavesNoSubnormals[T Real](t *testing.T) {
	bits := 1074.0
	if epsilon[T]() > 0x1p-40 {
		bits = 149
	}
	for _, r := range [][2]float64{{0.225, 0.225}, {0.001, 0.001}, {1e-6, 1e-6}, {0.001, 0.4}} {
		reach := int(bits/-math.Log2(r[0])) + 24 // columns from 100 to less than any number
		p := Problem{NX: 2*reach + 1, NY: 15, Alpha: 1, DX: 1, DY: math.Sqrt(r[0] / r[1]), DT: r[0]}
		plain := make([]T, p.NX*p.NY)
		plain[7*p.NX+reach], plain[7*p.NX+reach+1] = 100, 100
		field := slices.Clone(plain)
		most := 0
		for step := 0; step < reach+20; step += 5 {
			plain = recompute(p, zero[T]{}, whole(p), plain, step, 5)
			most = max(most, subnormals(plain))
			field = recompute(p, zeroOf[T](p, 64), whole(p), field, step, 5)
			if n := subnormals(field); n > 0 {
				t.Errorf("r %v: %d subnormal numbers after step %d", r, n, step+5)
			}
		}
		if most == 0 {
			t.Errorf("r %v: there are none without a flush, so there is nothing to see", r)
		}
	}
}

// TestScale goes on with a run from its field, its step and its scale, on other ranks.
func TestScale(t *testing.T) {
	p, u := faint[float32](problem(40, 30, Neumann), 1, 5)
	u[17*p.NX+3] = 1e20 // alone, so that it fades and the scale of a later field is another
	const before, after = 21, 18
	run := func(ranks int, u []float32, step int, scale float64, steps int) (out []float32, found float64) {
		out = make([]float32, len(u))
		var mu sync.Mutex
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			s, err := New[float32](c, p, Options{})
			if err != nil {
				return err
			}
			if err := s.Fill(func(i int, row []float32) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
				return err
			}
			if scale > 0 {
				s.Step, s.Scale = step, scale
			}
			if err := s.Run(context.Background(), steps); err != nil {
				return err
			}
			return s.inOrder(func(i int, row []float32) error {
				mu.Lock()
				defer mu.Unlock()
				copy(out[i*p.NX:], row)
				found = s.Scale
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return out, found
	}
	want, scale := run(2, u, 0, 0, before+after)
	if scale != 0x1p66 {
		t.Errorf("scale %g, want %g: 1e20 lies between 2^66 and 2^67", scale, 0x1p66)
	}
	half, _ := run(3, u, 0, 0, before)
	if got, _ := run(1, half, before, scale, after); !slices.Equal(got, want) {
		t.Error("a run that goes on with step and scale gives another field")
	}
	if got, _ := run(1, half, before, scaleOf(magnitude(half)), after); slices.Equal(got, want) {
		t.Error("the scale of the later field gives the same: it shows nothing")
	}
}

// A forgetful engine never flushes.
type forgetful struct{ engine[float64] }

func (f forgetful) Run(ctx context.Context, _ zero[float64], from, steps int, done func(int)) (time.Duration, error) {
	return f.engine.Run(ctx, zero[float64]{}, from, steps, done)
}

// TestZeroVerifies checks runs of which values become 0, as a whole and in windows, and
// finds a run that forgot it.
func TestZeroVerifies(t *testing.T) {
	for _, size := range [][2]int{{61, 53}, {150, 120}} {
		steps := 48
		if size[0] == 150 {
			steps = 64
		}
		for _, forgets := range []bool{false, true} {
			p, u := faint[float64](problem(size[0], size[1], Dirichlet), 1e-5, 3)
			err := mpi.Run(2, func(c *mpi.Comm) error {
				s, err := New[float64](c, p, Options{HaloDepth: 8})
				if err != nil {
					return err
				}
				inWindows(s)
				if forgets {
					s.engine = forgetful{s.engine}
				}
				if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
					return err
				}
				v, err := s.RunVerified(context.Background(), steps)
				if want := map[bool]task.Answer{false: task.Yes, true: task.No}[forgets]; v.Answer != want {
					t.Errorf("%v, flush forgotten %v: %+v", size, forgets, v)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
