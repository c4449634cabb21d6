package main

import (
	"math"
	"path/filepath"
	"slices"

	"hybrid/solvers/heat"
)

// The longest side of a grid: the number of its points still fits an int.
const maxSide = math.MaxInt32

var heatOptions = []option{
	{name: "nx"}, {name: "ny"}, {name: "steps"}, {name: "start-step"}, {name: "start-time"},
	{name: "alpha"}, {name: "dx"}, {name: "dy"}, {name: "dt"},
	{name: "boundary", values: heat.Boundaries},
	{name: "initial", values: heat.Shapes},
	{name: "balance", values: balances},
	{name: "out", kind: list}, {name: "frames"}, {name: "every"}, {name: "range"}, {name: "force", kind: toggle},
}

// balances say how rows are divided over the ranks: by their speed, or evenly.
var balances = []string{"auto", "off"}

// A heatConfig is what heat is to do. Numbers that are 0 were not given.
type heatConfig struct {
	*computeConfig
	NX, NY, Steps     int
	Start             heat.Moment // of the initial field
	Timed             bool        // the time of Start was given
	Alpha, DX, DY, DT float64
	Boundary          heat.Boundary
	Initial           string
	Balance           string
	Out               []string
	Frames            string
	Every             int
	Range             [2]float64 // ends of the colours of pictures; both 0: chosen
	Force             bool       // frames of another run go
}

// fromFile tells whether the initial field is in a file.
func (c *heatConfig) fromFile() bool { return !slices.Contains(heat.Shapes, c.Initial) }

// readHeat reads the settings of heat and refuses what no machine could do.
func readHeat(r *reader, common *computeConfig) work {
	c := &heatConfig{computeConfig: common}
	c.NX, c.NY = r.whole("nx", 0, 3, maxSide), r.whole("ny", 0, 3, maxSide)
	c.Steps = r.whole("steps", 1000, 0, math.MaxInt)
	c.Start.Step = r.whole("start-step", 0, 0, math.MaxInt-c.Steps)
	c.Start.Time = r.finite("start-time", 0)
	_, c.Timed = r.text("start-time")
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
	if c.Start.Step > 0 && !c.fromFile() {
		r.fail("%s is %d, but %s is not the field of that step: give the one that was written then, as --initial FILE.npy",
			r.name("start-step"), c.Start.Step, c.Initial)
	}
	if common.sizes = []string{"nx", "ny"}; c.fromFile() {
		common.sizes = []string{"initial"}
	}
	c.Balance = r.choice("balance", balances...)
	c.Out = r.outputs(heat.Endings...)
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
	c.Range[0], c.Range[1] = r.point("range", 0, 0)
	if _, given := r.text("range"); given && !(c.Range[0] < c.Range[1]) {
		r.fail("%s is %g,%g: want the least value and a greater one, as 0,100", r.name("range"), c.Range[0], c.Range[1])
	}
	if c.Force = r.toggle("force"); c.Force && !given {
		r.fail("%s removes the frames of another run, but no --frames DIR says where", r.name("force"))
	}
	return c.run
}

// problem is the equation on a grid of nx by ny points, with what was not given
// filled in. The named fields are those of a unit square; the cells of a file,
// which has no lengths, are square, as a picture's are, and its longer side is 1.
func (c *heatConfig) problem(nx, ny int) (heat.Problem, error) {
	p := heat.Problem{NX: nx, NY: ny, Alpha: c.Alpha, DX: c.DX, DY: c.DY, DT: c.DT, Boundary: c.Boundary}
	if p.Alpha == 0 {
		p.Alpha = 0.1
	}
	switch {
	case p.DX == 0 && p.DY == 0 && c.fromFile():
		if nx != ny && c.Start.Step > 0 {
			return p, bad("%s %d goes on with a run, but %s does not hold its distances of points: give --dx and --dy as they were there",
				c.name("start-step"), c.Start.Step, c.Initial)
		}
		p.DX = 1 / float64(max(nx, ny)-1)
		p.DY = p.DX
	case p.DX == 0 && p.DY == 0:
		p.DX, p.DY = 1/float64(nx-1), 1/float64(ny-1)
	case p.DX == 0:
		p.DX = p.DY
	case p.DY == 0:
		p.DY = p.DX
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
