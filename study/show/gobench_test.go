package show

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"hybrid/study/result"
)

// parse reads what Go wrote, as benchstat does: names, and for each the values by unit.
func parse(t *testing.T, r *result.Result) (head map[string]string, values map[string]map[string][]float64, units map[string]string) {
	t.Helper()
	var b bytes.Buffer
	if err := Go(&b, r); err != nil {
		t.Fatal(err)
	}
	head, values, units = map[string]string{}, map[string]map[string][]float64{}, map[string]string{}
	in := benchfmt.NewReader(&b, "study")
	for in.Scan() {
		switch rec := in.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Error(rec)
		case *benchfmt.UnitMetadata:
			units[rec.Unit] = rec.Key + "=" + rec.Value
		case *benchfmt.Result:
			for _, c := range rec.Config {
				if c.File {
					head[c.Key] = string(c.Value)
				}
			}
			name := string(rec.Name)
			if values[name] == nil {
				values[name] = map[string][]float64{}
			}
			for _, v := range rec.Values {
				values[name][v.Unit] = append(values[name][v.Unit], v.Value)
			}
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return head, values, units
}

func TestGo(t *testing.T) {
	r := made(2, true)
	head, values, units := parse(t, r)
	if head["cpu"] != r.Machine.CPU || head["isa"] != "avx512" || head["pkg"] != "hybrid" || head["goos"] == "" || head["goarch"] == "" {
		t.Errorf("head %q", head)
	}
	heat := "Heat/dtype=f64/size=nx:4096,ny:4096,steps:200/"
	for name, c := range map[string]struct {
		time result.Sample
		rate string
		work float64
	}{
		heat + "ranks=2/threads=1-2":                                                   {r.Kernels[0].Seconds, "updates/s", r.Kernels[0].Work},
		heat + "scaling=strong/over=ranks/ranks=1/threads=1-1":                         {r.Scaling[0].Points[0].Seconds, "updates/s", r.Scaling[0].Points[0].Work},
		heat + "device=NVIDIA_H200/versus=gpu/ranks=1/threads=1-1":                     {r.Versus[0].GPU.Seconds, "updates/s", r.Versus[0].GPU.Work},
		"Latency/on=same_process/bytes=1/ranks=2/threads=1-2":                          {r.Probes[15].Sample, "", 0},
		"HostToDevice/on=NVIDIA_H200/bytes=268435456/ranks=1/threads=1-1":              {},
		"Fma/on=all_cores/dtype=f64/ranks=2/threads=1-2":                               {},
		"Cache/on=all_cores/level=1/bytes=24576/ranks=2/threads=1-2":                   {},
		"Allreduce/on=same_node/bytes=8/ranks=2/threads=1-2":                           {},
		"Matmul/dtype=f64/size=m:2048,n:2048,k:2048/ranks=2/threads=1-2":               {r.Kernels[1].Seconds, "flop/s", r.Kernels[1].Work},
		"Triad/on=one_core/bytes=268435456/ranks=1/threads=1-1":                        {},
		"Walk/dtype=f64/size=walks:10000000,steps:1000/ranks=2/threads=1-2":            {r.Kernels[5].Seconds, "steps/s", r.Kernels[5].Work},
		"Sort/dtype=i64/size=n:20000000/scaling=weak/over=threads/ranks=1/threads=2-2": {},
	} {
		got, ok := values[name]
		if !ok {
			t.Errorf("no benchmark %s", name)
			continue
		}
		for i, want := range c.time.Values {
			if d := got["sec/op"][i]; math.Abs(d-want) > 1e-12*want {
				t.Errorf("%s: value %d is %v s, want %v", name, i, d, want)
			}
			if c.rate != "" && math.Abs(got[c.rate][i]-c.work/want) > 1e-12*c.work/want {
				t.Errorf("%s: rate %d is %v %s, want %v", name, i, got[c.rate][i], c.rate, c.work/want)
			}
		}
	}
	for unit := range units {
		if units[unit] != "better=higher" || !strings.HasSuffix(unit, "/s") {
			t.Errorf("unit %s is %s", unit, units[unit])
		}
	}
}

// TestGoHasEveryValue counts the lines.
func TestGoHasEveryValue(t *testing.T) {
	for name, r := range studies() {
		_, values, _ := parse(t, r)
		got := 0
		for _, of := range values {
			n := 0
			for _, v := range of {
				n = max(n, len(v))
			}
			got += n
		}
		want := 0
		for _, p := range r.Probes {
			want += len(p.Values)
		}
		for _, p := range r.Kernels {
			want += len(p.Seconds.Values)
		}
		for _, s := range r.Scaling {
			for _, p := range s.Points {
				want += len(p.Seconds.Values)
			}
		}
		for _, v := range r.Versus {
			want += len(v.CPU.Seconds.Values) + len(v.GPU.Seconds.Values)
		}
		if got != want {
			t.Errorf("%s: %d values, want %d", name, got, want)
		}
	}
}

// TestGoNames has names that would part a line.
func TestGoNames(t *testing.T) {
	r := small()
	r.Machine.CPU = "two\nlines\tof it"
	r.Probes[0].On = "a/b c"
	head, values, _ := parse(t, r)
	if head["cpu"] != "two lines of it" {
		t.Errorf("cpu %q", head["cpu"])
	}
	if _, ok := values["Triad/on=a|b_c/bytes=268435456/ranks=2/threads=1-2"]; !ok {
		t.Errorf("names %v", values)
	}
}
