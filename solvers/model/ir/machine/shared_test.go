package machine

import (
	"math/rand/v2"
	"sync"
	"testing"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
)

// TestShared has many compile a few programs at once, run them and close them, in any order.
func TestShared(t *testing.T) {
	programs := []*ir.Program{heat(ir.F64), heat(ir.F32), grayScott(ir.F64), heat(ir.F64)}
	for _, isa := range sets() {
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				p := programs[i%len(programs)]
				k, err := Shared(p, isa)
				if err != nil {
					t.Error(err)
					return
				}
				rng := rand.New(rand.NewPCG(3, uint64(i)))
				if p.Type == ir.F32 {
					newTable[float32](p, rng).compare(t, k, []int{3, 70})
				} else {
					newTable[float64](p, rng).compare(t, k, []int{3, 70})
				}
				for range 2 {
					if err := k.Close(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if len(sharing.kernels) != 0 {
			t.Errorf("%v: %d kernels are left", isa, len(sharing.kernels))
		}
	}
}

// TestSharedIsOne gives two users the same code, and keeps it for the second one.
func TestSharedIsOne(t *testing.T) {
	for _, isa := range sets() {
		var k [3]*SharedKernel
		for i, p := range []*ir.Program{heat(ir.F64), heat(ir.F64), heat(ir.F32)} {
			var err error
			if k[i], err = Shared(p, isa); err != nil {
				t.Fatal(err)
			}
		}
		if k[0].Kernel != k[1].Kernel || k[0].Kernel == k[2].Kernel {
			t.Errorf("%v: two of one program, and one of float32, have the kernels %p, %p and %p", isa, k[0].Kernel, k[1].Kernel, k[2].Kernel)
		}
		k[0].Close()
		newTable[float64](heat(ir.F64), rand.New(rand.NewPCG(4, 4))).compare(t, k[1], []int{70})
		k[1].Close()
		k[2].Close()
		if k[1].memory != nil {
			t.Errorf("%v: nobody has the code, and it is there", isa)
		}
	}
	if _, err := Shared(heat(ir.F64), simd.Go); err == nil || len(sharing.kernels) != 0 {
		t.Errorf("code without an instruction set: error %v, %d kernels are left", err, len(sharing.kernels))
	}
}
