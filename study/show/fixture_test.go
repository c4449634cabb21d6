package show

import (
	"math"
	"math/rand/v2"

	"hybrid/study/law"
	"hybrid/study/result"
)

// A maker makes results with numbers that look like measured ones, the same every
// time.
type maker struct{ random *rand.Rand }

func (m maker) sample(median, spread float64) result.Sample {
	values := make([]float64, 9)
	for i := range values {
		values[i] = median * (1 + spread*(2*m.random.Float64()-1))
	}
	return result.NewSample(values)
}

type kernel struct {
	name, dtype, size, unit     string
	work, rate, flops, bytes, f float64 // rate of one worker; f: serial part
	by, limit, check            string
}

var kernelsOf = []kernel{
	{"heat", "f64", "--nx 4096 --ny 4096 --steps 200", "updates", 3.35e9, 1.6e9, 3.35e10, 5.4e10, 0.22, "memory", "that the kernel does on data in the first-level cache", "the field of 2 ranks is that of one, bit by bit"},
	{"matmul", "f64", "--m 2048 --n 2048 --k 2048", "flops", 1.72e10, 5.1e10, 1.72e10, 1e8, 0.011, "compute", "that the fused multiply-add units do", "64 entries by a chain of multiply-adds"},
	{"pi", "f64", "--samples 200000000", "samples", 2e8, 9.1e8, 0, 0, 0.002, "compute", "that the kernel does on one core, times the cores", "the count of points inside, in integers"},
	{"mandelbrot", "f64", "--width 1500 --height 1000 --max-iterations 1000", "iterations", 3.1e8, 1.9e9, 2.2e9, 6e6, 0.035, "compute", "that the kernel does inside the set", "1000 pixels with big floats"},
	{"sort", "i64", "--n 20000000", "keys", 2e7, 3.4e7, 0, 2.6e9, 0.31, "memory", "that memory allows, 2.6 GB read and written", "ascending, and the same keys by sum and exclusive or"},
	{"walk", "f64", "--walks 10000000 --steps 1000", "steps", 1e10, 4.6e10, 0, 0, 0.004, "compute", "that the generator draws", "the histogram against the binomial law"},
}

// made is a study on so many ranks of one thread, with or without a device.
func made(ranks int, device bool) *result.Result {
	m := maker{rand.New(rand.NewPCG(1, uint64(ranks)))}
	r := &result.Result{Machine: result.Machine{Date: "2026-11-21T09:30:00Z", Hosts: []string{"node01"}, CPU: "AMD EPYC 9654 96-Core Processor", ISA: "avx512", Cores: ranks}}
	if device {
		r.Machine.Devices = []string{"NVIDIA H200"}
	}
	r.Probes = m.probes(ranks, device)
	for _, k := range kernelsOf {
		r.Kernels = append(r.Kernels, m.point(k, ranks, 1, 1, ""))
	}
	if ranks > 1 {
		for _, over := range []string{"ranks", "threads"} {
			for _, law := range []string{result.Strong, result.Weak} {
				for _, k := range kernelsOf {
					r.Scaling = append(r.Scaling, m.series(k, law, over, ranks))
				}
			}
		}
	}
	for _, k := range kernelsOf[:2] {
		for _, law := range []string{result.Strong, result.Weak} {
			r.Projection = append(r.Projection, m.projection(k, law))
		}
	}
	if device {
		for _, k := range kernelsOf[:4] {
			r.Kernels = append(r.Kernels, m.point(k, 1, 1, 40, "NVIDIA H200"))
			v := result.Versus{Kernel: k.name, DType: k.dtype, Size: sized(k.size), CPU: m.point(k, ranks, 1, 1, ""), GPU: m.point(k, 1, 1, 40, "NVIDIA H200")}
			v.Ratio = ratio(v.CPU.Seconds, v.GPU.Seconds)
			if k.bytes > 0 {
				v.Transfer = k.bytes / 50e9
				v.RatioWithTransfer = v.CPU.Seconds.Median / (v.GPU.Seconds.Median + v.Transfer)
			}
			r.Versus = append(r.Versus, v)
		}
	}
	r.Comparison = m.comparison(r)
	r.Notes = []string{"the device has no memory for the weak series of sort"}
	return r
}

func ratio(a, b result.Sample) result.Interval {
	return result.Interval{Value: a.Median / b.Median, Low: a.Low / b.High, High: a.High / b.Low}
}

func (m maker) probes(ranks int, device bool) []result.Probe {
	var all []result.Probe
	add := func(p result.Probe, median, spread float64) {
		p.Sample = m.sample(median, spread)
		all = append(all, p)
	}
	for i, name := range []string{result.Copy, result.Scale, result.Add, result.Triad} {
		add(result.Probe{Name: name, On: "one core", Ranks: 1, Threads: 1, Bytes: 256 << 20, Unit: "B/s"}, 25e9+float64(i)*1e9, 0.02)
		add(result.Probe{Name: name, On: "all cores", Ranks: ranks, Threads: 1, Bytes: 256 << 20, Unit: "B/s"}, 34e9+float64(i)*1e9, 0.03)
	}
	for i, dtype := range []string{"f64", "f32"} {
		add(result.Probe{Name: result.FMA, On: "one core", DType: dtype, Ranks: 1, Threads: 1, Unit: "flop/s"}, 56e9*float64(i+1), 0.004)
		add(result.Probe{Name: result.FMA, On: "all cores", DType: dtype, Ranks: ranks, Threads: 1, Unit: "flop/s"}, 55e9*float64(i+1)*float64(ranks), 0.01)
	}
	for i, speed := range []float64{410e9, 190e9, 88e9} {
		add(result.Probe{Name: result.Cache, On: "all cores", Ranks: ranks, Threads: 1, Level: i + 1, Bytes: 24 << 10 << (5 * i), Unit: "B/s"}, speed, 0.05)
	}
	for i, on := range []string{"same process", "same node", "other node"} {
		if i > 0 && ranks < 64 || ranks < 2 {
			break
		}
		library := "goroutines of one process, go1.26"
		if ranks >= 64 {
			library = "Open MPI v5.0.7"
		}
		for size := 1; size <= 64<<20; size *= 4 {
			latency := []float64{180e-9, 620e-9, 1.9e-6}[i] + float64(size)/(12e9/float64(i+1))
			spread := 0.04
			if size == 1024 {
				spread = 0.4
			}
			add(result.Probe{Name: result.Latency, On: on, Library: library, Ranks: 2, Threads: 1, Bytes: size, Unit: "s"}, latency, spread)
			add(result.Probe{Name: result.Bandwidth, On: on, Library: library, Ranks: 2, Threads: 1, Bytes: size, Unit: "B/s"}, float64(size)/(latency*0.8), spread)
			if ranks >= 64 {
				add(result.Probe{Name: result.LibraryLatency, On: on, Library: library, Ranks: 2, Threads: 1, Bytes: size, Unit: "s"}, latency*0.9, spread)
				add(result.Probe{Name: result.LibraryBandwidth, On: on, Library: library, Ranks: 2, Threads: 1, Bytes: size, Unit: "B/s"}, float64(size)/(latency*0.75), spread)
			}
			add(result.Probe{Name: result.Overhead, On: on, Library: library, Ranks: 2, Threads: 1, Bytes: size, Unit: "s"}, latency*0.4, spread)
		}
	}
	for size := 8; ranks > 1 && size <= 8<<20; size *= 16 {
		add(result.Probe{Name: result.Allreduce, On: "same node", Ranks: ranks, Threads: 1, Bytes: size, Unit: "s"}, 2e-6*math.Log2(float64(ranks))+float64(size)/5e9, 0.06)
	}
	if device {
		for name, speed := range map[string]float64{result.DeviceCopy: 3.9e12} {
			add(result.Probe{Name: name, On: "NVIDIA H200", Ranks: 1, Threads: 1, Bytes: 1 << 30, Unit: "B/s"}, speed, 0.01)
		}
		add(result.Probe{Name: result.HostToDevice, On: "NVIDIA H200", Ranks: 1, Threads: 1, Bytes: 1 << 28, Unit: "B/s"}, 55e9, 0.01)
		add(result.Probe{Name: result.PageableIn, On: "NVIDIA H200", Ranks: 1, Threads: 1, Bytes: 1 << 28, Unit: "B/s"}, 9e9, 0.2)
		add(result.Probe{Name: result.Launch, On: "NVIDIA H200", Ranks: 1, Threads: 1, Unit: "s"}, 4.2e-6, 0.02)
	}
	return all
}

// point is a kernel on workers whose speed-up is gain.
func (m maker) point(k kernel, ranks, threads int, speed float64, device string) result.Point {
	workers := float64(ranks * threads)
	gain := speed / (k.f + (1-k.f)/workers)
	spread := 0.02
	if k.name == "sort" {
		spread = 0.15
	}
	p := result.Point{Kernel: k.name, DType: k.dtype, Size: sized(k.size), Ranks: ranks, Threads: threads, Device: device, Unit: k.unit, Work: k.work,
		Seconds: m.sample(k.work/k.rate/gain, spread), Flops: k.flops, Bytes: k.bytes, Check: k.check, Verified: true}
	p.Rate = k.work / p.Seconds.Median
	if k.name != "walk" {
		p.Limit = result.Limit{Rate: p.Rate / (0.6 + 2*k.f*k.f), By: k.by, Text: k.limit}
		p.Fraction = p.Rate / p.Limit.Rate
	}
	p.Parts = result.Parts{Compute: p.Seconds.Median * 0.9, Messages: p.Seconds.Median * 0.1}
	return p
}

func (m maker) series(k kernel, scaling, over string, most int) result.Series {
	s := result.Series{Kernel: k.name, DType: k.dtype, Law: scaling, Over: over}
	for p := 1; p <= most; p *= 2 {
		ranks, threads := p, 1
		if over == "threads" {
			ranks, threads = 1, p
		}
		q := result.ScalingPoint{Workers: p, Point: m.point(k, ranks, threads, 1, "")}
		if scaling == result.Weak {
			q.Seconds = m.sample(k.work/k.rate*float64(p)/(float64(p)-k.f*float64(p-1)), 0.02)
			q.Work *= float64(p)
			q.Rate = q.Work / q.Seconds.Median
		}
		q.Parts = result.Parts{Compute: q.Seconds.Median, Messages: k.f * q.Seconds.Median * (1 - 1/float64(p))}
		q.Parts.Compute -= q.Parts.Messages
		s.Points = append(s.Points, q)
	}
	law.Complete(&s)
	return s
}

func (m maker) projection(k kernel, law string) result.Projection {
	p := result.Projection{Kernel: k.name, DType: k.dtype, Law: law, Size: sized(k.size), Error: 0.07, Checked: 1,
		Model: result.Model{L: 1.2e-6, O: 4e-7, Gap: 5e-7, G: 8.3e-11, Rate: k.rate, Link: "same process"}}
	one := k.work / k.rate
	for _, n := range []int{10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000} {
		q := result.ProjectedPoint{Ranks: n, Compute: one, Messages: 2e-3 * math.Sqrt(float64(n)) / 10}
		if law == result.Strong {
			q.Compute = one / float64(n)
		}
		q.Seconds = q.Compute + q.Messages
		q.Speedup = one / q.Seconds
		if law == result.Weak {
			q.Speedup *= float64(n)
		}
		q.Efficiency = q.Speedup / float64(n)
		p.Points = append(p.Points, q)
	}
	return p
}

func (m maker) comparison(r *result.Result) *result.Comparison {
	c := &result.Comparison{Baseline: "monday.json", Tolerance: 0.1, Regressions: 1, Added: []string{"walk f64 on 2 ranks"}, Warnings: []string{"another machine: the baseline has cores 4, this run 2"}}
	for i, p := range r.Kernels {
		change := result.Change{Name: "kernel " + p.Kernel + " " + p.DType, Unit: "s", Old: m.sample(p.Seconds.Median*[]float64{1, 0.8, 1.3}[i%3], 0.02), New: p.Seconds}
		change.Ratio = ratio(change.New, change.Old)
		change.Verdict = []string{"same", "slower", "faster"}[i%3]
		change.Regression = i == 1
		c.Rows = append(c.Rows, change)
	}
	return c
}

// sized is the size that a text says.
func sized(text string) (s result.Size) {
	if err := s.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return s
}
