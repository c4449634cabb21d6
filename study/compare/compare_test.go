package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"hybrid/study/result"
)

// The permeability of membranes, Hollander, Wolfe and Chicken, examples 4.1 to 4.3:
// the estimate is 0.305 and the interval from -0.15 to 0.76.
func TestRatioOfTheBook(t *testing.T) {
	x := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	y := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	slices.Sort(x)
	slices.Sort(y)
	r := ratio(y, x)
	for _, c := range [][2]float64{{r.Value, 0.305}, {r.Low, -0.15}, {r.High, 0.76}} {
		if math.Abs(math.Log(c[0])-c[1]) > 1e-12 {
			t.Errorf("got %v, want %v", math.Log(c[0]), c[1])
		}
	}
	if p := probability(y, x); math.Abs(p-0.2544) > 5e-5 {
		t.Errorf("probability %v, want 0.2544", p)
	}
}

// The table of Mann and Whitney's test at 5 %, two-sided, has the largest U that is
// rejected, which is k-1.
func TestMoses(t *testing.T) {
	for _, c := range [][3]int{
		{1, 1, 0}, {3, 3, 0}, {4, 4, 1}, {5, 5, 3}, {8, 8, 14}, {5, 10, 9}, {10, 10, 24}, {10, 20, 56}, {12, 20, 70}, {15, 20, 91}, {20, 20, 128},
	} {
		if got := intervalRank(c[0], c[1]); got != c[2] {
			t.Errorf("%d and %d values: got %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// spread are n values about a middle, evenly to either side, in an order that is
// not theirs.
func spread(middle, half float64, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i*7%n] = middle * (1 + half*(2*float64(i)+1-float64(n))/float64(n))
	}
	return v
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new []float64
		again    []float64 // factors of old that later measurements give
		want     string
		times    int // measured again
	}{
		{"equal", spread(1, 0.02, 11), spread(1, 0.02, 11), nil, same, 0},
		{"a little slower", spread(1, 0.02, 11), spread(1.05, 0.02, 11), nil, same, 0},
		{"slower", spread(1, 0.02, 11), spread(1.2, 0.02, 11), nil, slower, 0},
		{"faster", spread(1, 0.02, 11), spread(0.8, 0.02, 11), nil, faster, 0},
		{"near the tolerance", spread(1, 0.02, 11), spread(1.11, 0.02, 11), nil, unclear, 0},
		{"wide", spread(1, 0.4, 11), spread(1.2, 0.4, 11), nil, unclear, 0},
		{"few", spread(1, 0.01, 3), spread(2, 0.01, 3), nil, unclear, 0},
		// The best time is as it was: the rest was disturbed.
		{"disturbed", spread(1, 0.02, 11), append(spread(1.3, 0.02, 10), 1), nil, unclear, 0},
		{"all the same", []float64{1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1}, nil, same, 0},
		{"cleared", spread(1, 0.02, 11), spread(1.2, 0.02, 11), []float64{1.2, 1.05}, unclear, 2},
		{"cleared, however slow it was", spread(1, 0.02, 11), spread(3, 0.02, 11), []float64{1}, unclear, 1},
		{"persists", spread(1, 0.02, 11), spread(1.2, 0.02, 11), []float64{1.2, 1.15, 1.2, 1.15, 1.2, 1.15, 1.2, 1.15, 1.2, 1.15}, slower, 10},
		{"persists by too little", spread(1, 0.02, 11), spread(1.2, 0.02, 11), []float64{1.101, 1.101, 1.101, 1.101, 1.101, 1.101, 1.101, 1.101, 1.101, 1.101}, unclear, 10},
		{"persists by too little to be seen", spread(1, 0.02, 11), spread(1.2, 0.02, 11), []float64{1.2, 1.09}, unclear, 2},
		{"beyond doubt", spread(1, 0.02, 11), spread(1.5, 0.02, 11), []float64{1.4, 1.5, 1.5}, slower, 3},
		{"no time left", spread(1, 0.02, 11), spread(1.2, 0.02, 11), []float64{}, unclear, 0},
		{"no time left, but far slower", spread(1, 0.02, 11), spread(3, 0.02, 11), []float64{3}, slower, 1},
	} {
		for _, unit := range []string{"s", "B/s"} {
			one := func(v []float64) *result.Result {
				if unit == "s" {
					return &result.Result{Kernels: []result.Point{{Kernel: "pi", Seconds: result.NewSample(slices.Clone(v))}}}
				}
				rates := slices.Clone(v)
				for i := range rates {
					rates[i] = 1 / v[i]
				}
				return &result.Result{Probes: []result.Probe{{Name: result.Triad, Unit: unit, Sample: result.NewSample(rates)}}}
			}
			o := Options{Baseline: "old.json"}
			times := 0
			if c.again != nil {
				if unit != "s" {
					continue
				}
				o.Remeasure = func(s Suspect) (result.Sample, bool) {
					if s.Point.Kernel != "pi" || s.Series != nil || s.Change.Remeasured != times {
						t.Errorf("%s: suspect %+v after %d times", c.name, s, times)
					}
					if times == len(c.again) {
						return result.Sample{}, false
					}
					times++
					return result.NewSample(spread(c.again[times-1], 0.02, 11)), true
				}
			}
			r := Against(one(c.old), one(c.new), o)
			row := r.Rows[0]
			regression := c.want == slower && unit == "s"
			if len(r.Rows) != 1 || row.Verdict != c.want || row.Regression != regression || (r.Regressions == 1) != regression || row.Remeasured != c.times || times != c.times {
				t.Errorf("%s in %s: got %+v, %d times again, want %s, %d times", c.name, unit, row, times, c.want, c.times)
			}
			if r.Baseline != "old.json" || r.Tolerance != DefaultTolerance || !(row.Ratio.Low <= row.Ratio.Value && row.Ratio.Value <= row.Ratio.High) || len(row.New.Values) != (1+times)*len(c.new) {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
	}
}

// Of many rows one has to differ by more than of few, for the chance that one of
// them does.
func TestHolm(t *testing.T) {
	many := func(slow float64, rows int) *result.Result {
		r := &result.Result{}
		for i := range rows {
			v := spread(1, 0.01, 5)
			if i == 0 {
				v = spread(slow, 0.01, 5)
			}
			r.Kernels = append(r.Kernels, result.Point{Kernel: "pi", Ranks: i, Seconds: result.NewSample(v)})
		}
		return r
	}
	for _, c := range []struct{ rows, regressions int }{{1, 1}, {6, 1}, {7, 0}, {60, 0}} { // p is 2/252, 6/126 < 0.05
		if got := Against(many(1, c.rows), many(1.5, c.rows), Options{}); got.Regressions != c.regressions {
			t.Errorf("%d rows: %d regressions, want %d; p %v", c.rows, got.Regressions, c.regressions, got.Rows[0].P)
		}
	}
	// Two that differ: the second needs only what is right for one row less.
	both := many(1.5, 6)
	both.Kernels[1].Seconds = result.NewSample(spread(1.5, 0.01, 5))
	if got := Against(many(1, 6), both, Options{}); got.Regressions != 2 {
		t.Errorf("%d regressions, want 2", got.Regressions)
	}
}

func TestNumbersAreMatched(t *testing.T) {
	values := func(i int) []float64 { return spread(float64(i+1), 0.01, 9) }
	old, new := study(values), study(values)
	c := Against(old, new, Options{Tolerance: 0.2})
	var got []string
	for _, r := range c.Rows {
		if r.Verdict != same || math.Abs(r.Ratio.Value-1) > 1e-12 {
			t.Errorf("%+v", r)
		}
		got = append(got, r.Kind+": "+r.Name+" in "+r.Unit)
	}
	want := []string{
		"kernel: heat f64 --nx 100, 2 ranks x 1 thread in s",
		"scaling: heat f64 --nx 100, 1 rank x 1 thread in s",
		"scaling: heat f64 --nx 100, 2 ranks x 1 thread (2) in s",
		"probe: triad on all cores, 1 rank x 2 threads in B/s",
		"probe: latency 8 B on same node by Open MPI, 2 ranks x 1 thread in s",
	}
	if !slices.Equal(got, want) || c.Missing != nil || c.Added != nil || c.Warnings != nil || c.Tolerance != 0.2 {
		t.Errorf("got %q, %+v\nwant %q", got, c, want)
	}

	// Processors and a device beside each other, the one as it is among the kernels.
	gpu := old.Kernels[0]
	gpu.Device = "H200"
	old.Versus = []result.Versus{{CPU: old.Kernels[0], GPU: gpu}}
	new.Versus = old.Versus
	c = Against(old, new, Options{})
	if len(c.Rows) != 6 || c.Rows[1].Name != "heat f64 --nx 100, 2 ranks x 1 thread on H200" || c.Rows[1].Kind != result.OfKernel {
		t.Errorf("%d rows, the second %+v", len(c.Rows), c.Rows[1])
	}
	old.Versus, new.Versus = nil, nil

	for _, c := range []*result.Comparison{
		Against(old, &result.Result{Machine: new.Machine, Kernels: new.Kernels, Scaling: new.Scaling}, Options{}),
		Against(&result.Result{Machine: old.Machine, Kernels: old.Kernels, Scaling: old.Scaling}, new, Options{}),
	} {
		if len(c.Rows) != 3 || c.Missing != nil || c.Added != nil {
			t.Errorf("without probes: %d rows, missing %q, added %q", len(c.Rows), c.Missing, c.Added)
		}
	}

	new.Kernels[0].Size = flags("--nx 200")
	new.Probes[1].Library = "MPICH"
	new.Scaling[0].Points = append(new.Scaling[0].Points, new.Scaling[0].Points[1]) // the same once more
	new.Machine = result.Machine{CPU: "another", ISA: "avx2", Cores: 4, Hosts: []string{"a", "b"}, Devices: []string{"H200"}}
	c = Against(old, new, Options{})
	if len(c.Rows) != 3 || len(c.Missing) != 2 || !slices.Equal(c.Added, []string{"heat f64 --nx 200, 2 ranks x 1 thread", "latency 8 B on same node by MPICH, 2 ranks x 1 thread"}) {
		t.Errorf("%d rows, missing %q, added %q", len(c.Rows), c.Missing, c.Added)
	}
	warn := []string{
		"another machine: the baseline has processor a processor, this run another",
		"another machine: the baseline has instruction set none, this run avx2",
		"another machine: the baseline has cores 2, this run 4",
		"another machine: the baseline has hosts 1, this run 2",
		"another machine: the baseline has devices none, this run H200",
	}
	if !slices.Equal(c.Warnings, warn) {
		t.Errorf("warnings %q", c.Warnings)
	}
}

// What cannot be compared says so, and can still be written as JSON.
func TestUnknown(t *testing.T) {
	for _, v := range [][]float64{{0, 0, 0}, {-1, 1, 1}, {1}} {
		one := func(v []float64) *result.Result {
			return &result.Result{Probes: []result.Probe{{Name: result.Overhead, Unit: "s", Sample: result.NewSample(v)}}}
		}
		c := Against(one(v), one([]float64{5}), Options{})
		if c.Rows[0].Verdict != unclear || c.Rows[0].P != 1 {
			t.Errorf("%v: %+v", v, c.Rows[0])
		}
		if _, err := json.Marshal(c); err != nil {
			t.Errorf("%v: %v", v, err)
		}
	}
	// A sample that has lost its values counts with its median.
	lost := &result.Result{Kernels: []result.Point{{Kernel: "pi", Seconds: result.Sample{Median: 2}}}}
	if r := Against(lost, lost, Options{}).Rows[0]; r.Ratio.Value != 1 || r.Verdict != same {
		t.Errorf("%+v", r)
	}
}

// Thousands of values are as good as the quantiles that stand for them.
func TestManyValues(t *testing.T) {
	one := func(middle float64) *result.Result {
		return &result.Result{Kernels: []result.Point{{Kernel: "pi", Seconds: result.NewSample(spread(middle, 0.05, 10007))}}}
	}
	r := Against(one(1), one(1.2), Options{}).Rows[0]
	if math.Abs(r.Ratio.Value-1.2) > 1e-3 || r.Ratio.High-r.Ratio.Low > 0.05 || r.Verdict != slower {
		t.Error(fmt.Sprintf("%+v", r)[:200])
	}
}

// Suspects take turns, with a pause before each turn, and one that is cleared has no
// more.
func TestTurns(t *testing.T) {
	one := func(middle float64) *result.Result {
		r := &result.Result{}
		for i, k := range []string{"heat", "pi", "walk"} {
			m := middle
			if k == "pi" {
				m = 1
			}
			r.Kernels = append(r.Kernels, result.Point{Kernel: k, Ranks: i, Seconds: result.NewSample(spread(m, 0.02, 11))})
		}
		return r
	}
	var turns []string
	o := Options{
		Attempts: 3,
		Pause:    func(round int) { turns = append(turns, fmt.Sprint("pause ", round)) },
		Remeasure: func(s Suspect) (result.Sample, bool) {
			turns = append(turns, s.Point.Kernel)
			if s.Point.Kernel == "heat" && s.Change.Remeasured == 1 {
				return result.NewSample(spread(1, 0.02, 11)), true
			}
			return result.NewSample(spread(1.2, 0.02, 11)), true
		},
	}
	c := Against(one(1), one(1.2), o)
	want := []string{"pause 1", "heat", "walk", "pause 2", "heat", "walk", "pause 3", "walk"}
	if !slices.Equal(turns, want) {
		t.Errorf("got %q, want %q", turns, want)
	}
	if c.Regressions != 1 || c.Rows[0].Verdict != unclear || c.Rows[1].Verdict != same || c.Rows[2].Verdict != slower {
		t.Errorf("%+v", c)
	}
	// Without a suspect there is no pause.
	turns = nil
	if Against(one(1), one(1), o); turns != nil {
		t.Errorf("got %q", turns)
	}
}

// flags is the size that a text says.
func flags(text string) (s result.Size) {
	if err := s.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return s
}
