package main

import (
	"errors"
	"strconv"
	"strings"

	"hybrid/gpu"
	"hybrid/internal/option"
	"hybrid/mpi"
)

// The most ranks of one process, and threads of one rank, that are not a slip.
const maxWorkers = 4096

// A computeConfig is what every command that computes can be told.
type computeConfig struct {
	GPU                 string
	Ranks               int // 0: the launcher's, or one
	Threads             int // of each rank; 0: its share of the cores
	DType               string
	Seed                uint64
	Verify, JSON, Quiet bool
	ISA                 string         // "auto": the best one
	Sim                 gpu.SimOptions // of simulated devices
	OneEach             bool           // ranks do not share a device: those that would compute on their CPUs
	Data                bool           // standard output is for programs, not for people

	options *option.Set
	name    func(option string) string // "--nx", or the variable that gave it: what to call an option in a message
	sizes   []string                   // options that say how much memory the work takes
}

// declareCommon states the options of every command, behind the command's own. One
// that the command has stated in its own words stays as it is.
func (c *computeConfig) declareCommon(o *option.Set) {
	if groups := o.Groups(); len(groups) > 0 {
		o.Group(groups[0])
	}
	o.Choice(&c.DType, "dtype", "what is computed and written", option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, "of the random numbers")
	o.Group("Output")
	o.Toggle(&c.JSON, "json", "print one JSON object on standard output and all else on standard error. A fraction of a limit is null "+
		"where the limit is not known and in runs of less than 1 ms. verified is true, false or null: not asked for or, if verdict says why, not to be told", option.Aside)
	o.Toggle(&c.Quiet, "quiet", "print nothing but errors (and the JSON object)", option.Aside)
	o.Group("Run")
	o.Choice(&c.GPU, "gpu", "", option.Arg("MODE"), option.Local, option.Explained(
		"auto", "a GPU where there is one",
		"on", "fail without one",
		"off", "never",
		"sim", "a simulated one, slowly: HYBRID_SIM_CC=8.0 sets its compute capability"))
	o.Int(&c.Ranks, "ranks", 0, "ranks inside this process. Not with mpirun or srun, whose tasks are the ranks",
		option.Range(1, maxWorkers), option.Default("1"))
	o.Int(&c.Threads, "threads", 0, "threads of each rank, of which a process takes no more than 64 for each core", option.Range(1, maxWorkers), option.Local,
		option.Default("the rank's share of the cores that it may run on"))
	o.Toggle(&c.Verify, "verify", "check the answer")
	o.Choice(&c.ISA, "isa", "", option.Choices("auto", "go", "avx2", "avx512"), option.EnvOnly, option.Local)
	o.Func("sim-cc", "", c.readSim, nil, option.EnvOnly, option.Local, option.Aside)
}

// readSim reads the compute capability of simulated devices.
func (c *computeConfig) readSim(text string) error {
	major, minor, _ := strings.Cut(text, ".")
	var err1, err2 error
	c.Sim.Major, err1 = strconv.Atoi(major)
	c.Sim.Minor, err2 = strconv.Atoi(minor)
	if err1 != nil || err2 != nil || c.Sim.Major < 5 || c.Sim.Major > 99 || c.Sim.Minor < 0 || c.Sim.Minor > 9 {
		return errors.New("want a compute capability such as 8.0")
	}
	return nil
}

// checkCommon refuses --ranks to a task of a launcher.
func (c *computeConfig) checkCommon(r *reader) {
	for _, p := range r.Params() {
		if p.Size {
			c.sizes = append(c.sizes, p.Name)
		}
	}
	l, launched := mpi.Detect()
	if c.Ranks > 0 && launched && l.Size != 1 {
		r.fail("%s is %d, but %s started this process as one of several tasks, which are the ranks: "+
			"leave it out, or start hybrid without a launcher", r.Name("ranks"), c.Ranks, l.Name)
	}
}
