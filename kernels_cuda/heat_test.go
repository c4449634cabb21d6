package kernels

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/stencil"
)

// heatCase is a field of nx by ny points on a device that is taken on in passes of
// so many steps.
type heatCase struct {
	nx, ny, boundary int
	passes           []int
}

func (c heatCase) String() string {
	return fmt.Sprintf("%dx%d boundary %d passes %v", c.nx, c.ny, c.boundary, c.passes)
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
	for range c.steps() {
		for i := 1; i < c.ny-1; i++ {
			for j := i*c.nx + 1; j < (i+1)*c.nx-1; j++ {
				v[j] = stencil.Update(&k, u[j-1], u[j+1], u[j-c.nx], u[j+c.nx], u[j])
			}
		}
		ring(v)
		u, v = v, u
	}
	return u
}

// deviceHeat does the same on a device. Rows beyond a periodic edge are halo rows,
// of which each pass uses up as many as it has steps.
func deviceHeat[T stencil.Real](d *gpu.Device, h *Heat[T], c heatCase, k stencil.Coef[T], u []T) ([]T, error) {
	f := HeatField[T]{Columns: c.nx, Rows: c.ny, Boundary: c.boundary, RX: k.RX, RY: k.RY, K: k.K, Top: 0, Bottom: c.ny - 1}
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
	s, err := d.NewStream()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	left := c.steps()
	for _, steps := range c.passes {
		left -= steps
		first, end := 1, c.ny-1
		if c.boundary == 2 {
			first, end = halo-left, halo+c.ny-2+left
		}
		if err := h.Pass(s, f, dst, src, first, end, steps); err != nil {
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
	for _, v := range Variants() {
		if v.Name != "heat" {
			continue
		}
		d := gpu.Sim(gpu.SimOptions{Major: v.capability / 10, Minor: v.capability % 10})
		t.Run(v.Arch+"/float64", func(t *testing.T) { testHeat[float64](t, d) })
		t.Run(v.Arch+"/float32", func(t *testing.T) { testHeat[float32](t, d) })
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testHeat[T stencil.Real](t *testing.T, d *gpu.Device) {
	h, err := LoadHeat[T](d)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	shapes := [][2]int{
		{3, 3}, {3, 4}, {4, 3}, {5, 5}, {3, 50}, {50, 3}, {16, 17}, {17, 18}, {31, 33}, {33, 31}, {34, 40},
		{127, 29}, {131, 31}, {134, 61}, {137, 97}, {251, 37}, {258, 53}, {261, 41}, {263, 67}, {512, 43}, {769, 59},
	}
	rng := rand.New(rand.NewPCG(11, 12))
	k := stencil.Coef[T]{RX: 0.21, RY: 0.17, K: 0.24}
	for _, shape := range shapes {
		for boundary := range 3 {
			for _, passes := range [][]int{{1}, {2}, {4}, {8}, {8, 8}, {1, 2, 8}} {
				c := heatCase{shape[0], shape[1], boundary, passes}
				u := make([]T, c.nx*c.ny)
				for i := range u {
					u[i] = T(rng.Float64()*2 - 1)
				}
				got, err := deviceHeat(d, h, c, k, u)
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
