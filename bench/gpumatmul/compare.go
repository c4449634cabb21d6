package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"unsafe"

	"hybrid/bench/internal/nvidia"
	"hybrid/gpu"
	"hybrid/internal/fma"
	"hybrid/kernels_cuda"
)

// A contest is a product on the device, for both programs.
type contest[T kernels.Real] struct {
	shape
	row
	x       *kernels.Matmul[T]
	s       *gpu.Stream
	a, b, c *gpu.Buffer[T]
	ld      [3]int
	kernel  string
}

// compare measures a shape and prints a row of the table.
func compare[T kernels.Real](d *gpu.Device, peer *blas, s shape, r row, rounds int, seconds float64) error {
	c := &contest[T]{shape: s, row: r, ld: [3]int{kernels.Pitch[T](s.k), kernels.Pitch[T](s.n), kernels.Pitch[T](s.n)}}
	var err error
	if c.x, err = kernels.LoadMatmul[T](d); err != nil {
		return err
	}
	defer c.x.Close()
	if !c.x.Has(r.how) {
		return nil
	}
	if c.s, err = d.NewStream(); err != nil {
		return err
	}
	defer c.s.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	var host [2][]T
	for i, to := range []**gpu.Buffer[T]{&c.a, &c.b, &c.c} {
		lines := []int{s.m, s.k, s.m}[i]
		if *to, err = gpu.Alloc[T](d, lines*c.ld[i]); err != nil {
			return err
		}
		defer (*to).Free()
		if i == 2 {
			break
		}
		host[i] = make([]T, lines*c.ld[i])
		for j := range host[i] {
			host[i][j] = T(2*rng.Float64() - 1)
		}
		if err := (*to).Write(host[i]); err != nil {
			return err
		}
	}
	if err := c.multiply(1); err != nil {
		return err
	}
	if err := c.check(host[0], host[1]); err != nil {
		return err
	}
	var theirs func(n int) error
	if peer != nil {
		theirs = func(n int) error {
			return peer.multiply(product{s, int(unsafe.Sizeof(host[0][0])), r.mode, c.a.Address(), c.b.Address(), c.c.Address(), c.ld}, n)
		}
	}
	t, err := nvidia.InTurn(c.multiply, theirs, c.flops(), rounds, seconds)
	if err != nil {
		return err
	}
	peak, text := "", "none"
	if p := d.Info().PeakFlops(r.bits); p > 0 && r.how == kernels.Chains {
		peak = fmt.Sprintf("%.2f", t.Own/p)
	}
	if peer != nil {
		text = fmt.Sprintf("%.1f | %s", t.Peer/1e12, t.Ratio())
	} else {
		text += " | "
	}
	fmt.Printf("| %dx%dx%d | %s | %s | %.1f | %s | %s |\n", s.m, s.n, s.k, r.name, c.kernel, t.Own/1e12, peak, text)
	return nil
}

// A product is what cuBLAS is to do: C = A B, of elements of size bytes, in a mode of its
// arithmetic, with the addresses and leading dimensions of A, B and C.
type product struct {
	shape
	size, mode int
	a, b, c    uint64
	ld         [3]int
}

// multiply multiplies n times and waits.
func (c *contest[T]) multiply(n int) (err error) {
	p := kernels.Product[T]{How: c.how, M: c.m, N: c.n, K: c.k}
	for i, o := range []*kernels.Operand[T]{&p.A, &p.B, &p.C} {
		o.Buf, o.Pitch = []*gpu.Buffer[T]{c.a, c.b, c.c}[i], c.ld[i]
	}
	for range n {
		if c.kernel, err = c.x.Multiply(c.s, p); err != nil {
			return err
		}
	}
	return c.s.Synchronize()
}

// check computes some elements again.
func (c *contest[T]) check(a, b []T) error {
	got := make([]T, c.c.Len())
	if err := c.c.Read(got); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		i, j := rng.IntN(c.m), rng.IntN(c.n)
		var x T
		size := 0.0
		for p := range c.k {
			f, g := a[i*c.ld[0]+p], b[p*c.ld[1]+j]
			x = fma.FMA(f, g, x)
			size += math.Abs(float64(f) * float64(g))
		}
		v := got[i*c.ld[2]+j]
		bound := 0.0
		if c.how != kernels.Chains {
			bytes := int(unsafe.Sizeof(x))
			bound = 1.01 * (c.how.Bound(c.k, bytes) + kernels.Chains.Bound(c.k, bytes)) * size
		}
		if !(math.Abs(float64(v)-float64(x)) <= bound) {
			return fmt.Errorf("%s: C[%d, %d] is %v, want %v within %g", c.kernel, i, j, v, x, bound)
		}
	}
	return nil
}
