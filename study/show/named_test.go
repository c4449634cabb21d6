package show

import (
	"strings"
	"testing"

	"hybrid/study/result"
)

func TestNamed(t *testing.T) {
	point := func(kernel, size string) result.Point {
		return result.Point{Kernel: kernel, DType: "f64", Size: sized(size)}
	}
	small, large, pi := point("matmul", "--m 100 --n 100 --k 100"), point("matmul", "--m 200 --n 300 --k 400"), point("pi", "--samples 9")
	r := &result.Result{Kernels: []result.Point{small, large, pi}, Scaling: []result.Series{
		{Kernel: "matmul", Points: []result.ScalingPoint{{Point: large}}}, {Kernel: "pi", Points: []result.ScalingPoint{{Point: pi}}}}}
	n := Named(r)
	var got []string
	for _, p := range n.Kernels {
		got = append(got, p.Kernel)
	}
	for _, s := range n.Scaling {
		got = append(got, s.Kernel)
	}
	if want := "matmul 100, matmul 200x300x400, pi, matmul 200x300x400, pi"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if r.Kernels[0].Kernel != "matmul" || r.Scaling[0].Kernel != "matmul" {
		t.Error("the result itself was changed")
	}
	r.Comparison = &result.Comparison{}
	if !ofKernel(n, "matmul f64, --m 100") || ofKernel(n, "triad on all cores") {
		t.Error("kernels are not told from probes")
	}
	// One of each kernel, or the same on processors and devices, has its own name.
	one := &result.Result{Kernels: []result.Point{small, {Kernel: "matmul", DType: "f64", Size: large.Size, Device: "GPU"}}}
	if Named(one) != one {
		t.Error("one size has been given a name")
	}
}
