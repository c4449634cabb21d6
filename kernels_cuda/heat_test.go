package kernels

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/stencil"
)

// heatCase is a field of nx by ny points on a device that is taken on in passes of
// so many steps, with a flush behind those whose bits are set.
type heatCase struct {
	nx, ny, boundary int
	passes           []int
	flush            uint32
}

func (c heatCase) String() string {
	return fmt.Sprintf("%dx%d boundary %d passes %v flush %b", c.nx, c.ny, c.boundary, c.passes, c.flush)
}

// steps is how many there are in all.
func (c heatCase) steps() int {
	n := 0
	for _, p := range c.passes {
		n += p
	}
	return n
}

// plainHeat takes a field of nx by ny points through some steps, two arrays and one
// pass a step.
func plainHeat[T stencil.Real](c heatCase, k stencil.Coef[T], u []T) []T {
	u = slices.Clone(u)
	v := slices.Clone(u)
	ring := func(u []T) {
		rows, cols := 1, 1
		switch c.boundary {
		case 0:
			return
		case 2:
			rows, cols = c.ny-2, c.nx-2
		}
		for i := range c.ny {
			row := u[i*c.nx : (i+1)*c.nx]
			row[0], row[c.nx-1] = row[cols], row[c.nx-1-cols]
		}
		copy(u[:c.nx], u[rows*c.nx:])
		copy(u[(c.ny-1)*c.nx:], u[(c.ny-1-rows)*c.nx:])
	}
	ring(u)
	for n := range c.steps() {
		for i := 1; i < c.ny-1; i++ {
			for j := i*c.nx + 1; j < (i+1)*c.nx-1; j++ {
				v[j] = stencil.Update(&k, u[j-1], u[j+1], u[j-c.nx], u[j+c.nx], u[j])
				if c.flush>>n&1 != 0 {
					v[j] = stencil.Flush(v[j], k.Zero)
				}
			}
		}
		ring(v)
		u, v = v, u
	}
	return u
}

// deviceHeat does the same on a device. Rows beyond a periodic edge are halo rows,
// of which each pass uses up as many as it has steps.
func deviceHeat[T stencil.Real](d *gpu.Device, s *gpu.Stream, h *Heat[T], c heatCase, k stencil.Coef[T], u []T) ([]T, error) {
	f := HeatField[T]{Columns: c.nx, Rows: c.ny, Boundary: c.boundary, RX: k.RX, RY: k.RY, K: k.K, Zero: k.Zero, Top: 0, Bottom: c.ny - 1}
	halo, column := 0, 0
	if c.boundary == 2 {
		halo, column = c.steps(), 1
		f.Columns, f.Rows = c.nx-2, c.ny-2+2*halo
		f.Top, f.Bottom = -NoRing, NoRing
	}
	f.Pitch = HeatPitch[T](f.Columns)
	memory := make([]T, f.Rows*f.Pitch)
	for r := range f.Rows {
		i := r
		if c.boundary == 2 {
			n := c.ny - 2
			i = 1 + ((r-halo)%n+n)%n
		}
		copy(memory[r*f.Pitch:], u[i*c.nx+column:i*c.nx+column+f.Columns])
	}
	src, err := gpu.Alloc[T](d, len(memory))
	if err != nil {
		return nil, err
	}
	defer src.Free()
	dst, err := gpu.Alloc[T](d, len(memory))
	if err != nil {
		return nil, err
	}
	defer dst.Free()
	// The second buffer has the ring and, where a pass writes nothing, what no
	// point may depend on.
	for _, b := range []*gpu.Buffer[T]{src, dst} {
		if err := b.Write(memory); err != nil {
			return nil, err
		}
		for r := range memory {
			if i := r / f.Pitch; i != f.Top && i != f.Bottom {
				memory[r] = 1e30
			}
		}
	}
	left := c.steps()
	for _, steps := range c.passes {
		flush := c.flush >> (c.steps() - left) & (1<<steps - 1)
		left -= steps
		first, end := 1, c.ny-1
		if c.boundary == 2 {
			first, end = halo-left, halo+c.ny-2+left
		}
		if err := h.Pass(s, f, HeatPass[T]{Dst: dst, Src: src, First: first, End: end, Steps: steps, Flush: flush}); err != nil {
			return nil, err
		}
		src, dst = dst, src
	}
	if err := s.Synchronize(); err != nil {
		return nil, err
	}
	if err := src.Read(memory); err != nil {
		return nil, err
	}
	out := slices.Clone(u)
	for i := 1; i < c.ny-1; i++ {
		for j := 1; j < c.nx-1; j++ {
			r := i
			if c.boundary == 2 {
				r = i - 1 + halo
			}
			out[i*c.nx+j] = memory[r*f.Pitch+j-column]
		}
	}
	return out, nil
}

// TestHeat compares every variant of the kernels with the plain loop, bit for bit,
// on fields smaller and larger than tiles and chunks, that divide badly.
func TestHeat(t *testing.T) {
	onVariants(t, "heat64", testHeat[float64])
	onVariants(t, "heat32", testHeat[float32])
}

// TestHeatFlushes has values around zero in every place, which one update leaves as they
// are: the kernels flush as stencil.Flush does.
func TestHeatFlushes(t *testing.T) {
	onVariants(t, "heat64", testHeatFlushes[float64])
	onVariants(t, "heat32", testHeatFlushes[float32])
}

func testHeatFlushes[T stencil.Real](t *testing.T, d *gpu.Device, s *gpu.Stream) {
	h, err := LoadHeat[T](d)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	zero := T(math.Ldexp(1, -80))
	next := func(v T, by int) T { // as many numbers on
		if valueSize[T]() == 4 {
			return T(math.Float32frombits(math.Float32bits(float32(v)) + uint32(by)))
		}
		return T(math.Float64frombits(math.Float64bits(float64(v)) + uint64(by)))
	}
	values := []T{zero, next(zero, -1), next(zero, 1), 0, next(0, 1), 1, T(math.NaN()), T(math.Inf(1))}
	for _, v := range values {
		for _, v := range []T{v, -v} {
			k := stencil.Coef[T]{K: 1, Zero: zero}
			if v-v != 0 { // 0 times an infinity would not be the value
				k = stencil.Coef[T]{RX: 0.25, RY: 0.25, K: 0.5, Zero: zero}
			}
			for _, steps := range HeatDepths() {
				c := heatCase{131, 31, 2, []int{steps}, 1 << (steps - 1)}
				u := slices.Repeat([]T{v}, c.nx*c.ny)
				got, err := deviceHeat(d, s, h, c, k, u)
				if err != nil {
					t.Fatalf("%v: %v", c, err)
				}
				want := v
				for range steps {
					want = stencil.Update(&k, want, want, want, want, want)
				}
				want = stencil.Flush(want, zero)
				for i := 1; i < c.ny-1; i++ {
					for j := 1; j < c.nx-1; j++ {
						x := got[i*c.nx+j]
						if math.Float64bits(float64(x)) != math.Float64bits(float64(want)) && (x == x || want == want) {
							t.Fatalf("%v: %v at [%d, %d] becomes %v, want %v", c, v, i, j, x, want)
						}
					}
				}
			}
		}
	}
}

func testHeat[T stencil.Real](t *testing.T, d *gpu.Device, s *gpu.Stream) {
	h, err := LoadHeat[T](d)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	shapes := [][2]int{
		{3, 3}, {3, 4}, {5, 5}, {3, 50}, {50, 3}, {17, 18}, {33, 31}, {34, 40},
		{131, 31}, {134, 61}, {251, 37}, {261, 41}, {263, 67}, {512, 43}, {769, 59}, {773, 83},
		{129, 33}, {256, 35}, {257, 35}, {512, 35}, // a wide tile as wide as the field, or a little wider
	}
	rng := rand.New(rand.NewPCG(11, 12))
	k := stencil.Coef[T]{RX: 0.21, RY: 0.17, K: 0.24, Zero: 0.05}
	for _, shape := range shapes {
		for boundary := range 3 {
			for _, passes := range [][]int{{1}, {2}, {4}, {8}, {16}, {1, 2, 16}} {
				if testing.Short() && rng.IntN(8) > 0 || shape[0] > 250 && rng.IntN(2) > 0 {
					continue
				}
				c := heatCase{shape[0], shape[1], boundary, passes, rng.Uint32() & rng.Uint32()}
				if rng.IntN(2) == 0 {
					c.flush = 0
				}
				u := make([]T, c.nx*c.ny)
				for i := range u {
					u[i] = T(rng.Float64()*2 - 1)
				}
				got, err := deviceHeat(d, s, h, c, k, u)
				if err != nil {
					t.Fatalf("%v: %v", c, err)
				}
				want := plainHeat(c, k, u)
				for i := 1; i < c.ny-1; i++ {
					for j := 1; j < c.nx-1; j++ {
						if at := i*c.nx + j; got[at] != want[at] {
							t.Fatalf("%v: [%d, %d] is %v, want %v", c, i, j, got[at], want[at])
						}
					}
				}
			}
		}
	}
}

// TestHeatShape walks through the warps of many shapes, on devices small and large:
// together they make every point once, and wide tiles read nothing that is not
// there or has to be looked at.
func TestHeatShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for range 300 {
		n, rows, periodic := 3+rng.IntN(900), 1+rng.IntN(150), rng.IntN(2) == 0
		if rng.IntN(4) == 0 {
			n = 128<<rng.IntN(3) - rng.IntN(4)
		}
		steps, size := HeatDepths()[rng.IntN(len(HeatDepths()))], 4+4*rng.IntN(2)
		form := heatFormOf(steps)
		u := heatUnits{schedulers: 4 * (1 + rng.IntN(132))}
		u.residents = u.schedulers * (1 + rng.IntN(4))
		from, top := 1, 0
		if periodic || rng.IntN(2) == 0 {
			from, top = 10, -NoRing
		}
		bottom := from + rows
		if periodic || rng.IntN(2) == 0 {
			bottom = NoRing
		}
		s := u.shape(form, heatSpan{columns: n, size: size, from: from, to: from + rows, top: top, bottom: bottom, steps: steps, periodic: periodic})
		made := make([][]int, rows)
		for i := range made {
			made[i] = make([]int, n)
		}
		fill := func(r heatRows, chunk, lo, hi int) {
			first := r.first + chunk*r.stride
			for i := first; i < min(first+r.size, r.end); i++ {
				for j := lo; j < min(hi, n); j++ {
					made[i-from][j]++
				}
			}
		}
		narrow, piece := heatLanes*form.narrow-2*steps, heatVector/size
		halo, width := (steps+piece-1)/piece*piece, form.width(size, steps)
		for c := range s.border.chunks {
			for tile := range s.border.tiles {
				fill(s.border, c, tile*narrow, tile*narrow+narrow)
			}
		}
		for c := range s.inner.chunks {
			if s.inner.tiles == 0 {
				break
			}
			if right := s.last + width; s.column > narrow || n-right > narrow {
				t.Errorf("n %d steps %d: %d and %d columns for narrow tiles at the ends", n, steps, s.column, n-right)
			}
			fill(s.inner, c, 0, s.column)
			fill(s.inner, c, s.last+width, n)
			for tile := range s.inner.tiles {
				lo := s.column + tile*width
				start := min(lo, s.last)
				if begin, end := start-halo, start+width+halo; begin < 0 || end > n || !periodic && (begin < 1 || end > n-1) || begin%piece != 0 {
					t.Errorf("n %d size %d steps %d: a wide tile of columns %d to %d", n, size, steps, begin, end-1)
				}
				fill(s.inner, c, lo, start+width)
			}
		}
		for i := range made {
			for j, k := range made[i] {
				if k != 1 {
					t.Fatalf("n %d rows %d size %d steps %d periodic %v, %+v: %d warps make [%d, %d]; shape %+v", n, rows, size, steps, periodic, u, k, i, j, s)
				}
			}
		}
		if s.inner.tiles > 0 && (s.inner.first-steps <= top || s.inner.end+steps > bottom) {
			t.Errorf("inner rows %d to %d reach the ring at %d and %d in %d steps", s.inner.first, s.inner.end-1, top, bottom, steps)
		}
	}
}

// Columns copies what rows of one pitch have to rows of another, and nothing else.
func TestHeatColumns(t *testing.T) {
	onVariants(t, "heat64", func(t *testing.T, d *gpu.Device, s *gpu.Stream) { heatColumns[float64](t, d, s) })
	onVariants(t, "heat32", func(t *testing.T, d *gpu.Device, s *gpu.Stream) { heatColumns[float32](t, d, s) })
}

func heatColumns[T float32 | float64](t *testing.T, d *gpu.Device, s *gpu.Stream) {
	h, err := LoadHeat[T](d)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		dm := gpu.Matrix{Rows: rng.IntN(300), Cols: rng.IntN(5)}
		sm := dm
		dm.Pitch, sm.Pitch = dm.Cols+rng.IntN(2)*rng.IntN(9), sm.Cols+rng.IntN(9)
		size := func(m gpu.Matrix) int { return max(m.Rows*m.Pitch, 1) }
		from, to := make([]T, size(sm)), make([]T, size(dm))
		for i := range from {
			from[i] = T(i + 1)
		}
		src, err := upload(d, from)
		if err != nil {
			t.Fatal(err)
		}
		dst, err := upload(d, to)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(h.Columns(s, dst, dm, src, sm), s.Synchronize(), dst.Read(to)); err != nil {
			t.Fatalf("%+v to %+v: %v", sm, dm, err)
		}
		for i, got := range to {
			want := T(0)
			if dm.Pitch > 0 && i/dm.Pitch < dm.Rows && i%dm.Pitch < dm.Cols {
				want = from[i/dm.Pitch*sm.Pitch+i%dm.Pitch]
			}
			if got != want {
				t.Fatalf("%+v to %+v: value %d is %v, want %v", sm, dm, i, got, want)
			}
		}
		big := gpu.Matrix{Rows: size(dm) + 1, Cols: 1, Pitch: 1}
		if err := h.Columns(s, dst, big, src, big); err == nil {
			t.Errorf("%+v in a buffer of %d: no error", big, dst.Len())
		}
		if err := errors.Join(src.Free(), dst.Free()); err != nil {
			t.Fatal(err)
		}
	}
}
