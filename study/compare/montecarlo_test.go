package compare

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hybrid/study/result"
)

// A machine is noisy in the way of a shared one: values of a run vary by 5 %,
// skewed to the slow side, one in twenty is far off, and each measurement of a
// point is up to 8 % faster or slower than the next.
type machine struct {
	*rand.Rand
	slow map[string]float64 // factor by kernel
}

func (m machine) drift() float64 { return 1 + 0.08*(2*m.Float64()-1) }

func (m machine) measure(kernel string, repeats int, drift float64) result.Sample {
	v := make([]float64, repeats)
	for i := range v {
		v[i] = drift * math.Exp(0.05*m.NormFloat64())
		if m.Float64() < 0.05 {
			v[i] *= 1.2 + 3*m.Float64()
		}
		if f := m.slow[kernel]; f != 0 {
			v[i] *= f
		}
	}
	return result.NewSample(v)
}

var kernels = []string{"heat", "matmul", "pi", "mandelbrot", "sort", "walk"}

// study is one of all six kernels, strong and weak over two threads and two ranks.
func (m machine) study(repeats int, together bool) *result.Result {
	all := m.drift()
	drift := func() float64 {
		if together {
			return all
		}
		return m.drift()
	}
	r := &result.Result{}
	for _, k := range kernels {
		point := func(size string, ranks, threads int) result.ScalingPoint {
			return result.ScalingPoint{Workers: ranks * threads, Point: result.Point{
				Kernel: k, Size: result.Size{Params: []string{size}, Numbers: []int{1}}, Ranks: ranks, Threads: threads, Seconds: m.measure(k, repeats, drift()),
			}}
		}
		one, whole := point("one", 1, 1), point("two", 1, 2)
		r.Kernels = append(r.Kernels, whole.Point)
		for _, points := range [][]result.ScalingPoint{
			{one, point("one", 1, 2)}, {one, whole}, {one, point("one", 2, 1)}, {one, point("two", 2, 1)},
		} {
			r.Scaling = append(r.Scaling, result.Series{Kernel: k, Points: points})
		}
	}
	return r
}

// Of comparisons of a program with itself less than one in a hundred gives a false
// alarm, and of those with a kernel that is 1.3 times slower 99 in a hundred find it
// and blame no other.
func TestAlarms(t *testing.T) {
	const repeats = 8
	runs := 400
	if testing.Short() {
		runs = 100
	}
	for _, together := range []bool{false, true} {
		m := machine{Rand: rand.New(rand.NewPCG(1, 2))}
		again := 0
		options := Options{Remeasure: func(s Suspect) (result.Sample, bool) {
			again++
			return m.measure(s.Point.Kernel, repeats, m.drift()), true
		}}
		alarms, wrong, found, rows := 0, 0, 0, 0
		for range runs {
			m.slow = nil
			old := m.study(repeats, together)
			if Against(old, m.study(repeats, together), options).Regressions > 0 {
				alarms++
			}
		}
		clean := again
		for range runs {
			m.slow = nil
			old := m.study(repeats, together)
			m.slow = map[string]float64{"heat": 1.3}
			right := false
			for _, row := range Against(old, m.study(repeats, together), options).Rows {
				switch {
				case row.Regression && strings.HasPrefix(row.Name, "heat"):
					right = true
					rows++
				case row.Regression:
					wrong++
				}
			}
			if right {
				found++
			}
		}
		t.Logf("together %v: %d false alarms in %d comparisons, %d of %d slow kernels found by %.1f of their 5 rows, %d others blamed, measured again %.1f and %.1f times a comparison",
			together, alarms, runs, found, runs, float64(rows)/float64(runs), wrong, float64(clean)/float64(runs), float64(again-clean)/float64(runs))
		if alarms*100 > runs {
			t.Errorf("%d false alarms in %d comparisons, want at most 1 %%", alarms, runs)
		}
		if found*100 < 99*runs {
			t.Errorf("%d of %d slow kernels found, want at least 99 %%", found, runs)
		}
		if wrong*100 > runs {
			t.Errorf("%d kernels blamed that are as fast as they were, in %d comparisons", wrong, runs)
		}
	}
}
