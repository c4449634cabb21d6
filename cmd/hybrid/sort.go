package main

import (
	"math"
	"path/filepath"
	"time"

	"hybrid/solvers/sorting"
)

var sortOptions = []option{
	{name: "n"},
	{name: "distribution", values: sorting.Distributions},
	{name: "in"},
	{name: "dtype", values: []string{"f64", "f32", "i32", "i64", "u64"}},
	{name: "out", kind: list},
}

// A sortConfig is what sort is to do.
type sortConfig struct {
	*computeConfig
	N            int
	Distribution string
	In           string // file with the keys; "": they are made
	ownType      bool   // no --dtype was given: the file's counts
	Out          []string
}

func readSort(r *reader, common *computeConfig) work {
	c := &sortConfig{computeConfig: common}
	c.N = r.whole("n", 10_000_000, 1, sorting.MaxKeys)
	c.Distribution = r.choice("distribution", sorting.Distributions...)
	in, given := r.text("in")
	common.sizes = []string{"n"}
	if given {
		c.In, common.sizes = in, []string{"in"}
		if filepath.Ext(in) != ".npy" {
			r.fail("%s is %q: want a file whose name ends in .npy", r.name("in"), in)
		}
		for _, made := range []string{"n", "distribution"} {
			if _, too := r.text(made); too {
				r.fail("%s says how to make keys, but %s %s has them: leave one of the two out", r.name(made), r.name("in"), in)
			}
		}
		c.Distribution = ""
	}
	_, typed := r.text("dtype")
	c.ownType = given && !typed
	c.Out = r.outputs(".npy")
	return c.run
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
	if j.solver, err = sorting.New[K](j.comm, n, sorting.Options{Threads: j.threads, ISA: j.isa}); err != nil {
		return nil, err
	}
	err = j.tryOutput(j.Out, func(path string) error { return j.output.Shared(path, nil) })
	if err != nil {
		return nil, err
	}
	if err := j.makeKeys(file); err != nil {
		return nil, err
	}
	o := &outcome{Report: j.report}
	var before sorting.Checksum
	if j.Verify {
		if before, err = j.solver.Checksum(); err != nil {
			return nil, err
		}
	}
	if err := j.solver.Sort(j.ctx); err != nil {
		return nil, err
	}
	costs := j.solver.Costs()
	o.Seconds = (costs.Divide + costs.Exchange + costs.Local).Seconds()
	if j.Verify {
		v, err := j.solver.Verify(before)
		if err != nil {
			return nil, err
		}
		o.Verdict = &v
	}
	o.Err = j.writeOutput(j.Out, func(path string) error { return j.solver.Write(j.output, path) })
	return o, nil
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
