package show

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hybrid/study/result"
)

// small is a study whose numbers are plain.
func small() *result.Result {
	of := func(values ...float64) result.Sample { return result.NewSample(values) }
	serial := 0.25
	heat := result.Point{Kernel: "heat", DType: "f64", Size: sized("--nx 100 --ny 100 --steps 10"), Ranks: 1, Threads: 1, Unit: "updates", Work: 1e5,
		Seconds: of(1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3), Rate: 1e8, Limit: result.Limit{Rate: 2e8, By: "memory", Text: "that it does in cache"}, Fraction: 0.5, Check: "the field, bit by bit", Verified: true}
	two := heat
	two.Ranks, two.Seconds, two.Rate = 2, of(6e-4, 6e-4, 6e-4, 5e-4, 7e-4, 6e-4), 1e5/6e-4
	return &result.Result{
		Machine: result.Machine{Date: "2026-01-02T03:04:05Z", Hosts: []string{"n1"}, CPU: "A CPU", ISA: "avx2", Cores: 2},
		Probes: []result.Probe{
			{Name: result.Triad, On: "all cores", Ranks: 2, Threads: 1, Bytes: 1 << 28, Unit: "B/s", Sample: of(4e10)},
			{Name: result.Latency, On: "same node", Library: "openmpi", Ranks: 2, Threads: 1, Bytes: 8, Unit: "s", Sample: of(1e-6, 2e-6)},
		},
		Kernels: []result.Point{two},
		Scaling: []result.Series{{Kernel: "heat", DType: "f64", Law: result.Strong, Over: "ranks",
			Points: []result.ScalingPoint{
				{Workers: 1, Point: heat, Speedup: result.Interval{Value: 1, Low: 1, High: 1}, Efficiency: result.Interval{Value: 1, Low: 1, High: 1}},
				{Workers: 2, Point: two, Speedup: result.Interval{Value: 1.6, Low: 1.4, High: 2}, Efficiency: result.Interval{Value: 0.8, Low: 0.7, High: 1}, SerialFraction: &serial},
			},
			Fit: &result.Fit{Law: "amdahl", Serial: 0.25, Residual: 0.01}, HeldBackBy: "memory", Sentence: "memory: it is full"}},
		Projection: []result.Projection{{Kernel: "heat", DType: "f64", Law: result.Weak, Size: sized("--nx 100"), Model: result.Model{L: 1e-6, O: 2e-7, Gap: 3e-7, G: 1e-10, Rate: 1e8, Link: "same node"},
			Points: []result.ProjectedPoint{{Ranks: 10, Seconds: 1.1e-3, Speedup: 9, Efficiency: 0.9, Compute: 1e-3, Messages: 1e-4}}}},
	}
}

var update = flag.Bool("update", false, "write the goldens anew")

// TestText holds the tables of a small study against testdata/small.txt, which was
// read by a person.
func TestText(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, small()); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/small.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextFitsATerminal(t *testing.T) {
	for name, r := range studies() {
		var b strings.Builder
		if err := Text(&b, r); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(b.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > columns || strings.HasSuffix(line, " ") {
				t.Errorf("%s: %d characters in a line: %q", name, n, line)
			}
		}
	}
}

// TestTextSaysWhatIsMissing has what cannot be said be said to be so.
func TestTextSaysWhatIsMissing(t *testing.T) {
	for name, want := range map[string][]string{
		"nothing":                 {"Nothing was measured.", "No kernel's limit is known.", "Scaling was not measured."},
		"one rank":                {"Scaling was not measured.", "not known", strings.ToUpper(modelled)},
		"two ranks":               {wideNote[:40], "REGRESSION", "1 number has become slower beyond the tolerance of 10 %, against monday.json.", "Only in this run: walk f64 on 2 ranks.", "Another machine: the baseline has cores 4, this run 2."},
		"many ranks and a device": {"CPU AGAINST GPU", "On NVIDIA H200: heat", "Carried by Open MPI v5.0.7.", "same node in C", "WHAT IS NOT HERE, AND WHY\n\n  the device has no memory"},
	} {
		var b strings.Builder
		if err := Text(&b, studies()[name]); err != nil {
			t.Fatal(err)
		}
		for _, words := range want {
			if !strings.Contains(b.String(), words) {
				t.Errorf("%s: no %q in\n%s", name, words, b.String())
			}
		}
	}
}

// TestTextOfManyChanges has the probes that did not change be counted, and all else
// be shown, the worst first.
func TestTextOfManyChanges(t *testing.T) {
	r := small()
	r.Comparison = &result.Comparison{Baseline: "old.json", Tolerance: 0.1, Regressions: 1}
	add := func(name, verdict string, regression bool) {
		s := result.NewSample([]float64{1e-3})
		r.Comparison.Rows = append(r.Comparison.Rows, result.Change{Name: name, Unit: "s", Old: s, New: s, Ratio: result.Interval{Value: 1, Low: 1, High: 1}, Verdict: verdict, Regression: regression})
	}
	add("heat f64", "same", false)
	for range minor + 1 {
		add("latency 8 B on same node by openmpi", "unclear", false)
	}
	add("triad", "faster", false)
	add("sort f64", "slower", true)
	text := func() string {
		var b strings.Builder
		if err := Text(&b, r); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(b.String(), "COMPARED WITH THE BASELINE")
		return rest
	}
	got := text()
	places := []int{strings.Index(got, "sort f64"), strings.Index(got, "triad"), strings.Index(got, "heat f64"), strings.Index(got, "21 more probes have not changed")}
	if places[0] < 0 || !slices.IsSorted(places) || strings.Contains(got, "latency") {
		t.Errorf("places %v in\n%s", places, got)
	}
	r.Comparison.Rows = slices.Delete(r.Comparison.Rows, 1, 2)
	if got := text(); strings.Count(got, "latency 8 B on same node ") != minor || strings.Contains(got, "more probes") {
		t.Errorf("few probes are not all shown:\n%s", got)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one", 1, []string{"one"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"ä ö ü", 3, []string{"ä ö", "ü"}},
		{"a 1\u00a0s", 3, []string{"a", "1\u00a0s"}},
	} {
		if got := fold(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("fold(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}
