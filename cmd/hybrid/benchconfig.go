package main

import (
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/option"
	"hybrid/mpi"
	kernel "hybrid/study/work"
)

func kernelNames() []string {
	var names []string
	for _, k := range kernel.Kernels() {
		names = append(names, k.Name)
	}
	return names
}

// A benchConfig is what bench is to do.
type benchConfig struct {
	*computeConfig
	Kernels             []kernel.Kernel
	names               []string // of them, as given; nil: all
	Sizes               map[string][]kernel.Size
	sizeTexts           []string // as given
	Repeat              int
	Time                time.Duration // of a measurement; 0: chosen
	seconds             float64       // the same, as given
	NoProbes, NoScaling bool
	Format              string
	CSV, Plots, Report  string // files, and a directory; "" is none
	Baseline            string
	Tolerance           float64
	Solo                bool // the kernels by themselves are run on one rank with all cores
}

func (c *benchConfig) declare(o *option.Set) {
	o.Group("Work")
	o.Func("kernels", "which, with commas between them", c.readKernels, c.kernelList, option.Arg("LIST"), option.Choices(kernelNames()...),
		option.Default("all: "+strings.Join(kernelNames(), ", ")))
	o.Choice(&c.DType, "dtype", "of heat, matmul, mandelbrot and sort", option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.List(&c.sizeTexts, "size", "the size of a kernel in place of one that is chosen from the machine; may be given several times. It is that of "+
		"all workers together in strong scaling, and of each worker in weak scaling. Several with commas between them, matmul=100,200,500, are measured in one run", option.Arg("KERNEL=SIZE"), option.Size, option.Aside, option.Forms(
		"heat=NXxNYxSTEPS", "heat=4096x4096x200",
		"matmul=MxNxK, matmul=N", "matmul=2048",
		"pi=SAMPLES", "pi=1e9",
		"mandelbrot=WIDTHxHEIGHTxITER", "mandelbrot=1500x1000x1000",
		"sort=KEYS", "sort=1e7",
		"walk=WALKSxSTEPS", "walk=1e5x1e4"))
	o.Int(&c.Repeat, "repeat", 0, "least number of timed runs of a measurement", option.Range(1, 1000),
		option.Default("9; of fewer than 6 there is no 95 % interval"))
	o.Positive(&c.seconds, "time", 0, "that a measurement takes at least, unless it has 100 runs", option.Arg("SECONDS"),
		option.Default("1, and less where there are many to make"))
	o.Toggle(&c.NoProbes, "no-probes", "leave out the probes and, with them, the projection", option.Aside)
	o.Toggle(&c.NoScaling, "no-scaling", "leave out the scaling", option.Aside)
	o.Group("Output")
	o.Choice(&c.Format, "format", "of standard output:", option.Arg("FORMAT"), option.Aside, option.Explained(
		"text", "tables for people",
		"go", "which benchstat reads"))
	o.Out(&c.CSV, "csv", "write every number, a line for each", []string{".csv"})
	o.Dir(&c.Plots, "plots", "write charts of time, speed-up, efficiency and roofline, PNG and SVG, to a directory, which is made if need be")
	o.Out(&c.Report, "report", "write one page with all tables and charts", []string{".html"})
	o.Group("Compare")
	o.In(&c.Baseline, "baseline", "what an earlier run printed with --json. What looks slower is measured again before it is called a regression, and "+
		"a regression makes the exit status 3. Rows that only one of the two has are listed; where no kernel, type and size is in both, nothing is compared and the "+
		"exit status is 2", nil, option.Arg("OLD.json"))
	o.Positive(&c.Tolerance, "tolerance", 0, "by which a time may grow", option.Arg("PART"), option.Default("0.1"))
	o.Group("Run")
	o.Choice(&c.GPU, "gpu", "", option.Arg("MODE"), option.Local, option.Explained(
		"auto", "GPUs where there are some, beside the CPU",
		"on", "fail without one",
		"off", "never: the CPU's side of a comparison",
		"sim", "a simulated one, thousands of times slower"))
	o.Int(&c.Ranks, "ranks", 0, "ranks inside this process. Not with mpirun or srun, whose tasks are the ranks. Default: as many as there are cores, "+
		"to scale over; the kernels by themselves are then run on one rank with a thread for each core", option.Range(1, maxWorkers))
	o.Int(&c.Threads, "threads", 0, "threads of each rank. Scaling over threads goes up to that; by default to all cores of the first rank",
		option.Range(1, maxWorkers), option.Local, option.Default("the rank's share of the cores that it may run on"))
	o.Toggle(&c.Verify, "verify", "changes nothing: answers are always checked")
}

func (c *benchConfig) check(r *reader) {
	c.OneEach = true
	c.chooseKernels(r)
	c.readSizes(r)
	c.checkTime(r)
	c.Data = c.Format == "go"
	if c.Data && c.JSON {
		r.fail("%s go and --json both write standard output: leave one of the two out", r.Name("format"))
	}
	c.checkBaseline(r)
	c.chooseRanks()
}

// readKernels reads which kernels to measure.
func (c *benchConfig) readKernels(text string) error {
	c.names = nil
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(kernelNames(), name) {
			return option.Want(name, kernelNames(), "want one or more of "+strings.Join(kernelNames(), ", ")+", with commas between them")
		}
		c.names = append(c.names, name)
	}
	return nil
}

// kernelList is the names of the kernels that are measured.
func (c *benchConfig) kernelList() any {
	var names []string
	for _, k := range c.Kernels {
		names = append(names, k.Name)
	}
	return names
}

// chooseKernels looks up the kernels to measure: all of them, if none were named.
func (c *benchConfig) chooseKernels(r *reader) {
	if c.Kernels = r.kernels; c.names == nil {
		return
	}
	c.Kernels = nil
	for i, name := range c.names {
		if slices.Contains(c.names[:i], name) {
			r.fail("%s is %q, which names %s twice", r.Name("kernels"), strings.Join(c.names, ","), name)
		}
		for _, k := range r.kernels {
			if k.Name == name {
				c.Kernels = append(c.Kernels, k)
			}
		}
	}
}

// readSizes reads at which sizes to measure them.
func (c *benchConfig) readSizes(r *reader) {
	c.Sizes = map[string][]kernel.Size{}
	for _, v := range c.sizeTexts {
		name, text, ok := strings.Cut(v, "=")
		i := slices.IndexFunc(r.kernels, func(k kernel.Kernel) bool { return k.Name == name })
		if !ok || i < 0 {
			meant := ""
			if i < 0 {
				meant = option.Near(name, kernelNames(), "")
			}
			r.fail("%s is %q%s: want KERNEL=SIZE, as heat=4096x4096x200, with a kernel of %s", r.Name("size"), v, meant, strings.Join(kernelNames(), ", "))
			return
		}
		if len(c.Sizes[name]) > 0 {
			r.fail("%s gives %s two sizes, the second is %q: give them together, as %[2]s=SIZE,SIZE", r.Name("size"), name, text)
		}
		for _, text := range strings.Split(text, ",") {
			size, err := r.kernels[i].Parse(text)
			if err != nil {
				r.fail("%s is %q: %w", r.Name("size"), v, err)
				return
			}
			if slices.ContainsFunc(c.Sizes[name], func(other kernel.Size) bool { return slices.Equal(other, size) }) {
				r.fail("%s is %q, which has %s twice", r.Name("size"), v, text)
			}
			c.Sizes[name] = append(c.Sizes[name], size)
		}
	}
}

// givenSizes are the sizes as --json has them: the numbers of one, or a list of several.
func (c *benchConfig) givenSizes() map[string]any {
	all := map[string]any{}
	for name, sizes := range c.Sizes {
		if all[name] = sizes; len(sizes) == 1 {
			all[name] = sizes[0]
		}
	}
	return all
}

// checkTime refuses more than some days for a measurement.
func (c *benchConfig) checkTime(r *reader) {
	const most = 1e6
	if c.seconds > most {
		r.fail("%s is %g: want seconds, at most %g", r.Name("time"), c.seconds, most)
		return
	}
	c.Time = time.Duration(c.seconds * float64(time.Second))
}

// checkBaseline refuses a tolerance that makes no sense.
func (c *benchConfig) checkBaseline(r *reader) {
	switch {
	case c.Tolerance > 100:
		r.fail("%s is %g: want the part by which a time may grow, such as 0.1, at most 100", r.Name("tolerance"), c.Tolerance)
	case c.Baseline == "" && c.Tolerance > 0:
		r.fail("%s says how much slower is a regression, but no --baseline OLD.json says than what", r.Name("tolerance"))
	case c.Baseline != "" && c.Tolerance == 0:
		c.Tolerance = 0.1
	}
}

// chooseRanks has a process that no launcher started, and that was not told how many
// ranks to have, scale over one rank for each core.
func (c *benchConfig) chooseRanks() {
	if l, launched := mpi.Detect(); c.Ranks > 0 || launched && l.Size != 1 {
		return
	}
	available := cores.Usable()
	switch {
	case c.Threads > 0:
		c.Ranks = max(available/c.Threads, 1)
	default:
		c.Ranks, c.Solo = available, true
	}
	if c.NoScaling && c.Solo {
		c.Ranks = 1
	}
	c.Ranks = min(c.Ranks, maxWorkers)
}
