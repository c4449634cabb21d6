package heat

import (
	"context"
	_ "embed"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/internal/number"
	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
	"hybrid/solvers/task/option"
)

// Statement is hybrid heat.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

// A statement is what heat is to do. Numbers that are 0 were not given.
type statement struct {
	*task.Common
	NX, NY, Steps     int
	Start             Moment // of the initial field
	timed             bool   // its time was given
	everyGiven        bool
	Alpha, DX, DY, DT float64
	Boundary          Boundary
	Initial           string
	Rows, Columns     int // of ranks
	Balance           string
	GPUHalo           string // how halos get from GPU to GPU: auto or a halo.Path
	Out               []string
	Frames            string
	Every             int
	Range             [2]float64 // ends of the colours of pictures; both 0: chosen
	Force             bool       // frames of another run go
	OnWriteError      string     // continue or stop where a frame cannot be written
	CheckEvery        int        // steps; 0: never
	Checksums, Expect string     // files
	Color             string     // when the picture in the terminal has colours
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "heat", Summary: "solve the heat equation in two dimensions", Help: help, Counts: "steps"}
}

// fromFile tells whether the initial field is in a file.
func (p *statement) fromFile() bool { return !slices.Contains(Shapes, p.Initial) }

func (p *statement) Declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&p.NX, "nx", 0, "columns, the ring included", option.Range(3, math.MaxInt32), option.Size, option.Meant("width", "columns"), option.Default("100; with a file, the file's"))
	o.Int(&p.NY, "ny", 0, "rows, the ring included", option.Range(3, math.MaxInt32), option.Size, option.Meant("height", "rows"), option.Default("100; with a file, the file's"))
	o.Int(&p.Steps, "steps", 1000, "time steps to take")
	o.Positive(&p.Alpha, "alpha", 0.1, "thermal diffusivity", option.Unit("length^2/time"))
	o.Positive(&p.DX, "dx", 0, "distance of columns, a length", option.Default("dy or, without, 1/(nx-1): the named fields are on a unit square. "+
		"The cells of a file, which has no lengths, are square, its longer side is 1"))
	o.Positive(&p.DY, "dy", 0, "distance of rows, a length", option.Default("dx, as that is dy's"))
	o.Positive(&p.DT, "dt", 0, "time step. More than the limit is refused",
		option.Default("0.9 of the stability limit 1 / (2 alpha (1/dx^2 + 1/dy^2))"))
	o.Named(&p.Boundary, "boundary", "", option.Arg("KIND"), option.Explained(
		"dirichlet", "the ring keeps its initial values",
		"neumann", "no heat passes: the ring mirrors the interior",
		"periodic", "the interior goes on at its opposite edge"))
	p.Initial = Shapes[0]
	o.Func("initial", "", p.readInitial, func() any { return p.Initial }, option.Bare, option.Arg("FIELD"), option.Choices(Shapes...), option.Forms(
		"square", "100 in the middle, 0 around it (default)",
		"disc", "the same with a disc",
		"gaussian", "a bell of height 100",
		"sine", "an eigenmode of the dirichlet boundary",
		"FILE.npy", "a two-dimensional array of integers, float32 or float64, rows first"))
	o.Int(&p.Start.Step, "start-step", 0, "the step of the field in FILE.npy, to go on with a run. The numbers and times of frames and files go on. "+
		"alpha, dx, dy, dt and boundary must be those of the run; dx and dy have no default where nx and ny differ")
	o.Finite(&p.Start.Time, "start-time", 0, "its time", option.Default("start-step times dt"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("Nothing is random here"))
	o.Group("Output")
	o.Outs(&p.Out, "out", "write the last field; may be given several times. The ending says what is written:", Endings, option.Forms(
		".npy", "NumPy array, rows first",
		".png", "heat map with axes and a colour bar",
		".vti", "VTK image, for ParaView and VisIt. The numbers are base64, so that the file is XML, and raw bytes above 256 MiB of them",
		".pvti", "the same in a piece for each rank"))
	o.Dir(&p.Frames, "frames", "write a heat map of every step whose number is a multiple of --every, as DIR/frame_000000.png ..., in the same colours")
	o.Int(&p.Every, "every", 0, "steps between frames", option.Range(1, math.MaxInt), option.Default("a hundredth of --steps"))
	o.Choice(&p.OnWriteError, "on-write-error", "", option.Arg("HOW"), option.Aside, option.Explained(
		"continue", "go on without a frame that cannot be written, write --out, and end with status 1",
		"stop", "end the run at once, with status 1"))
	o.Choice(&p.Color, "color", "", option.Choices("auto", "always", "never"), option.EnvOnly, option.Local)
	o.Toggle(&p.Force, "force", "remove the frames, and the checkpoints, of another run that are in DIR, which are refused without. A run that goes on by --start-step "+
		"adds its frames to those of the run before, in their colours", option.Aside)
	o.Pair(&p.Range, "range", [2]float64{}, "ends of the colours of frames and .png files", option.Arg("LO,HI"),
		option.Default("the extremes of the initial field, and of the last one"))
	o.Out(&p.Checksums, "checksums", "write the step, the time and a checksum of the field every --check-every steps. They are the same on any ranks, threads and devices", []string{".csv"}, option.Aside)
	o.Int(&p.CheckEvery, "check-every", 0, "look at every value after each N steps: none can be NaN, nor larger than the initial field's. A run with one ends with status 3",
		option.Range(1, math.MaxInt), option.Default("a hundredth of --steps with --checksums or --expect, else never"), option.Aside)
	o.In(&p.Expect, "expect", "compare with the checksums of an earlier run, and end with status 3 where one is another: memory, a processor or a device was wrong", []string{".csv"}, option.Aside)
	o.Group("Run")
	o.Func("grid", "rows and columns in which the ranks stand, each with a rectangle of the field; R times C is their number", p.readGrid, nil,
		option.Arg("RxC"), option.Aside, option.Default("what takes the least time for a step, by the points, threads and messages of each grid and what they are "+
			"assumed to cost. It is one column of ranks where columns would save less than 8 %, or where ranks are of several kinds"))
	o.Choice(&p.Balance, "balance", "", option.Arg("auto|off"), option.Explained(
		"auto", "divide the rows by the speed of the ranks, measured before and during the run; move them when it pays. "+
			"On a grid of several columns of ranks all have as much",
		"off", "as many rows on every rank"))
	links.Declare(o, &p.GPUHalo)
	o.Toggle(&p.Verify, "verify", "compare with an independent solver: all of a small run, the last steps of windows of a large one")
}

// readInitial takes the name of a shape or of a file.
func (p *statement) readInitial(text string) error {
	if p.Initial = text; p.fromFile() && filepath.Ext(text) != ".npy" {
		return option.Want(text, Shapes, "want square, disc, gaussian, sine, or a file whose name ends in .npy")
	}
	return nil
}

// readGrid takes a number of rows and columns of ranks.
func (p *statement) readGrid(text string) error {
	rows, columns, _ := strings.Cut(text, "x")
	r, err1 := number.Parse(rows)
	n, err2 := number.Parse(columns)
	if err1 != nil || err2 != nil || r < 1 || n < 1 || r > math.MaxInt32 || n > math.MaxInt32 {
		return errors.New("want the rows and columns of ranks, as 2x3")
	}
	p.Rows, p.Columns = int(r), int(n)
	return nil
}

// checkGrid refuses a grid of ranks that is no way to cut a field over them.
func (p *statement) checkGrid(j *task.Job, q Problem) error {
	if p.Rows == 0 {
		return nil
	}
	ranks := j.Comm.Size()
	name := j.Name("grid")
	switch {
	case p.Rows*p.Columns != ranks:
		return task.Bad("%s is %dx%d, of %d ranks, but there are %d: give rows and columns whose product is that, or leave it out",
			name, p.Rows, p.Columns, p.Rows*p.Columns, ranks)
	case q.CheckGrid(p.Rows, p.Columns, ranks) != nil:
		return task.Bad("%s is %dx%d, but the interior has %s and %s of points: each rank needs one at least; give fewer rows or columns, or more points",
			name, p.Rows, p.Columns, units.Count(q.NY-2, "row"), units.Count(q.NX-2, "column"))
	}
	return nil
}

// Check refuses what no machine could do.
func (p *statement) Check(c *task.Checker) {
	p.timed, p.everyGiven = c.Given("start-time"), c.Given("every")
	if p.fromFile() {
		c.Sizes = []string{"initial"}
	}
	switch step := p.Start.Step; {
	case step > math.MaxInt-p.Steps:
		c.Fail("%s is \"%d\": want a whole number from 0 to %d, for %s is %d", c.Name("start-step"), step, math.MaxInt-p.Steps, c.Name("steps"), p.Steps)
	case step > 0 && !p.fromFile():
		c.Fail("%s is %d, but %s is not the field of that step: give the one that was written then, as --initial FILE.npy",
			c.Name("start-step"), step, p.Initial)
	case c.Given("range") && !(p.Range[0] < p.Range[1]):
		c.Fail("%s is %g,%g: want the least value and a greater one, as 0,100", c.Name("range"), p.Range[0], p.Range[1])
	case p.Force && p.Frames == "" && !(c.Find("checkpoint") != nil && c.Given("checkpoint")):
		c.Fail("%s removes the frames or the checkpoints of another run, but neither --frames DIR nor --checkpoint DIR says where", c.Name("force"))
	}
	c.Outputs(p.Out)
	if p.Every > 0 && p.Frames == "" {
		c.Fail("%s says how often to draw a frame, but no --frames DIR says where", c.Name("every"))
	}
	if p.CheckEvery == 0 && (p.Checksums != "" || p.Expect != "") {
		p.CheckEvery = max(1, p.Steps/100)
	}
	if other := task.Clash(p.Out, p.Checksums); p.Checksums != "" && other != "" {
		c.Fail("%s is %q, which %s names too: give each file a name of its own", c.Name("checksums"), p.Checksums, c.Name("out"))
	}
	if p.Frames != "" && p.Every == 0 {
		p.Every = max(1, p.Steps/100)
	}
}

// problem is the equation on a grid of nx by ny points, with what was not given
// filled in. The named fields are those of a unit square; the cells of a file,
// which has no lengths, are square, as a picture's are, and its longer side is 1.
func (p *statement) problem(j *task.Job, nx, ny int) (Problem, error) {
	q := Problem{NX: nx, NY: ny, Alpha: p.Alpha, DX: p.DX, DY: p.DY, DT: p.DT, Boundary: p.Boundary}
	switch {
	case q.DX == 0 && q.DY == 0 && p.fromFile():
		if nx != ny && p.Start.Step > 0 {
			return q, task.Bad("%s %d goes on with a run, but %s does not hold its distances of points: give --dx and --dy as they were there",
				j.Name("start-step"), p.Start.Step, p.Initial)
		}
		q.DX = 1 / float64(max(nx, ny)-1)
		q.DY = q.DX
	case q.DX == 0 && q.DY == 0:
		q.DX, q.DY = 1/float64(nx-1), 1/float64(ny-1)
	case q.DX == 0:
		q.DX = q.DY
	case q.DY == 0:
		q.DY = q.DX
	}
	if q.DT == 0 {
		q.DT = 0.9 * q.StableDT()
	}
	err := q.Validate()
	var tooLong *UnstableError
	var constants *RangeError
	switch {
	case errors.As(err, &constants):
		return q, task.Bad("%s %g, %s %g and %s %g give a stability limit of %g for the time step: choose them nearer to 1",
			j.Name("alpha"), q.Alpha, j.Name("dx"), q.DX, j.Name("dy"), q.DY, q.StableDT())
	case errors.As(err, &tooLong):
		return q, task.Bad("%s %g is above the stability limit %v: the solution would grow without bound; take at most that, "+
			"or leave it out for 0.9 of it", j.Name("dt"), q.DT, tooLong.Limit)
	}
	return q, task.BadInput("", err)
}

// Sizes are those of a field that no cache has room for.
func (p *statement) Sizes() task.Sizes {
	const period = 16 // steps that suit every blocking
	multiple := func(x float64, unit int) int { return max(int(math.Round(x/float64(unit))), 1) * unit }
	return task.Sizes{
		Unit: "updates", Params: []string{"nx", "ny", "steps"}, Typed: true, Such: "4096x4096x200", Waits: "halo rows",
		Start: func(m task.Machine, dtype string) task.Size {
			if m.Simulated {
				return task.Size{66, 34, period}
			}
			// Twice the cache that a worker has, so that memory has to take part.
			bytes := min(max(2*float64(m.Cache), 16<<20), 32<<20, m.Memory/4)
			if m.Device {
				bytes = min(max(4*float64(m.Cache), 128<<20), m.Memory/4)
			}
			side := max(multiple(math.Sqrt(bytes/float64(task.BytesOf(dtype))), 64), 64)
			return task.Size{side + 2, side + 2, period}
		},
		Times: func(s task.Size, factor float64) task.Size {
			if steps := float64(s[2]) * factor; steps >= period {
				return task.Size{s[0], s[1], multiple(steps, period)}
			}
			points := float64(s[0]-2) * float64(s[1]-2) * factor * float64(s[2]) / period
			side := max(multiple(math.Sqrt(points), 16), 32)
			return task.Size{side + 2, side + 2, period}
		},
		Spread: func(s task.Size, workers int) task.Size { return task.Size{s[0], (s[1]-2)*workers + 2, s[2]} },
		Empty:  func(s task.Size) task.Size { return task.Size{34, 34, s[2]} },
		Transfer: func(s task.Size, dtype string) (in, out float64) {
			field := float64(s[0]) * float64(s[1]) * float64(task.BytesOf(dtype))
			return field, field
		},
	}
}

func (p *statement) Open(ctx context.Context, j *task.Job) (task.Task, error) {
	if p.DType == "f32" {
		return open[float32](ctx, p, j)
	}
	return open[float64](ctx, p, j)
}
