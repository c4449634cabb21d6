// Package result is what a scaling study finds: the numbers that hybrid bench
// prints, draws, writes as JSON and compares with those of another day. It holds
// them and measures nothing.
//
//	Result
//	  Machine      what was measured
//	  Probes       what this machine can do: bandwidths, arithmetic, messages
//	  Kernels      how fast each kernel runs on all of it, and the fraction of
//	               what the probes allow
//	  Scaling      the same kernels on 1, 2, 4, ... ranks or threads
//	  Versus       processors against devices
//	  Projection   what a model made of the probes says of more ranks
//
// Times are in seconds, sizes in bytes, rates in units a second. Numbers that are
// not known are left out.
package result

import "hybrid/solvers/task"

// Result is a whole study.
type Result struct {
	Machine    Machine      `json:"machine"`
	Probes     []Probe      `json:"probes"`
	Kernels    []Point      `json:"kernels"`
	Scaling    []Series     `json:"scaling"`
	Versus     []Versus     `json:"cpu_gpu,omitempty"`
	Projection []Projection `json:"projection,omitempty"`
	Comparison *Comparison  `json:"comparison,omitempty"` // with --baseline
	Notes      []string     `json:"notes,omitempty"`      // what is not here, and why
	// Sizes are those of one worker, of which all others are made, by the kernel's
	// name, the first of several; those of devices have " on device" behind it. A study that is compared
	// with this one takes them over.
	Sizes map[string][]int `json:"sizes"`
}

// Machine is what a study ran on.
type Machine struct {
	Date    string   `json:"date"` // when it began, RFC 3339
	Hosts   []string `json:"hosts"`
	CPU     string   `json:"cpu"` // processors' names, joined
	ISA     string   `json:"isa"`
	Cores   int      `json:"cores"` // that the ranks may use, of all hosts
	Devices []string `json:"devices,omitempty"`
}

// A Probe is one thing that the machine can do, measured.
type Probe struct {
	Name string `json:"name"` // one of those below
	// On is where it was measured: "one core" or "all cores"; "same process", "same
	// node" or "other node"; a device's name.
	On      string `json:"on"`
	DType   string `json:"dtype,omitempty"`   // of arithmetic
	Ranks   int    `json:"ranks"`             // that took part
	Threads int    `json:"threads"`           // of each of them
	Bytes   int    `json:"bytes,omitempty"`   // of an array, a message, a cache's working set
	Level   int    `json:"level,omitempty"`   // of a cache
	Library string `json:"library,omitempty"` // that carried a message
	Unit    string `json:"unit"`              // B/s, flop/s or s
	Sample         // in Unit
}

// The names of probes.
const (
	Copy  = "copy" // STREAM's four, B/s
	Scale = "scale"
	Add   = "add"
	Triad = "triad"

	FMA   = "fma"   // fused multiply-adds without a load, flop/s
	Cache = "cache" // triad on data that a level of the cache holds, B/s

	Latency   = "latency"   // half a round trip of Bytes bytes, s
	Bandwidth = "bandwidth" // a window of messages of Bytes bytes one way, B/s
	Overhead  = "overhead"  // the time that a send of Bytes bytes keeps its rank, s
	Allreduce = "allreduce" // sum of Bytes bytes over all ranks, s

	// The same in a loop in C over the MPI library alone, without hybrid's calls.
	LibraryLatency   = "library latency"
	LibraryBandwidth = "library bandwidth"
	LibraryOverhead  = "library overhead"
	LibraryAllreduce = "library allreduce"

	DeviceCopy   = "device copy"    // within a device, bytes read plus bytes written, B/s
	HostToDevice = "host to device" // from pinned memory, B/s
	DeviceToHost = "device to host"
	PageableIn   = "pageable to device" // from memory that is not pinned, B/s
	PageableOut  = "device to pageable"
	Launch       = "launch" // of an empty kernel, from call to end, s
)

// HigherIsBetter tells rates from times.
func (p Probe) HigherIsBetter() bool { return p.Unit != "s" }

// A Point is one kernel of one size on so many ranks and threads.
type Point struct {
	Kernel  string  `json:"kernel"` // heat, matmul, pi, mandelbrot, sort or walk
	DType   string  `json:"dtype"`
	Size    Size    `json:"size"`
	Ranks   int     `json:"ranks"`
	Threads int     `json:"threads"`          // of each rank
	Device  string  `json:"device,omitempty"` // that the ranks computed on; "" is their processors
	Unit    string  `json:"unit"`             // of work: updates, flops, samples, iterations, keys, steps
	Work    float64 `json:"work"`             // units that one run does
	Seconds Sample  `json:"seconds"`          // of a run, on its slowest rank
	Rate    float64 `json:"rate"`             // Work over the median of Seconds
	Limit   Limit   `json:"limit"`
	// Fraction is Rate over Limit.Rate, 0 where no limit is known.
	Fraction float64 `json:"fraction,omitempty"`
	// Flops and Bytes are the operations and the bytes through main memory that one
	// run needs at least, as the roofline counts them. Flops is 0 for work that is
	// not floating-point.
	Flops float64 `json:"flops,omitempty"`
	Bytes float64 `json:"bytes,omitempty"`
	Parts Parts   `json:"parts"`
	// Check is what was compared before it was timed or, if it is not Verified, why
	// nothing could tell whether the answer is right. One that is wrong is not timed.
	Check    string `json:"check"`
	Verified bool   `json:"verified"`
}

// A Limit is what a kernel cannot exceed on the same ranks and threads.
type Limit = task.Limit

// Parts is where the time of a run went, in seconds of the mean rank, of the run
// with the median time. They add up to that time. With b the time for which a rank
// computed or launched, and t that of the run:
//
//	Compute + Launch   the mean of b
//	Imbalance          the largest b less the mean: what the mean rank waited for
//	                   the busiest one, wherever in the run it did
//	Messages           t less the largest b: what not even the busiest rank could
//	                   cover with computation; of a single rank it is counted as
//	                   Imbalance, among its threads
//
// as load balance and communication efficiency are told apart by the POP Centre of
// Excellence ("Standard metrics for performance analysis", 2016).
type Parts struct {
	Compute   float64 `json:"compute"`
	Messages  float64 `json:"messages"`
	Imbalance float64 `json:"imbalance"`
	Launch    float64 `json:"launch"` // of device kernels: what a run with next to no work takes
}

// The laws that a series of points is held against.
const (
	Strong = "strong" // the same problem on all: Amdahl
	Weak   = "weak"   // the same problem for each worker: Gustafson
)

// A Series is one kernel on more and more ranks or threads.
type Series struct {
	Kernel string         `json:"kernel"`
	DType  string         `json:"dtype"`
	Law    string         `json:"law"`  // Strong or Weak
	Over   string         `json:"over"` // ranks or threads
	Device string         `json:"device,omitempty"`
	Waits  string         `json:"-"`      // what ranks wait for: "halo rows"; "" is messages
	Points []ScalingPoint `json:"points"` // ascending, the first on 1 worker
	Fit    *Fit           `json:"fit,omitempty"`
	// HeldBackBy is compute, memory, messages, imbalance, launch, serial work, noise or nothing;
	// Sentence says so with the figures it is read from.
	HeldBackBy string `json:"held_back_by"`
	Sentence   string `json:"sentence"`
}

// A ScalingPoint is a Point of a Series.
type ScalingPoint struct {
	Workers int `json:"workers"` // ranks or threads
	Point
	// Speedup is t(1)/t(p) of a strong series; of a weak one it is scaled,
	// p t(1)/t(p). Efficiency is Speedup/p. The intervals are those of the two times.
	Speedup    Interval `json:"speedup"`
	Efficiency Interval `json:"efficiency"`
	// SerialFraction is the experimentally determined serial fraction, (1/s - 1/p) /
	// (1 - 1/p) of speed-up s on p workers (Karp and Flatt, "Measuring parallel
	// processor performance", CACM 33(5), 1990); of a weak series s is the scaled
	// speed-up and it is (p - s)/(p - 1). nil on one worker, and where it is no part,
	// from 0 to 1.
	SerialFraction *float64 `json:"serial_fraction,omitempty"`
}

// An Interval is a number with its 95 % confidence interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A Fit is a law fitted to a series: speed-up 1/(f + (1-f)/p) after Amdahl (AFIPS
// 1967), scaled speed-up p - f(p-1) after Gustafson (CACM 31(5), 1988).
type Fit struct {
	Law    string  `json:"law"`    // amdahl or gustafson
	Serial float64 `json:"serial"` // f, from 0 to 1
	// Residual is the root mean square of (measured - law)/law over the points on more
	// than one worker.
	Residual float64 `json:"residual"`
	Points   int     `json:"points"` // on more than one worker, two at least
}

// A Versus is one kernel on all processors and on all devices of a run.
type Versus struct {
	Kernel string   `json:"kernel"`
	DType  string   `json:"dtype"`
	Size   Size     `json:"size"`
	CPU    Point    `json:"cpu"`
	GPU    Point    `json:"gpu"`
	Ratio  Interval `json:"ratio"` // CPU's time over GPU's
	// Transfer is the time to bring the input to the devices and the result back, and
	// RatioWithTransfer the ratio with it; 0 where the kernel has nothing to bring.
	Transfer          float64 `json:"transfer,omitempty"`
	RatioWithTransfer float64 `json:"ratio_with_transfer,omitempty"`
}

// A Projection is what a model says of ranks that were not there. It is no
// measurement.
type Projection struct {
	Kernel string           `json:"kernel"`
	DType  string           `json:"dtype"`
	Law    string           `json:"law"`
	Size   Size             `json:"size"`
	Model  Model            `json:"model"`
	Points []ProjectedPoint `json:"points"`
	// Error is the largest |model - measured| / measured of the points of the series
	// that were measured; 0 points is no error but no check either.
	Error   float64 `json:"error"`
	Checked int     `json:"checked"` // points that Error is of
}

// A Model is LogGP's parameters of a network (Alexandrov, Ionescu, Schauser and
// Scheiman, "LogGP: incorporating long messages into the LogP model", SPAA 1995)
// beside the speed of a rank.
type Model struct {
	L   float64 `json:"latency"`      // s
	O   float64 `json:"overhead"`     // s
	Gap float64 `json:"gap"`          // g, s a message
	G   float64 `json:"gap_per_byte"` // s
	// OByte is the part of G that keeps the sender: that of a processor which copies
	// the message itself. It is no parameter of LogGP, where it is 0.
	OByte float64 `json:"overhead_per_byte"`
	Rate  float64 `json:"rate"` // units a second of one rank
	Link  string  `json:"link"` // the kind of pair that it was read from
}

// A ProjectedPoint is a Projection at a number of ranks.
type ProjectedPoint struct {
	Ranks      int     `json:"ranks"`
	Seconds    float64 `json:"seconds"`
	Speedup    float64 `json:"speedup"` // scaled in a weak projection
	Efficiency float64 `json:"efficiency"`
	Compute    float64 `json:"compute"` // s
	Messages   float64 `json:"messages"`
}

// A Comparison is a study held against an older one.
type Comparison struct {
	Baseline    string   `json:"baseline"`  // the file
	Tolerance   float64  `json:"tolerance"` // a part: 0.1
	Rows        []Change `json:"rows"`
	Regressions int      `json:"regressions"`
	Missing     []string `json:"missing,omitempty"` // in the old one only
	Added       []string `json:"added,omitempty"`   // in the new one only
	// Warnings are what makes the two hard to compare: another processor, other cores.
	Warnings []string `json:"warnings,omitempty"`
}

// Compared is how many numbers of kernels both studies have.
func (c *Comparison) Compared() int {
	n := 0
	for _, row := range c.Rows {
		if row.Kind != OfProbe {
			n++
		}
	}
	return n
}

// The kinds of numbers that a comparison has rows of.
const (
	OfKernel  = "kernel"
	OfScaling = "scaling"
	OfProbe   = "probe" // of the machine, not of the program: never a regression
)

// A Change is one number then and now.
type Change struct {
	Kind string `json:"kind"` // one of those above
	Name string `json:"name"`
	Unit string `json:"unit"`
	Old  Sample `json:"old"`
	New  Sample `json:"new"`
	// Ratio is the new cost over the old, above 1 where it has become slower.
	Ratio Interval `json:"ratio"`
	// P is the probability that samples of the same distribution differ so much.
	P          float64 `json:"p"`
	Remeasured int     `json:"again,omitempty"` // times that it was measured again
	Regression bool    `json:"regression"`
	Verdict    string  `json:"verdict"` // slower, faster, same or unclear
}
