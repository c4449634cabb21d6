package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hybrid/mpi"
	"hybrid/solvers/heat"
)

// The most ranks of one process, and threads of one rank, that are not a slip.
const maxWorkers = 4096

// The longest side of a grid: the number of its points still fits an int.
const maxSide = math.MaxInt32

var heatOptions = append([]option{
	{name: "nx"}, {name: "ny"}, {name: "steps"},
	{name: "alpha"}, {name: "dx"}, {name: "dy"}, {name: "dt"},
	{name: "boundary", values: heat.Boundaries},
	{name: "initial", values: heat.Shapes},
	{name: "out", kind: list}, {name: "frames"}, {name: "every"},
}, computeOptions...)

// computeOptions are those of every command that computes.
var computeOptions = []option{
	{name: "gpu", values: gpuModes},
	{name: "ranks"}, {name: "threads"},
	{name: "dtype", values: dtypes},
	{name: "seed"},
	{name: "verify", kind: toggle}, {name: "json", kind: toggle}, {name: "quiet", kind: toggle},
}

var (
	gpuModes = []string{"auto", "on", "off", "sim"}
	dtypes   = []string{"f64", "f32"}
)

// A computeConfig is what every command that computes can be told.
type computeConfig struct {
	GPU                 string
	Ranks               int // 0: the launcher's, or one
	Threads             int // of each rank; 0: its share of the cores
	DType               string
	Seed                uint64
	Verify, JSON, Quiet bool
	ISA                 string // "": the best one
}

// A heatConfig is what heat is to do. Numbers that are 0 were not given.
type heatConfig struct {
	computeConfig
	NX, NY, Steps     int
	Alpha, DX, DY, DT float64
	Boundary          heat.Boundary
	Initial           string
	Out               []string
	Frames            string
	Every             int

	name func(option string) string // "--nx", or the variable that gave it
}

// fromFile tells whether the initial field is in a file.
func (c *heatConfig) fromFile() bool { return !slices.Contains(heat.Shapes, c.Initial) }

// shared is what all ranks must have been told alike.
func (c *heatConfig) shared() string {
	alike := *c
	alike.Threads, alike.ISA, alike.name = 0, "", nil
	return fmt.Sprintf("%+v", alike)
}

// readHeat reads the settings of heat and refuses what no machine could do.
func readHeat(s settings) (*heatConfig, error) {
	r := s.reader()
	c := &heatConfig{name: r.name}
	c.computeConfig = readCompute(r)
	c.NX, c.NY = r.whole("nx", 0, 3, maxSide), r.whole("ny", 0, 3, maxSide)
	c.Steps = r.whole("steps", 1000, 0, math.MaxInt)
	c.Alpha = r.positive("alpha")
	c.DX, c.DY, c.DT = r.positive("dx"), r.positive("dy"), r.positive("dt")
	boundary := r.choice("boundary", heat.Boundaries...)
	if r.err == nil {
		c.Boundary, r.err = heat.ParseBoundary(boundary)
	}
	c.Initial = heat.Shapes[0]
	if v, ok := r.text("initial"); ok {
		c.Initial = v
		if c.fromFile() && filepath.Ext(v) != ".npy" {
			r.fail("%s is %q%s: want square, disc, gaussian, sine, or a file whose name ends in .npy",
				r.name("initial"), v, didYouMean(v, heat.Shapes, ""))
		}
	}
	c.Out = r.list("out")
	for i, path := range c.Out {
		if heat.CheckEnding(path) != nil {
			r.fail("%s is %q: the name must end in .npy, .png, .vti or .pvti, which says what is written", r.name("out"), path)
		}
		if other := clash(c.Out[:i], path); other != "" {
			r.fail("%s names one file twice, with %q and %q: give each file a name of its own", r.name("out"), other, path)
		}
	}
	frames, given := r.text("frames")
	if given && frames == "" {
		r.fail("%s is empty: want a directory", r.name("frames"))
	}
	c.Frames = frames
	c.Every = r.whole("every", 0, 1, math.MaxInt)
	if c.Every > 0 && !given {
		r.fail("%s says how often to draw a frame, but no --frames DIR says where", r.name("every"))
	}
	if given && c.Every == 0 {
		c.Every = max(1, c.Steps/100)
	}
	return c, r.err
}

// readCompute reads the settings of every command that computes.
func readCompute(r *reader) computeConfig {
	c := computeConfig{
		GPU:     r.choice("gpu", gpuModes...),
		Ranks:   readRanks(r),
		Threads: r.whole("threads", 0, 1, maxWorkers),
		DType:   r.choice("dtype", dtypes...),
		Seed:    r.seed("seed"),
		Verify:  r.toggle("verify"), JSON: r.toggle("json"), Quiet: r.toggle("quiet"),
		ISA: readISA(r),
	}
	if (c.GPU == "on" || c.GPU == "sim") && r.err == nil {
		r.err = &statusError{gpuError(r.name("gpu"), c.GPU), failed}
	}
	return c
}

// readRanks reads --ranks, which a launcher's task may not have.
func readRanks(r *reader) int {
	ranks := r.whole("ranks", 0, 1, maxWorkers)
	l, launched := mpi.Detect()
	if ranks > 0 && launched && l.Size != 1 {
		r.fail("%s is %d, but %s started this process as one of several tasks, which are the ranks: "+
			"leave it out, or start hybrid without a launcher", r.name("ranks"), ranks, l.Name)
	}
	return ranks
}

// readISA reads HYBRID_ISA, which has no flag: the result does not depend on it.
func readISA(r *reader) string {
	name := r.env("HYBRID_ISA")
	allowed := []string{"auto", "go", "avx2", "avx512"}
	if name != "" && !slices.Contains(allowed, name) {
		r.fail("HYBRID_ISA is %q%s: want one of auto, go, avx2, avx512", name, didYouMean(name, allowed, ""))
	}
	return name
}

// problem is the equation on a grid of nx by ny points, with what was not given
// filled in.
func (c *heatConfig) problem(nx, ny int) (heat.Problem, error) {
	p := heat.Problem{NX: nx, NY: ny, Alpha: c.Alpha, DX: c.DX, DY: c.DY, DT: c.DT, Boundary: c.Boundary}
	if p.Alpha == 0 {
		p.Alpha = 0.1
	}
	if p.DX == 0 {
		p.DX = 1 / float64(nx-1)
	}
	if p.DY == 0 {
		p.DY = 1 / float64(ny-1)
	}
	limit := heat.StableDT(p.Alpha, p.DX, p.DY)
	if limit == 0 || math.IsInf(limit, 0) || math.IsNaN(limit) {
		return p, bad("%s %g, %s %g and %s %g give a stability limit of %g for the time step: choose them nearer to 1",
			c.name("alpha"), p.Alpha, c.name("dx"), p.DX, c.name("dy"), p.DY, limit)
	}
	if p.DT == 0 {
		p.DT = 0.9 * limit
	}
	err := p.Validate()
	switch {
	case err != nil && p.DT > limit:
		return p, bad("%s %g is above the stability limit %v: the solution would grow without bound; take at most that, "+
			"or leave it out for 0.9 of it", c.name("dt"), p.DT, limit)
	case err != nil:
		return p, &statusError{err, badUsage}
	}
	return p, nil
}

// clash is the first of some output files that would write over path, or that
// path would write over; empty if there is none. The pieces of a .pvti are files
// too.
func clash(before []string, path string) string {
	pieceOf := func(index, piece string) bool {
		if filepath.Ext(index) != ".pvti" || filepath.Ext(piece) != ".vti" {
			return false
		}
		stem, _ := strings.CutSuffix(filepath.Clean(index), ".pvti")
		rank, ok := strings.CutPrefix(strings.TrimSuffix(filepath.Clean(piece), ".vti"), stem+"_")
		_, err := strconv.Atoi(rank)
		return ok && err == nil
	}
	for _, other := range before {
		if filepath.Clean(other) == filepath.Clean(path) || pieceOf(other, path) || pieceOf(path, other) {
			return other
		}
	}
	return ""
}
