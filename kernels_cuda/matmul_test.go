package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/gemm"
	"hybrid/simd"
)

// A product to test.
type product struct {
	m, n, k         int
	tA, tB, resume  bool
	padA, padB, pad int // elements from the end of a row to the next one
}

func (p product) String() string {
	return fmt.Sprintf("%dx%dx%d tA=%t tB=%t resume=%t pads %d %d %d", p.m, p.n, p.k, p.tA, p.tB, p.resume, p.padA, p.padB, p.pad)
}

// matrices are the operands of a product.
type matrices[T Real] struct {
	a, b, c       []T
	lda, ldb, ldc int
}

func newMatrices[T Real](rng *rand.Rand, p product) matrices[T] {
	ra, ca, rb, cb := p.m, p.k, p.k, p.n
	if p.tA {
		ra, ca = ca, ra
	}
	if p.tB {
		rb, cb = cb, rb
	}
	x := matrices[T]{lda: ca + p.padA, ldb: cb + p.padB, ldc: p.n + p.pad}
	tiny := map[int]float64{4: 0x1p-80, 8: 0x1p-600}[sizeOf[T]()] // whose products are 0 or -0
	fill := func(n int) []T {
		s := make([]T, n)
		for i := range s {
			s[i] = T(rng.NormFloat64())
			if rng.IntN(2) == 0 {
				s[i] *= T(tiny)
			}
		}
		return s
	}
	x.a, x.b, x.c = fill(ra*x.lda), fill(rb*x.ldb), fill(p.m*x.ldc)
	return x
}

// onCPU multiplies on the CPU.
func (x matrices[T]) onCPU(t *testing.T, p product) []T {
	t.Helper()
	g, err := gemm.New[T](simd.Auto, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := append([]T{}, x.c...)
	g.Multiply(gemm.Product[T]{M: p.m, N: p.n, K: p.k, Alpha: 1, Resume: p.resume,
		A: gemm.Matrix[T]{Data: x.a, LD: x.lda, Trans: p.tA}, B: gemm.Matrix[T]{Data: x.b, LD: x.ldb, Trans: p.tB}, C: gemm.Matrix[T]{Data: c, LD: x.ldc}})
	return c
}

// onDevice multiplies on a device.
func (mat matrices[T]) onDevice(d *gpu.Device, s *gpu.Stream, x *Matmul[T], how Arithmetic, name string, p product) ([]T, error) {
	var bufs [3]*gpu.Buffer[T]
	var err error
	for i, from := range [][]T{mat.a, mat.b, mat.c} {
		if bufs[i], err = gpu.Alloc[T](d, len(from)); err != nil {
			return nil, err
		}
		defer bufs[i].Free()
		if err := bufs[i].Write(from); err != nil {
			return nil, err
		}
	}
	used, err := x.multiply(s, Product[T]{How: how, M: p.m, N: p.n, K: p.k, Resume: p.resume,
		A: Operand[T]{bufs[0], mat.lda, p.tA}, B: Operand[T]{bufs[1], mat.ldb, p.tB}, C: Operand[T]{Buf: bufs[2], Pitch: mat.ldc}}, name)
	if err != nil {
		return nil, err
	}
	if used != name {
		return nil, fmt.Errorf("kernel %s ran", used)
	}
	if err := s.Synchronize(); err != nil {
		return nil, err
	}
	got := make([]T, len(mat.c))
	return got, bufs[2].Read(got)
}

// shapes are sizes around those of a tile, and others at random.
func shapes[T Real](rng *rand.Rand, t tile, step int) []product {
	all := []product{
		{m: 1, n: 1, k: 1}, {m: t.m, n: t.n, k: step}, {m: t.m + 1, n: t.n - 1, k: step - 1, resume: true}, {m: 3, n: 7, k: 2*step + 3},
	}
	more := 8
	if testing.Short() {
		more = 2
	}
	for range more {
		all = append(all, product{m: 1 + rng.IntN(2*t.m), n: 1 + rng.IntN(2*t.n), k: 1 + rng.IntN(5*step), resume: rng.IntN(2) == 1})
	}
	v := 16 / sizeOf[T]()
	for i := range all {
		p := &all[i]
		p.tA, p.tB = i&1 != 0, i&2 != 0
		if i%3 != 0 { // rows in whole vectors
			p.m, p.n, p.k = (p.m+v-1)/v*v, (p.n+v-1)/v*v, (p.k+v-1)/v*v
			p.padA, p.padB, p.pad = v*rng.IntN(3), v*rng.IntN(3), v*rng.IntN(3)
		} else {
			p.padA, p.padB, p.pad = rng.IntN(3), rng.IntN(3), rng.IntN(3)
		}
		if t.alongP {
			p.tA, p.tB = false, false
			p.padB += (v - (p.n+p.padB)%v) % v
		}
	}
	return all
}

// TestMatmul runs every kernel of every variant in the interpreter: chains have the
// CPU's bits, and tensor cores keep to their bound.
func TestMatmul(t *testing.T) {
	testVariants[float32](t, "matmul32", TF32)
	testVariants[float64](t, "matmul64", Tensor)
}

func testVariants[T Real](t *testing.T, name string, tensor Arithmetic) {
	onVariants(t, name, func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		x, err := LoadMatmul[T](d)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		testTiles[T](t, d, s, x, Chains)
		testTiles[T](t, d, s, x, tensor)
	})
}

func testTiles[T Real](t *testing.T, d *gpu.Device, s *gpu.Stream, x *Matmul[T], how Arithmetic) {
	if want := x.capability >= 80 || how == Chains; x.Has(how) != want {
		t.Errorf("has arithmetic %d: %t", how, !want)
	}
	for _, tile := range tiles(how, sizeOf[T]()) {
		step := tile.k
		if x.capability < 80 {
			if tile.from80 {
				continue
			}
			step = tile.kBefore
		}
		t.Run(tile.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, uint64(tile.m)))
			for _, p := range shapes[T](rng, tile, step) {
				mat := newMatrices[T](rng, p)
				got, err := mat.onDevice(d, s, x, how, tile.name, p)
				if err != nil {
					t.Fatalf("%v: %v", p, err)
				}
				compare(t, p, mat, how, got, mat.onCPU(t, p))
			}
		})
	}
}

// compare holds C to the CPU's, and what lies between its rows to what was there.
func compare[T Real](t *testing.T, p product, x matrices[T], how Arithmetic, got, want []T) {
	t.Helper()
	abs := func(s []T) []float64 {
		r := make([]float64, len(s))
		for i, v := range s {
			r[i] = math.Abs(float64(v))
		}
		return r
	}
	size := matrices[float64]{abs(x.a), abs(x.b), abs(x.c), x.lda, x.ldb, x.ldc}.onCPU(t, p)
	for at := range got {
		i, j := at/x.ldc, at%x.ldc
		if how == Chains || j >= p.n {
			if math.Float64bits(float64(got[at])) != math.Float64bits(float64(want[at])) {
				t.Fatalf("%v: C[%d, %d] is %v, want %v", p, i, j, got[at], want[at])
			}
			continue
		}
		// Both are off.
		bound := 1.01 * (how.Bound(p.k+1, sizeOf[T]()) + Chains.Bound(p.k+1, sizeOf[T]())) * size[at]
		if !(math.Abs(float64(got[at])-float64(want[at])) <= bound) {
			t.Fatalf("%v: C[%d, %d] is %v, want %v within %g", p, i, j, got[at], want[at], bound)
		}
	}
}

// TestMatmulBarrier takes the first barrier out of a kernel: it must not pass.
func TestMatmulBarrier(t *testing.T) {
	ptx, _, err := PTX("matmul64", 8, 0)
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(ptx), ".entry matmul_f64_32x32(")
	mutant := before + ".entry matmul_f64_32x32(" + strings.Replace(after, "bar.sync", "// bar.sync", 1)
	d := gpu.Sim(gpu.SimOptions{Major: 8, Minor: 0})
	defer d.Close()
	module, err := d.Load("mutant.ptx", []byte(mutant))
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := product{m: 32, n: 32, k: 64}
	x := &Matmul[float64]{module: module, kernels: map[string]*gpu.Kernel{}, capability: 80, processors: 4}
	_, err = newMatrices[float64](rand.New(rand.NewPCG(1, 2)), p).onDevice(d, s, x, Chains, "matmul_f64_32x32", p)
	if err == nil || !strings.Contains(err.Error(), "race on shared memory") {
		t.Errorf("without a barrier: error %v, want a race", err)
	}
	t.Log(err)
}

// TestPlan chooses tiles by shape.
func TestPlan(t *testing.T) {
	for _, c := range []struct {
		how             Arithmetic
		m, n, k, size   int
		tA              bool
		capability, sms int
		want            string
	}{
		{Chains, 8192, 8192, 8192, 4, false, 90, 132, "matmul_f32_128x256"},
		{Chains, 8192, 8192, 8192, 4, true, 90, 132, "matmul_f32_128x128"},
		{Chains, 8192, 8192, 8192, 4, false, 61, 28, "matmul_f32_128x128"},
		{Chains, 8192, 8192, 8192, 8, false, 80, 108, "matmul_f64_128x128"},
		{Chains, 1024, 1024, 1024, 8, false, 90, 132, "matmul_f64_64x64"},
		{Chains, 256, 256, 4096, 4, false, 90, 132, "matmul_f32_32x32"},
		{Chains, 4, 500000, 4096, 4, false, 90, 132, "matmul_f32_128x8"},
		{Chains, 500000, 8, 4096, 8, false, 90, 132, "matmul_f64_128x8"},
		{Tensor, 100, 100, 100, 8, false, 80, 108, "matmul_f64_tensor"},
		{TF32, 100, 100, 100, 4, false, 90, 132, "matmul_f32_tf32"},
		{Tensor, 100, 100, 100, 8, false, 61, 28, "no kernel"},
		{TF32, 100, 100, 100, 8, false, 90, 132, "no kernel"},
		{Chains, 0, 1, 1, 8, false, 90, 132, "sizes must be"},
	} {
		q := problem{how: c.how, m: c.m, n: c.n, k: c.k, a: matrix{c.size, c.k, 1 << 40, true, c.tA}, b: matrix{c.size, c.n, 1 << 40, true, false}}
		if c.tA {
			q.a.pitch = c.m
		}
		q.c = q.b
		p, err := q.plan(c.capability, c.sms, "")
		if got := fmt.Sprint(p.name, err); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
	good := matrix{8, 4, 16, true, false}
	for what, bad := range map[string]matrix{"rows longer than their distance": {8, 3, 100, true, false}, "a buffer that ends in the last row": {8, 4, 15, true, false}} {
		for name, q := range map[string]problem{"A": {a: bad, b: good, c: good}, "B": {a: good, b: bad, c: good}, "C": {a: good, b: good, c: bad}} {
			q.m, q.n, q.k = 4, 4, 4
			if _, err := q.plan(80, 1, ""); err == nil || !strings.Contains(err.Error(), "kernels: "+name+" of 4 x 4") {
				t.Errorf("%s has %s: %v", name, what, err)
			}
		}
	}
}
