package main

import (
	"strings"

	"hybrid/internal/option"
	"hybrid/kernels_cuda"
	"hybrid/solvers/matmul"
)

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

func (c *matmulConfig) declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&c.M, "m", 0, "rows of A", option.Range(1, maxSide), option.Size, option.Default("n; with files, theirs"))
	o.Int(&c.N, "n", 0, "columns of B", option.Range(1, maxSide), option.Size, option.Default("1024; with files, theirs"))
	o.Int(&c.K, "k", 0, "columns of A", option.Range(1, maxSide), option.Size, option.Default("n; with files, theirs"))
	o.In(&c.A, "a", "A: a two-dimensional array of integers, float32 or float64, rows first. Every element must be finite. Without files "+
		"the elements of A and B are uniform in (-1, 1)", []string{".npy"})
	o.In(&c.B, "b", "B, likewise", []string{".npy"})
	o.Choice(&c.DType, "dtype", "what is multiplied and written. Files of another type are converted, rounded to f32",
		option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, "of the random matrices and of --verify. Those of files need none")
	o.Group("Output")
	o.Outs(&c.Out, "out", "write C; may be given several times", []string{".npy"}, option.Arg("FILE.npy"))
	o.Group("Run")
	o.Choice(&c.Tensor, "tensor", "tensor cores of GPUs, instead of exact chains of fused multiply-adds. Every rank needs a GPU of compute "+
		"capability 8.0 or later", option.Arg("MODE"), option.Explained(
		"off", "no",
		"f64", "for --dtype f64. The cores choose the order of the sums: the last bits depend on the GPU",
		"tf32", "for --dtype f32. Factors are rounded to 11 binary digits: an element of C has some 3 decimal digits right of what its "+
			"products add up to in magnitude"))
	o.Toggle(&c.Verify, "verify", "check C by Freivalds' method: products with 20 random vectors; a wrong C passes less than once in a million. "+
		"It allows for the rounding of the arithmetic that was used")
}

// check refuses what cannot be.
func (c *matmulConfig) check(r *reader) {
	switch {
	case c.A != "" && c.B == "":
		r.fail("%s is %s, but no --b FILE.npy says what to multiply it with: give both, or neither", r.Name("a"), c.A)
	case c.A == "" && c.B != "":
		r.fail("%s is %s, but no --a FILE.npy says what to multiply with it: give both, or neither", r.Name("b"), c.B)
	}
	if c.A != "" {
		c.sizes = []string{"a", "b"}
	} else if err := c.random().Validate(); err != nil {
		r.fail("%s, %s, %s: %s", r.Name("m"), r.Name("n"), r.Name("k"), strings.TrimPrefix(err.Error(), "matmul: "))
	}
	r.checkOutputs(c.Out)
	switch {
	case c.Tensor == "f64" && c.DType != "f64", c.Tensor == "tf32" && c.DType != "f32":
		r.fail("%s is %s, but %s is %s: tf32 multiplies matrices of f32, and f64 those of f64", r.Name("tensor"), c.Tensor, r.Name("dtype"), c.DType)
	case c.Tensor != "off" && c.GPU == "off":
		r.fail("%s is %s, but %s is off: only GPUs have tensor cores", r.Name("tensor"), c.Tensor, r.Name("gpu"))
	case c.Tensor == "f64":
		c.Arithmetic = kernels.Tensor
	case c.Tensor == "tf32":
		c.Arithmetic = kernels.TF32
	}
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
