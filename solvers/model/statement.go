package model

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strings"

	parse "hybrid/internal/number"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
	"hybrid/solvers/task/option"
)

// Statement is hybrid solve.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

// A statement is what solve is to do. Numbers that are 0 were not given.
type statement struct {
	*task.Common
	models     []string // operands
	Set        []string // NAME=VALUE
	setBy      string   // the option or the variable that gave them
	Steps      int
	stepsGiven bool
	DT         float64

	Out         []string // FILE or FIELD=FILE
	Slice       slice
	Frames      string // DIR or FIELD=DIR
	Every       int
	Series      string
	Range       [2]float64 // ends of the colours of pictures; both 0: chosen
	Table       string
	CheckEvery  int
	GPUHalo     string // how halos get from GPU to GPU: auto or a halo.Path
	Force       bool
	Emit        string // what to print in the place of a run: none, ir, amd64, arm64, ptx
	List, Print bool
	number      string // in the names of the files of a run of a sweep; "": it is no sweep's
	Color       string
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "solve", Summary: "solve equations that are given as formulas", Help: help, Counts: "steps"}
}

// endings are those of the files of --out.
var endings = []string{".npy", ".png", ".vti", ".pvd", ".gif", ".apng"}

func (p *statement) Declare(o *option.Set) {
	o.Group("Problem")
	o.Operands(&p.models, "model")
	o.List(&p.Set, "set", "give a parameter of the model, or another entry as SECTION.KEY, another value; may be given several times. Several values are a run for each, and for each combination of them",
		option.Arg("NAME=VALUE"), option.Pairs, option.Forms(
			"F=0.03", "this value",
			"F=0.02,0.03,0.05", "one after the other",
			"F=0.02:0.06:5", "5 values from the first to the second",
			"grid.size=[64,64]", "another entry of the file"))
	o.Func("steps", "time steps to take", p.readSteps, p.stepsTold, option.Arg("N"), option.Default("the model's"))
	o.Positive(&p.DT, "dt", 0, "time step", option.Default("the model's"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("In a model noise(1), noise(2), ... have a seed each, which may be a parameter"))
	o.Group("Output")
	o.Outs(&p.Out, "out", "write a field, or of formats that have room for several all of them; may be given several times. The ending says what is written:", endings,
		option.Arg("[FIELD=]FILE"), option.Forms(
			".npy", "NumPy array of the last field, planes first, then rows",
			".png", "picture of the last field; where none is named of those that the model writes, beside each other; of one dimension a curve",
			".vti", "VTK image of the last fields, for ParaView and VisIt: a number for each cell, as raw bytes",
			".pvd", "a series of these, one for every --every steps, in FILE_000000.vti ... beside it",
			".gif", "animation, a picture for every --every steps, of the same fields",
			".apng", "the same as animated PNG"))
	o.Func("slice", "what pictures show of three dimensions", p.Slice.read, func() any { return p.Slice.String() }, option.Arg("AXIS=AT"), option.Forms(
		"z=0.5", "the cells at that z (or x, or y)",
		"z=max", "the greatest value along z"), option.Default("the middle of z"))
	o.Dir(&p.Frames, "frames", "write a picture at every step whose number is a multiple of --every, as DIR/frame_000000.png .... Of several fields FIELD=DIR says which; otherwise they stand beside each other", option.Arg("[FIELD=]DIR"))
	o.Int(&p.Every, "every", 0, "steps between frames, rows of --series and pictures of animations", option.Range(1, math.MaxInt), option.Default("the model's, or a hundredth of --steps"))
	o.Out(&p.Series, "series", "write the step, the time, each field's mean, least and greatest value and integral, and the values at the model's points every --every steps", []string{".csv"})
	o.Pair(&p.Range, "range", [2]float64{}, "ends of the colours of pictures", option.Arg("LO,HI"),
		option.Default("the least and greatest value drawn: in an animation of all its pictures, in --frames of a frame and those before it"))
	o.Out(&p.Table, "table", "write a row for each run of a sweep: the parameters, and each field's numbers in the end", []string{".csv"})
	o.Int(&p.CheckEvery, "check-every", 0, "look for values that are not finite, or beyond 1e30, after each N steps: a run with one ends with status 1, and says where",
		option.Range(1, math.MaxInt), option.Default("a hundredth of --steps, at least 100"), option.Aside)
	o.Toggle(&p.Force, "force", "remove the frames, and the checkpoints, of another run that are in DIR, which are refused without", option.Aside)
	o.Choice(&p.Emit, "emit", "print what the formulas became, in place of solving them", option.Arg("FORM"), option.Aside, option.Explained(
		"nothing", "solve them",
		"ir", "the operations of each pass over the fields",
		"amd64", "machine code of AVX2, or of AVX-512 where the processor has it",
		"arm64", "machine code of NEON",
		"ptx", "text for NVIDIA's GPUs"))
	o.Toggle(&p.List, "list", "print the names of the models that ship with the program", option.Aside)
	o.Toggle(&p.Print, "show", "print the model's file", option.Aside)
	o.Choice(&p.Color, "color", "", option.Choices("auto", "always", "never"), option.EnvOnly, option.Local)
	o.Group("Run")
	links.Declare(o, &p.GPUHalo)
	o.Toggle(&p.Verify, "verify", "take the steps of this run once more by a plain loop, each rank in its part of the grid, and compare all bits: as much time as that takes")
}

// mostToTake are the steps of a run at most: their number is exact as a float64, as the time of each has to be.
const mostToTake = 1 << 53

func (p *statement) readSteps(text string) error {
	n, err := parse.Parse(text)
	if err != nil || n > mostToTake {
		return fmt.Errorf("want a whole number from 0 to %d, such as %s", mostToTake, parse.Forms)
	}
	p.Steps, p.stepsGiven = int(n), true
	return nil
}

// stepsTold are the steps, nil where the model's hold.
func (p *statement) stepsTold() any {
	if p.stepsGiven {
		return p.Steps
	}
	return nil
}

// fieldAndPath takes FIELD=FILE apart; field is "" where none is named.
func fieldAndPath(text string) (field, path string) {
	if m := regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)=(.+)$`).FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return "", text
}

// Check refuses what cannot be together.
func (p *statement) Check(c *task.Checker) {
	if p.List || p.Print || p.Emit != "nothing" {
		p.Data, p.Quiet = true, true
	}
	var paths []string
	for _, text := range p.Out {
		_, path := fieldAndPath(text)
		paths = append(paths, path)
	}
	p.setBy = c.Name("set")
	combinations, err := sweepBy(p.setBy, p.Set)
	c.Refuse(err)
	sweep := len(combinations) > 1
	switch {
	case p.List && len(p.models) == 0:
	case len(p.models) == 0:
		c.Fail("no model: name one, FILE.toml or %s", option.AnyOf(modelNames()))
	case len(p.models) != 1:
		c.Fail("%d models: name one, FILE.toml or %s", len(p.models), option.AnyOf(modelNames()))
	case c.Given("range") && !(p.Range[0] < p.Range[1]):
		c.Fail("%s is %g,%g: want the least value and a greater one, as 0,100", c.Name("range"), p.Range[0], p.Range[1])
	case p.Force && p.Frames == "" && !(c.Find("checkpoint") != nil && c.Given("checkpoint")):
		c.Fail("%s removes the frames or the checkpoints of another run, but neither --frames DIR nor --checkpoint DIR says where", c.Name("force"))
	case p.Table != "" && !sweep:
		c.Fail("%s has a row for each run of a sweep, but no %s gives a parameter several values", c.Name("table"), c.Name("set"))
	case sweep && c.Find("checkpoint") != nil && (c.Given("checkpoint") || c.Given("restart")):
		c.Fail("%s gives several values: a sweep keeps no checkpoints; run them one by one", c.Name("set"))
	case p.JSON && p.Data:
		c.Fail("--json is about a run, but %s prints text in its place: leave one out", c.Name(p.instead()))
	}
	c.Outputs(paths)
	if other := task.Clash(paths, p.Series); p.Series != "" && other != "" {
		c.Fail("%s is %q, which %s names too: give each file a name of its own", c.Name("series"), p.Series, c.Name("out"))
	}
	if p.Every > 0 && !p.recordsAtAll() && !(len(p.models) == 1) {
		c.Fail("%s says how often to record, but nothing is", c.Name("every"))
	}
}

// instead is the option that has something printed in the place of a run.
func (p *statement) instead() string {
	switch {
	case p.List:
		return "list"
	case p.Print:
		return "show"
	}
	return "emit"
}

// recordsAtAll tells whether something is written in the course of the run.
func (p *statement) recordsAtAll() bool {
	if p.Frames != "" || p.Series != "" {
		return true
	}
	for _, path := range p.Out {
		if e := filepath.Ext(path); e == ".gif" || e == ".apng" || e == ".pvd" {
			return true
		}
	}
	return false
}

func (p *statement) Open(ctx context.Context, j *task.Job) (task.Task, error) {
	if p.List {
		return &printed{func() string { return listOfModels() }}, nil
	}
	m, err := p.source(j)
	if err != nil {
		return nil, err
	}
	if p.Print {
		return &printed{func() string { return m.text }}, nil
	}
	if p.DType == "f32" {
		return open[float32](p, j, m)
	}
	return open[float64](p, j, m)
}

// A slice is what pictures show of three dimensions.
type slice struct {
	given bool
	axis  int     // 0 planes, 1 rows, 2 columns
	max   bool    // the greatest value along the axis
	at    float64 // its coordinate
}

func (s *slice) read(text string) error {
	axis, at, ok := strings.Cut(text, "=")
	want := errors.New("want an axis and where to cut it, as z=0.5, or z=max for the greatest value along it")
	i := strings.Index("zyx", axis)
	if !ok || len(axis) != 1 || i < 0 {
		return want
	}
	*s = slice{given: true, axis: i, max: at == "max"}
	if s.max {
		return nil
	}
	if n, err := fmt.Sscanf(at, "%g", &s.at); n != 1 || err != nil || math.IsNaN(s.at) || math.IsInf(s.at, 0) {
		return want
	}
	return nil
}

// String is the slice as read takes it, "" where none was given.
func (s *slice) String() string {
	switch {
	case !s.given:
		return ""
	case s.max:
		return fmt.Sprintf("%c=max", "zyx"[s.axis])
	}
	return fmt.Sprintf("%c=%v", "zyx"[s.axis], s.at)
}
