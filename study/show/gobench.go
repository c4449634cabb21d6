package show

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/perf/benchfmt"

	"hybrid/study/result"
)

// Go writes the Go benchmark data format (https://go.dev/design/14313-benchmark-format),
// for benchstat to compare: a line for each value that was timed, so that benchstat
// makes intervals and tests of them.
//
//	BenchmarkHeat/dtype=f64/size=nx:4096,ny:4096/ranks=2/threads=1-2 1 12345678 ns/op 4.5e+09 updates/s
//	BenchmarkHeat/dtype=f64/.../scaling=strong/over=ranks-2 ...
//	BenchmarkTriad/on=all_cores/ranks=1/threads=2-2 1 3.6e+10 B/s
//
// The number at the end of a name is that of all threads. Projections, which nobody
// timed, are left out, and so is what changes with every version of a library.
func Go(w io.Writer, r *result.Result) error {
	g := &goWriter{w: benchfmt.NewWriter(w), config: goConfig(r.Machine)}
	for _, unit := range rateUnits(r) {
		g.put(&benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: unit, Key: "better"}, OrigUnit: unit, Value: "higher"})
	}
	for _, p := range r.Probes {
		g.probe(p)
	}
	for _, p := range r.Kernels {
		g.point(p)
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			g.point(p.Point, "scaling", s.Law, "over", s.Over)
		}
	}
	for _, v := range r.Versus {
		g.point(v.CPU, "versus", "cpu")
		g.point(v.GPU, "versus", "gpu")
	}
	return g.err
}

// goConfig is the head of the file. What differs from day to day is left out:
// benchstat compares only what has the same head.
func goConfig(m result.Machine) []benchfmt.Config {
	var all []benchfmt.Config
	for _, c := range [][2]string{{"goos", runtime.GOOS}, {"goarch", runtime.GOARCH}, {"pkg", "hybrid"}, {"cpu", m.CPU}, {"isa", m.ISA}} {
		if value := strings.Join(strings.Fields(c[1]), " "); value != "" {
			all = append(all, benchfmt.Config{Key: c[0], Value: []byte(value), File: true})
		}
	}
	return all
}

// rateUnits are the units of which more is better.
func rateUnits(r *result.Result) []string {
	var all []string
	for _, p := range r.Probes {
		if p.HigherIsBetter() {
			all = append(all, p.Unit)
		}
	}
	points := func(p result.Point) { all = append(all, perSecond(p.Unit)) }
	for _, p := range r.Kernels {
		points(p)
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			points(p.Point)
		}
	}
	for _, v := range r.Versus {
		points(v.CPU)
	}
	return distinct(all, func(s string) string { return s })
}

type goWriter struct {
	w      *benchfmt.Writer
	config []benchfmt.Config
	err    error
}

func (g *goWriter) put(rec benchfmt.Record) {
	if g.err == nil {
		g.err = g.w.Write(rec)
	}
}

func (g *goWriter) line(name string, values ...benchfmt.Value) {
	g.put(&benchfmt.Result{Config: g.config, Name: benchfmt.Name(name), Iters: 1, Values: values})
}

func (g *goWriter) probe(p result.Probe) {
	keys := []string{"on", p.On, "dtype", p.DType}
	if p.Level > 0 {
		keys = append(keys, "level", fmt.Sprint(p.Level))
	}
	if p.Bytes > 0 {
		keys = append(keys, "bytes", fmt.Sprint(p.Bytes))
	}
	name := goName(p.Name, p.Ranks, p.Threads, keys)
	for _, v := range p.Values {
		if p.HigherIsBetter() {
			g.line(name, benchfmt.Value{Value: v, Unit: p.Unit})
		} else {
			g.line(name, benchfmt.Value{Value: v * 1e9, Unit: "ns/op"})
		}
	}
}

func (g *goWriter) point(p result.Point, more ...string) {
	name := goName(p.Kernel, p.Ranks, p.Threads, append([]string{"dtype", p.DType, "size", goSize(p.Size), "device", p.Device}, more...))
	for _, v := range p.Seconds.Values {
		values := []benchfmt.Value{{Value: v * 1e9, Unit: "ns/op"}}
		if v > 0 {
			values = append(values, benchfmt.Value{Value: p.Work / v, Unit: perSecond(p.Unit)})
		}
		g.line(name, values...)
	}
}

// goName is a benchmark's name. Keys without a value are left out.
func goName(name string, ranks, threads int, keys []string) string {
	var b strings.Builder
	for _, word := range strings.Fields(name) {
		b.WriteString(strings.ToUpper(word[:1]) + goWord(word[1:]))
	}
	for i := 0; i < len(keys); i += 2 {
		if keys[i+1] != "" {
			fmt.Fprintf(&b, "/%s=%s", keys[i], goWord(keys[i+1]))
		}
	}
	fmt.Fprintf(&b, "/ranks=%d/threads=%d-%d", ranks, threads, ranks*threads)
	return b.String()
}

// goWord has no blank and no slash, which part a line and a name.
func goWord(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), "_"), "/", "|")
}

// goSize writes a size as nx:4096,ny:4096.
func goSize(s result.Size) string {
	var all []string
	for i, name := range s.Params {
		all = append(all, fmt.Sprintf("%s:%d", name, s.Numbers[i]))
	}
	return strings.Join(all, ",")
}
