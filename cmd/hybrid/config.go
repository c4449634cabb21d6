package main

import (
	"slices"
	"strconv"
	"strings"

	"hybrid/gpu"
	"hybrid/mpi"
)

// The most ranks of one process, and threads of one rank, that are not a slip.
const maxWorkers = 4096

var gpuModes = []string{"auto", "on", "off", "sim"}

// computeOptions are a command's own options, and behind them those of every
// command that computes.
func computeOptions(own []option) []option {
	options := slices.Clone(own)
	for _, o := range []option{
		{name: "gpu", values: gpuModes},
		{name: "ranks"}, {name: "threads"},
		{name: "dtype", values: []string{"f64", "f32"}},
		{name: "seed"},
		{name: "verify", kind: toggle}, {name: "json", kind: toggle}, {name: "quiet", kind: toggle},
	} {
		if _, taken := find(options, o.name); !taken {
			options = append(options, o)
		}
	}
	return options
}

func find(options []option, name string) (option, bool) {
	i := slices.IndexFunc(options, func(o option) bool { return o.name == name })
	if i < 0 {
		return option{}, false
	}
	return options[i], true
}

// A computeConfig is what every command that computes can be told.
type computeConfig struct {
	GPU                 string
	Ranks               int // 0: the launcher's, or one
	Threads             int // of each rank; 0: its share of the cores
	DType               string
	Seed                uint64
	Verify, JSON, Quiet bool
	ISA                 string         // "": the best one
	Sim                 gpu.SimOptions // of simulated devices
	OneEach             bool           // ranks do not share a device: those that would compute on their CPUs
	Data                bool           // standard output is for programs, not for people

	name  func(option string) string // "--nx", or the variable that gave it: what to call an option in a message
	sizes []string                   // options that say how much memory the work takes
}

// readCompute reads the settings of every command that computes.
func readCompute(r *reader, options []option) *computeConfig {
	dtype, _ := find(options, "dtype")
	c := &computeConfig{
		GPU:     r.choice("gpu", gpuModes...),
		Ranks:   readRanks(r),
		Threads: r.whole("threads", 0, 1, maxWorkers),
		DType:   r.choice("dtype", dtype.values...),
		Seed:    r.seed("seed"),
		Verify:  r.toggle("verify"), JSON: r.toggle("json"), Quiet: r.toggle("quiet"),
		ISA:  readISA(r),
		Sim:  readSim(r),
		name: r.name,
	}
	return c
}

// readSim reads HYBRID_SIM_CC, the compute capability of simulated devices. It has
// no flag: the result does not depend on it.
func readSim(r *reader) (o gpu.SimOptions) {
	v := r.env("HYBRID_SIM_CC")
	if v == "" {
		return o
	}
	major, minor, _ := strings.Cut(v, ".")
	var err1, err2 error
	o.Major, err1 = strconv.Atoi(major)
	o.Minor, err2 = strconv.Atoi(minor)
	if err1 != nil || err2 != nil || o.Major < 5 || o.Major > 99 || o.Minor < 0 || o.Minor > 9 {
		r.fail("HYBRID_SIM_CC is %q: want a compute capability such as 8.0", v)
	}
	return o
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
