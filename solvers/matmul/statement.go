package matmul

import (
	"context"
	_ "embed"
	"math"
	"strings"

	kernels "hybrid/kernels_cuda"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid matmul.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

// A statement is what matmul is to do. Sizes that are 0 and files that are "" were not
// given.
type statement struct {
	*task.Common
	M, N, K    int
	A, B       string
	Out        []string
	Tensor     string
	Balance    string
	Arithmetic Arithmetic
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "matmul", Summary: "multiply two matrices", Help: help, Counts: "steps of k"}
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&p.M, "m", 0, "rows of A", option.Range(1, math.MaxInt32), option.Size, option.Default("n; with files, theirs"))
	o.Int(&p.N, "n", 0, "columns of B", option.Bare, option.Meant("size"), option.Range(1, math.MaxInt32), option.Size, option.Default("1024; with files, theirs"))
	o.Int(&p.K, "k", 0, "columns of A", option.Range(1, math.MaxInt32), option.Size, option.Default("n; with files, theirs"))
	o.In(&p.A, "a", "A: a two-dimensional array of integers, float32 or float64, rows first. Every element must be finite. Without files "+
		"the elements of A and B are uniform in (-1, 1)", []string{".npy"})
	o.In(&p.B, "b", "B, likewise", []string{".npy"})
	o.Choice(&p.DType, "dtype", "what is multiplied and written. Files of another type are converted, rounded to f32",
		option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, "of the random matrices, where no files are given, and of the vectors of --verify")
	o.Group("Output")
	o.Outs(&p.Out, "out", "write C; may be given several times", []string{".npy"}, option.Arg("FILE.npy"))
	o.Group("Run")
	task.Balance(o, &p.Balance, "equal blocks", "ranks of several kinds have rows by their speed on a small product, on a grid of one column")
	o.Choice(&p.Tensor, "tensor", "tensor cores of GPUs, instead of exact chains of fused multiply-adds. Every rank needs a GPU of compute "+
		"capability 8.0 or later", option.Arg("MODE"), option.Explained(
		"off", "no",
		"f64", "for --dtype f64. The cores choose the order of the sums: the last bits depend on the GPU",
		"tf32", "for --dtype f32. Factors are rounded to 11 binary digits: an element of C has some 3 decimal digits right of what its "+
			"products add up to in magnitude"))
	o.Toggle(&p.Verify, "verify", "check C by Freivalds' method: products with 20 random vectors; a wrong C passes less than once in a million. "+
		"It allows for the rounding of the arithmetic that was used")
}

// Check refuses what cannot be.
func (p *statement) Check(c *task.Checker) {
	switch {
	case p.A != "" && p.B == "":
		c.Fail("%s is %s, but no --b FILE.npy says what to multiply it with: give both, or neither", c.Name("a"), p.A)
	case p.A == "" && p.B != "":
		c.Fail("%s is %s, but no --a FILE.npy says what to multiply with it: give both, or neither", c.Name("b"), p.B)
	}
	if p.A != "" {
		c.Sizes = []string{"a", "b"}
	} else if err := p.random().Validate(); err != nil {
		c.Fail("%s, %s, %s: %s", c.Name("m"), c.Name("n"), c.Name("k"), strings.TrimPrefix(err.Error(), "matmul: "))
	}
	c.Outputs(p.Out)
	for _, name := range []string{"checkpoint", "restart"} {
		if p.Tensor != "off" && c.Find(name) != nil && c.Given(name) {
			c.Fail("%s is %s, but %s asks for checkpoints: the bits of sums on tensor cores depend on where a run goes on; leave one of them out",
				c.Name("tensor"), p.Tensor, c.Name(name))
		}
	}
	switch {
	case p.Tensor == "f64" && p.DType != "f64", p.Tensor == "tf32" && p.DType != "f32":
		c.Fail("%s is %s, but %s is %s: tf32 multiplies matrices of f32, and f64 those of f64", c.Name("tensor"), p.Tensor, c.Name("dtype"), p.DType)
	case p.Tensor != "off" && p.GPU == "off":
		c.Fail("%s is %s, but %s is off: only GPUs have tensor cores", c.Name("tensor"), p.Tensor, c.Name("gpu"))
	case p.Tensor == "f64":
		p.Arithmetic = kernels.Tensor
	case p.Tensor == "tf32":
		p.Arithmetic = kernels.TF32
	}
}

// random is the product of random matrices of the sizes asked for: n for those that
// were not.
func (p *statement) random() Problem {
	r := Problem{M: p.M, N: p.N, K: p.K}
	if r.N == 0 {
		r.N = 1024
	}
	if r.M == 0 {
		r.M = r.N
	}
	if r.K == 0 {
		r.K = r.N
	}
	return r
}

// ofFiles is the product of two files, unless their sizes or those asked for do
// not fit together.
func (p *statement) ofFiles(j *task.Job, a, b *File) (Problem, error) {
	r := Problem{M: a.Rows(), N: b.Cols(), K: a.Cols()}
	if a.Cols() != b.Rows() {
		return r, task.Bad("%s (%s) is %d x %d and %s (%s) is %d x %d: A needs as many columns as B has rows",
			p.A, j.Name("a"), a.Rows(), a.Cols(), p.B, j.Name("b"), b.Rows(), b.Cols())
	}
	for _, size := range []struct {
		option    string
		want, got int
		what      string
	}{{"m", p.M, r.M, "rows of A"}, {"n", p.N, r.N, "columns of B"}, {"k", p.K, r.K, "columns of A"}} {
		switch {
		case size.got < 1:
			return r, task.Bad("%s (%s) and %s (%s) have no %s: a matrix has at least one row and one column",
				p.A, j.Name("a"), p.B, j.Name("b"), size.what)
		case size.want != 0 && size.want != size.got:
			return r, task.Bad("%s is %d, but the files have %d %s: leave %[1]s out to take the files'", j.Name(size.option), size.want, size.got, size.what)
		}
	}
	return r, nil
}

// Sizes are those of random matrices, whose sides suit every kernel's blocks.
func (p *statement) Sizes() task.Sizes {
	const side = 16
	return task.Sizes{
		Unit: "flops", Params: []string{"m", "n", "k"}, Typed: true, Such: "2048", Same: true, Waits: "panels",
		Start: func(m task.Machine, _ string) task.Size {
			if m.Simulated {
				return task.Size{side, side, side}
			}
			return task.Size{256, 256, 256}
		},
		Times: func(s task.Size, factor float64) task.Size {
			n := math.Cbrt(factor * float64(s[0]) * float64(s[1]) * float64(s[2]))
			n = max(math.Round(n/side), 1) * side
			return task.Size{int(n), int(n), int(n)}
		},
		Spread: func(s task.Size, workers int) task.Size { return task.Size{s[0] * workers, s[1], s[2]} },
		Empty:  func(task.Size) task.Size { return task.Size{side, side, side} },
		Transfer: func(s task.Size, dtype string) (in, out float64) {
			m, n, k := float64(s[0]), float64(s[1]), float64(s[2])
			return (m*k + k*n) * float64(task.BytesOf(dtype)), 0 // C comes back in the course of it
		},
	}
}

func (p *statement) Open(_ context.Context, j *task.Job) (task.Task, error) {
	if p.DType == "f32" {
		return open[float32](p, j)
	}
	return open[float64](p, j)
}
