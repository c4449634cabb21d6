package main

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/mpi"
	kernel "hybrid/study/work"
)

var benchFormats = []string{"text", "go"}

var benchOptions = []option{
	{name: "kernels", values: kernelNames()}, {name: "size", kind: list}, {name: "repeat"}, {name: "time"},
	{name: "no-probes", kind: toggle}, {name: "no-scaling", kind: toggle},
	{name: "format", values: benchFormats}, {name: "csv"}, {name: "plots"}, {name: "report"},
	{name: "baseline"}, {name: "tolerance"},
}

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
	Sizes               map[string]kernel.Size
	Repeat              int
	Time                time.Duration // of a measurement; 0: chosen
	NoProbes, NoScaling bool
	Format              string
	CSV, Plots, Report  string // files, and a directory; "" is none
	Baseline            string
	Tolerance           float64
	Solo                bool // the kernels by themselves are run on one rank with all cores
}

func readBench(r *reader, common *computeConfig) work {
	c := &benchConfig{computeConfig: common}
	c.OneEach = true
	c.sizes = []string{"size"}
	c.readKernels(r)
	c.Repeat = r.whole("repeat", 0, 1, 1000)
	c.Time = r.seconds("time")
	c.NoProbes, c.NoScaling = r.toggle("no-probes"), r.toggle("no-scaling")
	c.readOutputs(r)
	c.readBaseline(r)
	c.chooseRanks()
	return c.run
}

// readKernels reads which kernels to measure, and at which sizes.
func (c *benchConfig) readKernels(r *reader) {
	kernels := r.kernels
	find := func(name string) (kernel.Kernel, bool) {
		i := slices.IndexFunc(kernels, func(k kernel.Kernel) bool { return k.Name == name })
		if i < 0 {
			return kernel.Kernel{}, false
		}
		return kernels[i], true
	}
	c.Kernels = kernels
	if v, given := r.text("kernels"); given {
		c.Kernels = nil
		for _, name := range strings.Split(v, ",") {
			k, known := find(strings.TrimSpace(name))
			twice := slices.ContainsFunc(c.Kernels, func(other kernel.Kernel) bool { return other.Name == k.Name })
			switch {
			case !known:
				r.fail("%s is %q%s: want one or more of %s, with commas between them", r.name("kernels"), v,
					didYouMean(strings.TrimSpace(name), kernelNames(), ""), strings.Join(kernelNames(), ", "))
			case twice:
				r.fail("%s is %q, which names %s twice", r.name("kernels"), v, k.Name)
			}
			c.Kernels = append(c.Kernels, k)
		}
	}
	c.Sizes = map[string]kernel.Size{}
	for _, v := range r.list("size") {
		name, text, ok := strings.Cut(v, "=")
		k, known := find(name)
		if !ok || !known {
			meant := ""
			if !known {
				meant = didYouMean(name, kernelNames(), "")
			}
			r.fail("%s is %q%s: want KERNEL=SIZE, as heat=4096x4096x200, with a kernel of %s", r.name("size"), v, meant, strings.Join(kernelNames(), ", "))
			return
		}
		size, err := k.Parse(text)
		if err != nil {
			r.fail("%s is %q: %w", r.name("size"), v, err)
			return
		}
		if _, twice := c.Sizes[name]; twice {
			r.fail("%s gives %s two sizes, the second is %q: give it one", r.name("size"), name, text)
		}
		c.Sizes[name] = size
	}
}

// seconds is a time; 0 where there is none.
func (r *reader) seconds(name string) time.Duration {
	const most = 1e6
	s := r.positive(name)
	if s > most {
		r.fail("%s is %g: want seconds, at most %g", r.name(name), s, most)
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

// readOutputs reads where results go beside standard output.
func (c *benchConfig) readOutputs(r *reader) {
	c.Format = r.choice("format", benchFormats...)
	c.Data = c.Format == "go"
	if c.Format == "go" && c.JSON {
		r.fail("%s go and --json both write standard output: leave one of the two out", r.name("format"))
	}
	for _, f := range []struct {
		name, ending string
		to           *string
	}{{"csv", ".csv", &c.CSV}, {"report", ".html", &c.Report}} {
		v, given := r.text(f.name)
		if given && filepath.Ext(v) != f.ending {
			r.fail("%s is %q: the name must end in %s", r.name(f.name), v, f.ending)
		}
		*f.to = v
	}
	plots, given := r.text("plots")
	if given && plots == "" {
		r.fail("%s is empty: want a directory", r.name("plots"))
	}
	c.Plots = plots
}

// readBaseline reads the study to compare with.
func (c *benchConfig) readBaseline(r *reader) {
	c.Tolerance = r.positive("tolerance")
	if c.Tolerance > 100 {
		r.fail("%s is %g: want the part by which a time may grow, such as 0.1, at most 100", r.name("tolerance"), c.Tolerance)
	}
	path, given := r.text("baseline")
	switch {
	case !given:
		if c.Tolerance > 0 {
			r.fail("%s says how much slower is a regression, but no --baseline OLD.json says than what", r.name("tolerance"))
		}
		return
	case c.Tolerance == 0:
		c.Tolerance = 0.1
	}
	c.Baseline = path
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
