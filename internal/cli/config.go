package cli

import (
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// A config is what every command that computes can be told.
type config struct {
	task.Common
	keeping
	isa   string         // "auto": the best one
	sim   gpu.SimOptions // of simulated devices
	stall time.Duration  // after which a rank that stands still ends the run; 0: never

	supervise int // how often the run is started again

	lost atomic.Bool // some rank has lost its device, and the run goes on without
	told atomic.Bool // this process has said so

	options *option.Set
	name    func(option string) string // "--nx", or the variable that gave it: what to call an option in a message
	sizes   []string                   // options that say how much memory the work takes
}

// declare states the options of every command, behind the command's own. One
// that the command has stated in its own words stays as it is.
func (c *config) declare(o *option.Set, about task.About) {
	if about.Counts != "" {
		c.keeping.declare(o, about.Counts)
	}
	if groups := o.Groups(); len(groups) > 0 {
		o.Group(groups[0])
	}
	o.Choice(&c.DType, "dtype", "what is computed and written", option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, "of the random numbers")
	o.Group("Output")
	o.Toggle(&c.JSON, "json", "print one JSON object on standard output and all else on standard error. A fraction of a limit is null "+
		"where the limit is not known and in runs of less than "+strconv.FormatInt(task.Shortest.Milliseconds(), 10)+" ms. verified is true, false or null: not asked for or, if verdict says why, not to be told", option.Aside)
	o.Toggle(&c.Quiet, "quiet", "print nothing but errors (and the JSON object)", option.Aside)
	o.Group("Run")
	o.Choice(&c.GPU, "gpu", "", option.Arg("MODE"), option.Local, option.Explained(
		"auto", "a GPU where there is one",
		"on", "fail without one",
		"off", "never",
		"sim", "a simulated one, slowly: HYBRID_SIM_CC=8.0 sets its compute capability"))
	o.Int(&c.Ranks, "ranks", 0, "ranks inside this process. Not with mpirun or srun, whose tasks are the ranks",
		option.Range(1, task.MaxWorkers), option.Default("1"))
	o.Int(&c.Threads, "threads", 0, "threads of each rank, of which a process takes no more than 64 for each core", option.Range(1, task.MaxWorkers), option.Local,
		option.Default("the rank's share of the cores that it may run on"))
	o.Toggle(&c.Verify, "verify", "check the answer")
	c.declareStall(o)
	c.declareSupervise(o)
	o.Choice(&c.isa, "isa", "", option.Choices(simd.Names()...), option.EnvOnly, option.Local)
	o.Func("sim-cc", "", c.readSim, nil, option.EnvOnly, option.Local, option.Aside)
}

// readSim reads the compute capability of simulated devices.
func (c *config) readSim(text string) error {
	major, minor, _ := strings.Cut(text, ".")
	var err1, err2 error
	c.sim.Major, err1 = strconv.Atoi(major)
	c.sim.Minor, err2 = strconv.Atoi(minor)
	if err1 != nil || err2 != nil || c.sim.Major < 5 || c.sim.Major > 99 || c.sim.Minor < 0 || c.sim.Minor > 9 {
		return errors.New("want a compute capability such as 8.0")
	}
	return nil
}

// declaredSizes are the options that say how much memory the work takes.
func (c *config) declaredSizes() []string {
	var sizes []string
	for _, p := range c.options.Params() {
		if p.Size {
			sizes = append(sizes, p.Name)
		}
	}
	return sizes
}

// check refuses --ranks to a task of a launcher.
func (c *config) check(r *task.Checker, about task.About) {
	if about.Counts != "" {
		c.keeping.check(r)
	}
	l, launched := mpi.Detect()
	if c.Ranks > 0 && launched && l.Size != 1 {
		r.Fail("%s is %d, but %s started this process as one of several tasks, which are the ranks: "+
			"leave it out, or start hybrid without a launcher", r.Name("ranks"), c.Ranks, l.Name)
	}
}
