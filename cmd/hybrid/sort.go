package main

import (
	"math"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/units"
	"hybrid/solvers/sorting"
)

// A sortConfig is what sort is to do.
type sortConfig struct {
	*computeConfig
	N            int
	Distribution string
	In           string // file with the keys; "": they are made
	ownType      bool   // no --dtype was given: the file's counts
	Out          []string
}

func (c *sortConfig) declare(o *option.Set) {
	o.Group("Keys")
	o.Int(&c.N, "n", 10_000_000, "how many to make", option.Range(1, sorting.MaxKeys), option.Size)
	o.Choice(&c.Distribution, "distribution", "what to make, of the seed and the index of each key alone:", option.Explained(
		"uniform", "all integers; floats in [0, 1)",
		"normal", "mean 0 and standard deviation 1; integers 2^24 (i32) or 2^56, u64 around 2^63",
		"zipf", "k of 1 to 2^20-1, which falls off as 1/k",
		"equal", "42",
		"sorted", "the index",
		"reversed", "the index, from the last one down",
		"few", "0 to 15"))
	o.In(&c.In, "in", "sort these, a one-dimensional array of i32, i64, u64, f32 or f64, in the place of made ones", []string{".npy"})
	o.Choice(&c.DType, "dtype", "of the keys. With a file it must be the file's, which it is if left out",
		option.Choices("f64", "f32", "i32", "i64", "u64"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, "of the made keys. A file's need none")
	o.Group("Output")
	o.Outs(&c.Out, "out", "write the sorted keys, each rank its own; may be given several times", []string{".npy"}, option.Arg("FILE.npy"))
	o.Group("Run")
	o.Toggle(&c.Verify, "verify", "check the order, from rank to rank too, and that a checksum of the keys, which does not depend on their order, "+
		"is the input's")
}

func (c *sortConfig) check(r *reader) {
	if c.In != "" {
		c.sizes = []string{"in"}
		for _, made := range []string{"n", "distribution"} {
			if r.Given(made) {
				r.fail("%s says how to make keys, but %s %s has them: leave one of the two out", r.Name(made), r.Name("in"), c.In)
			}
		}
		c.Distribution = ""
	}
	c.ownType = c.In != "" && !r.Given("dtype")
	r.checkOutputs(c.Out)
}

// run sorts.
func (c *sortConfig) run(j *job) (*outcome, error) {
	dtype, n := c.DType, c.N
	var file *sorting.File
	if c.In != "" {
		var err error
		if file, err = sorting.OpenFile(j.comm, c.In); err != nil {
			return nil, badInput(c.name("in"), err)
		}
		defer file.Close()
		if c.ownType {
			dtype = file.DType()
		}
		if dtype != file.DType() {
			return nil, j.comm.Agree(bad("%s is %s, but the keys in %s (%s) are %s: leave %[1]s out to take the file's",
				c.name("dtype"), dtype, c.In, c.name("in"), file.DType()))
		}
		n = file.N()
	}
	switch dtype {
	case "i32":
		return sortKeys[int32](c, j, n, dtype, file)
	case "i64":
		return sortKeys[int64](c, j, n, dtype, file)
	case "u64":
		return sortKeys[uint64](c, j, n, dtype, file)
	case "f32":
		return sortKeys[float32](c, j, n, dtype, file)
	}
	return sortKeys[float64](c, j, n, dtype, file)
}

// A sortJob is one rank's part of a run.
type sortJob[K sorting.Key] struct {
	*sortConfig
	*job
	dtype  string
	solver *sorting.Solver[K]
	fill   time.Duration // time to make or read the keys
}

func sortKeys[K sorting.Key](c *sortConfig, shared *job, n int, dtype string, file *sorting.File) (*outcome, error) {
	j := &sortJob[K]{sortConfig: c, job: shared, dtype: dtype}
	var err error
	var done func(int)
	// Rank 0 tells how far it is itself; the others are about as far.
	o := sorting.Options{Threads: j.threads, ISA: j.isa, Progress: func(keys int) { done(keys * j.comm.Size()) }}
	if j.solver, err = sorting.New[K](j.comm, n, o); err != nil {
		return nil, err
	}
	err = j.tryOutput(j.Out, func(path string) error { return j.output.Shared(path, nil) })
	if err != nil {
		return nil, err
	}
	if err := j.makeKeys(file); err != nil {
		return nil, err
	}
	out := &outcome{Report: j.report}
	var before sorting.Checksum
	if j.Verify {
		if before, err = j.solver.Checksum(); err != nil {
			return nil, err
		}
	}
	done = j.progress("keys", n, func(rate float64) string { return units.SI(rate) + " keys/s" })
	if err := j.solver.Sort(j.ctx); err != nil {
		return nil, err
	}
	costs := j.solver.Costs()
	out.Seconds = (costs.Divide + costs.Exchange + costs.Local).Seconds()
	if j.Verify {
		v, err := j.solver.Verify(before)
		if err != nil {
			return nil, err
		}
		out.Verdict = &v
	}
	out.Err = j.writeOutput(j.Out, func(path string) error { return j.solver.Write(j.output, path) })
	return out, nil
}

// makeKeys makes or reads this rank's keys.
func (j *sortJob[K]) makeKeys(file *sorting.File) error {
	began := time.Now()
	defer func() { j.fill = time.Since(began) }()
	if file != nil {
		return badInput(j.name("in"), j.solver.Fill(sorting.FromFile[K](file)))
	}
	keys, err := sorting.Values[K](j.Distribution, j.Seed, j.solver.N())
	if err != nil {
		return j.comm.Agree(err)
	}
	return j.solver.Fill(keys)
}

// inJSON is a key as a JSON object can have it: a number or, as JSON has none for
// NaN and the infinities, their name.
func inJSON[K sorting.Key](k K) any {
	switch x := float64(k); {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 0):
		return map[bool]string{true: "Infinity", false: "-Infinity"}[x > 0]
	}
	return k
}
