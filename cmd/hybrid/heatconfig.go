package main

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hybrid/internal/option"
	"hybrid/solvers/heat"
)

// The longest side of a grid: the number of its points still fits an int.
const maxSide = math.MaxInt32

// A heatConfig is what heat is to do. Numbers that are 0 were not given.
type heatConfig struct {
	*computeConfig
	NX, NY, Steps     int
	Start             heat.Moment // of the initial field
	Alpha, DX, DY, DT float64
	Boundary          heat.Boundary
	boundary          string // as given
	Initial           string
	Rows, Columns     int // of ranks
	Balance           string
	Out               []string
	Frames            string
	Every             int
	Range             [2]float64 // ends of the colours of pictures; both 0: chosen
	Force             bool       // frames of another run go
	Color             string     // when the picture in the terminal has colours
}

// fromFile tells whether the initial field is in a file.
func (c *heatConfig) fromFile() bool { return !slices.Contains(heat.Shapes, c.Initial) }

func (c *heatConfig) declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&c.NX, "nx", 0, "columns, the ring included", option.Range(3, maxSide), option.Size, option.Default("100; with a file, the file's"))
	o.Int(&c.NY, "ny", 0, "rows, the ring included", option.Range(3, maxSide), option.Size, option.Default("100; with a file, the file's"))
	o.Int(&c.Steps, "steps", 1000, "time steps to take")
	o.Positive(&c.Alpha, "alpha", 0.1, "thermal diffusivity", option.Unit("length^2/time"))
	o.Positive(&c.DX, "dx", 0, "distance of columns, a length", option.Default("dy or, without, 1/(nx-1): the named fields are on a unit square. "+
		"The cells of a file, which has no lengths, are square, its longer side is 1"))
	o.Positive(&c.DY, "dy", 0, "distance of rows, a length", option.Default("dx, as that is dy's"))
	o.Positive(&c.DT, "dt", 0, "time step. More than the limit is refused",
		option.Default("0.9 of the stability limit 1 / (2 alpha (1/dx^2 + 1/dy^2))"))
	o.Choice(&c.boundary, "boundary", "", option.Arg("KIND"), option.Explained(
		"dirichlet", "the ring keeps its initial values",
		"neumann", "no heat passes: the ring mirrors the interior",
		"periodic", "the interior goes on at its opposite edge"))
	c.Initial = heat.Shapes[0]
	o.Func("initial", "", c.readInitial, func() any { return c.Initial }, option.Arg("FIELD"), option.Choices(heat.Shapes...), option.Forms(
		"square", "100 in the middle, 0 around it (default)",
		"disc", "the same with a disc",
		"gaussian", "a bell of height 100",
		"sine", "an eigenmode of the dirichlet boundary",
		"FILE.npy", "a two-dimensional array of integers, float32 or float64, rows first"))
	o.Int(&c.Start.Step, "start-step", 0, "the step of the field in FILE.npy, to go on with a run. The numbers and times of frames and files go on. "+
		"alpha, dx, dy, dt and boundary must be those of the run; dx and dy have no default where nx and ny differ")
	o.Finite(&c.Start.Time, "start-time", 0, "its time", option.Default("start-step times dt"))
	o.Uint64(&c.Seed, "seed", 0, ignored("Nothing is random here"))
	o.Group("Output")
	o.Outs(&c.Out, "out", "write the last field; may be given several times. The ending says what is written:", heat.Endings, option.Forms(
		".npy", "NumPy array, rows first",
		".png", "heat map with axes and a colour bar",
		".vti", "VTK image, for ParaView and VisIt. The numbers are base64, so that the file is XML, and raw bytes above 256 MiB of them",
		".pvti", "the same in a piece for each rank"))
	o.Dir(&c.Frames, "frames", "write a heat map of every step whose number is a multiple of --every, as DIR/frame_000000.png ..., in the same colours")
	o.Int(&c.Every, "every", 0, "steps between frames", option.Range(1, math.MaxInt), option.Default("a hundredth of --steps"))
	o.Choice(&c.Color, "color", "", option.Choices("auto", "always", "never"), option.EnvOnly, option.Local)
	o.Toggle(&c.Force, "force", "remove the frames of another run that are in DIR, which are refused without. A run that goes on by --start-step "+
		"adds its frames to those of the run before, in their colours", option.Aside)
	o.Pair(&c.Range, "range", [2]float64{}, "ends of the colours of frames and .png files", option.Arg("LO,HI"),
		option.Default("the extremes of the initial field, and of the last one"))
	o.Group("Run")
	o.Func("grid", "rows and columns in which the ranks stand, each with a rectangle of the field; R times C is their number", c.readGrid, nil,
		option.Arg("RxC"), option.Aside, option.Default("what takes the least time for a step, by the points, threads and messages of each grid and what they are "+
			"assumed to cost. It is one column of ranks where columns would save less than 8 %, or where ranks are of several kinds"))
	o.Choice(&c.Balance, "balance", "", option.Arg("auto|off"), option.Explained(
		"auto", "divide the rows by the speed of the ranks, measured before and during the run; move them when it pays. "+
			"On a grid of several columns of ranks all have as much",
		"off", "as many rows on every rank"))
	o.Toggle(&c.Verify, "verify", "compare with an independent solver: all of a small run, the last steps of windows of a large one")
}

// readGrid takes a number of rows and columns of ranks.
func (c *heatConfig) readGrid(text string) error {
	rows, columns, _ := strings.Cut(text, "x")
	r, err1 := strconv.Atoi(rows)
	n, err2 := strconv.Atoi(columns)
	if err1 != nil || err2 != nil || r < 1 || n < 1 {
		return errors.New("want the rows and columns of ranks, as 2x3")
	}
	c.Rows, c.Columns = r, n
	return nil
}

// checkGrid refuses a grid of ranks that is no way to cut a field over them.
func (c *heatConfig) checkGrid(p heat.Problem, ranks int) error {
	if c.Rows == 0 {
		return nil
	}
	name := c.name("grid")
	switch {
	case c.Rows*c.Columns != ranks:
		return bad("%s is %dx%d, of %d ranks, but there are %d: give rows and columns whose product is that, or leave it out",
			name, c.Rows, c.Columns, c.Rows*c.Columns, ranks)
	case p.CheckGrid(c.Rows, c.Columns, ranks) != nil:
		return bad("%s is %dx%d, but the interior has %d rows and %d columns of points: each rank needs one at least; give fewer rows or columns, or more points",
			name, c.Rows, c.Columns, p.NY-2, p.NX-2)
	}
	return nil
}

// readInitial takes the name of a shape or of a file.
func (c *heatConfig) readInitial(text string) error {
	if c.Initial = text; c.fromFile() && filepath.Ext(text) != ".npy" {
		return option.Want(text, heat.Shapes, "want square, disc, gaussian, sine, or a file whose name ends in .npy")
	}
	return nil
}

// check refuses what no machine could do.
func (c *heatConfig) check(r *reader) {
	var err error
	if c.Boundary, err = heat.ParseBoundary(c.boundary); err != nil {
		r.fail("%w", err)
	}
	if c.fromFile() {
		c.sizes = []string{"initial"}
	}
	switch step := c.Start.Step; {
	case step > math.MaxInt-c.Steps:
		r.fail("%s is \"%d\": want a whole number from 0 to %d, for %s is %d", r.Name("start-step"), step, math.MaxInt-c.Steps, r.Name("steps"), c.Steps)
	case step > 0 && !c.fromFile():
		r.fail("%s is %d, but %s is not the field of that step: give the one that was written then, as --initial FILE.npy",
			r.Name("start-step"), step, c.Initial)
	case r.Given("range") && !(c.Range[0] < c.Range[1]):
		r.fail("%s is %g,%g: want the least value and a greater one, as 0,100", r.Name("range"), c.Range[0], c.Range[1])
	case c.Force && c.Frames == "":
		r.fail("%s removes the frames of another run, but no --frames DIR says where", r.Name("force"))
	}
	r.checkOutputs(c.Out)
	if c.Every > 0 && c.Frames == "" {
		r.fail("%s says how often to draw a frame, but no --frames DIR says where", r.Name("every"))
	}
	if c.Frames != "" && c.Every == 0 {
		c.Every = max(1, c.Steps/100)
	}
}

// problem is the equation on a grid of nx by ny points, with what was not given
// filled in. The named fields are those of a unit square; the cells of a file,
// which has no lengths, are square, as a picture's are, and its longer side is 1.
func (c *heatConfig) problem(nx, ny int) (heat.Problem, error) {
	p := heat.Problem{NX: nx, NY: ny, Alpha: c.Alpha, DX: c.DX, DY: c.DY, DT: c.DT, Boundary: c.Boundary}
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
