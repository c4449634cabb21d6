package study

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/near"
	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid bench of some problems.
func Statement(problems []func(*task.Common) task.Problem) func(*task.Common) task.Problem {
	return func(c *task.Common) task.Problem { return &statement{Common: c, all: Kernels(problems)} }
}

// A statement is what bench is to do.
type statement struct {
	*task.Common
	all                 []Kernel // that can be measured
	Kernels             []Kernel // of them, those that are
	chosen              []string // their names, as given; nil: all
	Sizes               map[string][]task.Size
	sizeTexts           []string // as given
	Repeat              int
	Time                time.Duration // of a measurement; 0: chosen
	seconds             float64       // the same, as given
	NoProbes, NoScaling bool
	Format              string
	CSV, Plots, Page    string // files, and a directory; "" is none
	Baseline            string
	Tolerance           float64
	Solo                bool // the kernels by themselves are run on one rank with all cores
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "bench", Summary: "measure this machine, all kernels on it and how they scale", Help: help, OneEach: true}
}

// names are those of all kernels.
func (p *statement) names() []string {
	var names []string
	for _, k := range p.all {
		names = append(names, k.Name)
	}
	return names
}

// typed are the kernels that compute in the type of --dtype, in words.
func (p *statement) typed() string {
	var names []string
	for _, k := range p.all {
		if k.Typed {
			names = append(names, k.Name)
		}
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// forms are how the sizes of kernels are written, each with an example.
func (p *statement) forms() []string {
	var all []string
	for _, k := range p.all {
		form := k.Name + "=" + k.form()
		if k.Same {
			form += ", " + k.Name + "=N"
		}
		all = append(all, form, k.Name+"="+k.Such)
	}
	return all
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Work")
	o.Func("kernels", "which, with commas between them", p.readKernels, p.kernelList, option.Arg("LIST"), option.Choices(p.names()...),
		option.Default("all: "+strings.Join(p.names(), ", ")))
	o.Choice(&p.DType, "dtype", "of "+p.typed(), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.List(&p.sizeTexts, "size", "the size of a kernel in place of one that is chosen from the machine; may be given several times. It is that of "+
		"all workers together in strong scaling, and of each worker in weak scaling. Several with commas between them, matmul=100,200,500, are measured in one run", option.Arg("KERNEL=SIZE"), option.Size, option.Aside, option.Forms(p.forms()...))
	o.Int(&p.Repeat, "repeat", 0, "least number of timed runs of a measurement", option.Range(1, 1000),
		option.Default("9; of fewer than 6 there is no 95 % interval"))
	o.Positive(&p.seconds, "time", 0, "that a measurement takes at least, unless it has 100 runs", option.Arg("SECONDS"),
		option.Default("1, and less where there are many to make"))
	o.Toggle(&p.NoProbes, "no-probes", "leave out the probes and, with them, the projection", option.Aside)
	o.Toggle(&p.NoScaling, "no-scaling", "leave out the scaling", option.Aside)
	o.Group("Output")
	o.Choice(&p.Format, "format", "of standard output:", option.Arg("FORMAT"), option.Aside, option.Explained(
		"text", "tables for people",
		"go", "which benchstat reads"))
	o.Out(&p.CSV, "csv", "write every number, a line for each", []string{".csv"})
	o.Dir(&p.Plots, "plots", "write charts of time, speed-up, efficiency and roofline, PNG and SVG, to a directory, which is made if need be")
	o.Out(&p.Page, "report", "write one page with all tables and charts", []string{".html"})
	o.Group("Compare")
	o.In(&p.Baseline, "baseline", "what an earlier run printed with --json. What looks slower is measured again before it is called a regression, and "+
		"a regression makes the exit status 3. Rows that only one of the two has are listed; where no kernel, type and size is in both, nothing is compared and the "+
		"exit status is 2", nil, option.Arg("OLD.json"))
	o.Positive(&p.Tolerance, "tolerance", 0, "by which a time may grow", option.Arg("PART"), option.Default("0.1"))
	o.Group("Run")
	o.Choice(&p.GPU, "gpu", "", option.Arg("MODE"), option.Local, option.Explained(
		"auto", "GPUs where there are some, beside the CPU",
		"on", "fail without one",
		"off", "never: the CPU's side of a comparison",
		"sim", "a simulated one, thousands of times slower"))
	o.Int(&p.Ranks, "ranks", 0, "ranks inside this process. Not with mpirun or srun, whose tasks are the ranks. Default: as many as there are cores, "+
		"to scale over; the kernels by themselves are then run on one rank with a thread for each core", option.Range(1, task.MaxWorkers))
	o.Int(&p.Threads, "threads", 0, "threads of each rank. Scaling over threads goes up to that; by default to all cores of the first rank",
		option.Range(1, task.MaxWorkers), option.Local, option.Default("the rank's share of the cores that it may run on"))
	o.Toggle(&p.Verify, "verify", "changes nothing: answers are always checked")
}

func (p *statement) Check(c *task.Checker) {
	p.chooseKernels(c)
	p.readSizes(c)
	p.checkTime(c)
	p.Data = p.Format == "go"
	if p.Data && p.JSON {
		c.Fail("%s go and --json both write standard output: leave one of the two out", c.Name("format"))
	}
	p.checkBaseline(c)
	p.chooseRanks()
}

// readKernels reads which kernels to measure.
func (p *statement) readKernels(text string) error {
	p.chosen = nil
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(p.names(), name) {
			return option.Want(name, p.names(), "want one or more of "+strings.Join(p.names(), ", ")+", with commas between them")
		}
		p.chosen = append(p.chosen, name)
	}
	return nil
}

// kernelList is the names of the kernels that are measured.
func (p *statement) kernelList() any {
	var names []string
	for _, k := range p.Kernels {
		names = append(names, k.Name)
	}
	return names
}

// chooseKernels looks up the kernels to measure: all of them, if none were named.
func (p *statement) chooseKernels(c *task.Checker) {
	if p.Kernels = p.all; p.chosen == nil {
		return
	}
	p.Kernels = nil
	for i, name := range p.chosen {
		if slices.Contains(p.chosen[:i], name) {
			c.Fail("%s is %q, which names %s twice", c.Name("kernels"), strings.Join(p.chosen, ","), name)
		}
		for _, k := range p.all {
			if k.Name == name {
				p.Kernels = append(p.Kernels, k)
			}
		}
	}
}

// readSizes reads at which sizes to measure them.
func (p *statement) readSizes(c *task.Checker) {
	p.Sizes = map[string][]task.Size{}
	for _, v := range p.sizeTexts {
		name, text, ok := strings.Cut(v, "=")
		i := slices.IndexFunc(p.all, func(k Kernel) bool { return k.Name == name })
		if !ok || i < 0 {
			meant := ""
			if i < 0 {
				meant = near.Word(name, p.names(), "")
			}
			c.Fail("%s is %q%s: want KERNEL=SIZE, as heat=4096x4096x200, with a kernel of %s", c.Name("size"), v, meant, strings.Join(p.names(), ", "))
			return
		}
		if len(p.Sizes[name]) > 0 {
			c.Fail("%s gives %s two sizes, the second is %q: give them together, as %[2]s=SIZE,SIZE", c.Name("size"), name, text)
		}
		for _, text := range strings.Split(text, ",") {
			size, err := p.all[i].Parse(text)
			if err != nil {
				c.Fail("%s is %q: %w", c.Name("size"), v, err)
				return
			}
			if slices.ContainsFunc(p.Sizes[name], func(other task.Size) bool { return slices.Equal(other, size) }) {
				c.Fail("%s is %q, which has %s twice", c.Name("size"), v, text)
			}
			p.Sizes[name] = append(p.Sizes[name], size)
		}
	}
}

// givenSizes are the sizes as --json has them: the numbers of one, or a list of several.
func (p *statement) givenSizes() map[string]any {
	all := map[string]any{}
	for name, sizes := range p.Sizes {
		if all[name] = sizes; len(sizes) == 1 {
			all[name] = sizes[0]
		}
	}
	return all
}

// checkTime refuses more than some days for a measurement.
func (p *statement) checkTime(c *task.Checker) {
	const most = 1e6
	if p.seconds > most {
		c.Fail("%s is %g: want seconds, at most %g", c.Name("time"), p.seconds, most)
		return
	}
	p.Time = time.Duration(p.seconds * float64(time.Second))
}

// checkBaseline refuses a tolerance that makes no sense.
func (p *statement) checkBaseline(c *task.Checker) {
	switch {
	case p.Tolerance > 100:
		c.Fail("%s is %g: want the part by which a time may grow, such as 0.1, at most 100", c.Name("tolerance"), p.Tolerance)
	case p.Baseline == "" && p.Tolerance > 0:
		c.Fail("%s says how much slower is a regression, but no --baseline OLD.json says than what", c.Name("tolerance"))
	case p.Baseline != "" && p.Tolerance == 0:
		p.Tolerance = 0.1
	}
}

// chooseRanks has a process that no launcher started, and that was not told how many
// ranks to have, scale over one rank for each core.
func (p *statement) chooseRanks() {
	if l, launched := mpi.Detect(); p.Ranks > 0 || launched && l.Size != 1 {
		return
	}
	available := cores.Usable()
	switch {
	case p.Threads > 0:
		p.Ranks = max(available/p.Threads, 1)
	default:
		p.Ranks, p.Solo = available, true
	}
	if p.NoScaling && p.Solo {
		p.Ranks = 1
	}
	p.Ranks = min(p.Ranks, task.MaxWorkers)
}
