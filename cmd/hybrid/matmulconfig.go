package main

import (
	"path/filepath"
	"strings"

	"hybrid/kernels_cuda"
	"hybrid/solvers/matmul"
)

var matmulOptions = []option{
	{name: "m"}, {name: "n"}, {name: "k"},
	{name: "a"}, {name: "b"},
	{name: "out", kind: list},
	{name: "tensor", values: tensorModes},
}

var tensorModes = []string{"off", "f64", "tf32"}

// A matmulConfig is what matmul is to do. Sizes that are 0 and files that are ""
// were not given.
type matmulConfig struct {
	*computeConfig
	M, N, K    int
	A, B       string
	Out        []string
	Tensor     string
	Arithmetic matmul.Arithmetic
}

// readMatmul reads the settings of matmul and refuses what cannot be.
func readMatmul(r *reader, common *computeConfig) work {
	c := &matmulConfig{computeConfig: common}
	c.M, c.N, c.K = r.whole("m", 0, 1, maxSide), r.whole("n", 0, 1, maxSide), r.whole("k", 0, 1, maxSide)
	for _, file := range []struct {
		option string
		to     *string
	}{{"a", &c.A}, {"b", &c.B}} {
		v, given := r.text(file.option)
		if given && filepath.Ext(v) != ".npy" {
			r.fail("%s is %q: want a file whose name ends in .npy", r.name(file.option), v)
		}
		*file.to = v
	}
	switch {
	case c.A != "" && c.B == "":
		r.fail("%s is %s, but no --b FILE.npy says what to multiply it with: give both, or neither", r.name("a"), c.A)
	case c.A == "" && c.B != "":
		r.fail("%s is %s, but no --a FILE.npy says what to multiply with it: give both, or neither", r.name("b"), c.B)
	}
	if common.sizes = []string{"m", "n", "k"}; c.A != "" {
		common.sizes = []string{"a", "b"}
	} else if err := c.random().Validate(); err != nil {
		r.fail("%s, %s, %s: %s", r.name("m"), r.name("n"), r.name("k"), strings.TrimPrefix(err.Error(), "matmul: "))
	}
	c.Out = r.outputs(".npy")
	c.Tensor = r.choice("tensor", tensorModes...)
	switch {
	case c.Tensor == "f64" && c.DType != "f64", c.Tensor == "tf32" && c.DType != "f32":
		r.fail("%s is %s, but %s is %s: tf32 multiplies matrices of f32, and f64 those of f64", r.name("tensor"), c.Tensor, r.name("dtype"), c.DType)
	case c.Tensor != "off" && c.GPU == "off":
		r.fail("%s is %s, but %s is off: only GPUs have tensor cores", r.name("tensor"), c.Tensor, r.name("gpu"))
	case c.Tensor == "f64":
		c.Arithmetic = kernels.Tensor
	case c.Tensor == "tf32":
		c.Arithmetic = kernels.TF32
	}
	return c.run
}

// random is the product of random matrices of the sizes asked for: n for those that
// were not.
func (c *matmulConfig) random() matmul.Problem {
	p := matmul.Problem{M: c.M, N: c.N, K: c.K}
	if p.N == 0 {
		p.N = 1024
	}
	if p.M == 0 {
		p.M = p.N
	}
	if p.K == 0 {
		p.K = p.N
	}
	return p
}

// ofFiles is the product of two files, unless their sizes or those asked for do
// not fit together.
func (c *matmulConfig) ofFiles(a, b *matmul.File) (matmul.Problem, error) {
	p := matmul.Problem{M: a.Rows(), N: b.Cols(), K: a.Cols()}
	if a.Cols() != b.Rows() {
		return p, bad("%s (%s) is %d x %d and %s (%s) is %d x %d: A needs as many columns as B has rows",
			c.A, c.name("a"), a.Rows(), a.Cols(), c.B, c.name("b"), b.Rows(), b.Cols())
	}
	for _, size := range []struct {
		option    string
		want, got int
		what      string
	}{{"m", c.M, p.M, "rows of A"}, {"n", c.N, p.N, "columns of B"}, {"k", c.K, p.K, "columns of A"}} {
		switch {
		case size.got < 1:
			return p, bad("%s (%s) and %s (%s) have no %s: a matrix has at least one row and one column",
				c.A, c.name("a"), c.B, c.name("b"), size.what)
		case size.want != 0 && size.want != size.got:
			return p, bad("%s is %d, but the files have %d %s: leave %[1]s out to take the files'", c.name(size.option), size.want, size.got, size.what)
		}
	}
	return p, nil
}
