package law

import (
	"testing"

	"hybrid/study/result"
)

func TestVerdict(t *testing.T) {
	type side struct {
		parts          result.Parts // that add up to the time
		spread         float64
		rate, fraction float64
		by             string
	}
	for _, c := range []struct {
		law, kernel, over string
		workers           int
		one, at           side
		by, sentence      string
	}{
		{
			result.Strong, "pi", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, rate: 100, fraction: 0.9, by: "compute"},
			side{parts: result.Parts{Compute: 0.51}, rate: 200, fraction: 0.88, by: "compute"},
			"nothing", "nothing: 0.98 of linear on 2 ranks, at 0.88 of its limit by compute",
		},
		{
			result.Weak, "pi", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, spread: 0.2},
			side{parts: result.Parts{Compute: 1}, spread: 0.2},
			"nothing", "nothing: 1.00 of linear on 2 ranks, by times that vary: 0.67 to 1.50",
		},
		{
			result.Strong, "heat", "ranks", 4,
			side{parts: result.Parts{Compute: 1}},
			side{parts: result.Parts{Compute: 0.2}},
			"nothing", "nothing: 1.25 of linear on 4 ranks, more than linear: a share may fit in a cache that the whole does not fit in",
		},
		{
			result.Strong, "pi", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, spread: 0.10},
			side{parts: result.Parts{Compute: 0.5, Imbalance: 0.0435}, spread: 0.12},
			"noise", "noise: 0.92 of linear on 2 ranks, but the times vary by more than that loss of 8 %: it may be 0.74 to 1.15",
		},
		{
			// The limit of memory stays behind: of the 0.2 s that are lost it takes 0.427 - 0.275.
			result.Strong, "heat", "threads", 2,
			side{parts: result.Parts{Compute: 1}, rate: 28 / 0.55 / 28, fraction: 0.55, by: "memory"},
			side{parts: result.Parts{Compute: 0.7}, rate: 1.29 * 28 / 0.55 / 28, fraction: 0.61, by: "memory"},
			"memory", "memory: the limit of memory is 1.29 times the 28 GB/s of 1 thread, and heat reaches 0.61 of it: 76 % of what is lost against linear, 0.71 of linear on 2 threads",
		},
		{
			// Another limit counts on more workers; what is known of bytes is nothing.
			result.Strong, "sort", "threads", 4,
			side{parts: result.Parts{Compute: 1}, rate: 2, fraction: 0.5, by: "compute"},
			side{parts: result.Parts{Compute: 0.5}, rate: 3, fraction: 0.67, by: "cache"},
			"memory", "memory: the limit of cache is 1.50 times that of 1 thread, compute with 2 flop/s, and sort reaches 0.67 of it",
		},
		{
			// Two threads on one core.
			result.Weak, "matmul", "threads", 2,
			side{parts: result.Parts{Compute: 1}, rate: 1, fraction: 1, by: "compute"},
			side{parts: result.Parts{Compute: 1.9}, rate: 1.05, fraction: 1, by: "compute"},
			"compute", "compute: the limit of compute is 1.05 times the 50 Gflop/s of 1 thread, and matmul reaches 1.00 of it",
		},
		{
			// Three ranks take turns on two cores: each waits for the others.
			result.Strong, "pi", "ranks", 3,
			side{parts: result.Parts{Compute: 0.9}, rate: 1.1, fraction: 0.9, by: "compute"},
			side{parts: result.Parts{Compute: 0.3, Messages: 0.17}, rate: 2.2, fraction: 0.9, by: "compute"},
			"compute", "compute: the limit of compute is 2.00 times the 1.1 flop/s of 1 rank, and pi reaches 0.90 of it: 88 % of what is lost against linear, 0.64 of linear on 3 ranks",
		},
		{
			result.Strong, "heat", "ranks", 8,
			side{parts: result.Parts{Compute: 8}, rate: 1, fraction: 0.1, by: "compute"},
			side{parts: result.Parts{Compute: 1.05, Messages: 0.45}, rate: 8, fraction: 0.07, by: "compute"},
			"messages", "messages: waiting for halo rows takes 450 ms of the 1.5 s on 8 ranks: 90 % of what is lost against linear, 0.67 of linear on 8 ranks",
		},
		{
			result.Weak, "sort", "ranks", 2,
			side{parts: result.Parts{Compute: 0.9, Messages: 0.1}},
			side{parts: result.Parts{Compute: 0.9, Messages: 0.9}},
			"messages", "messages: waiting for keys takes 900 ms of the 1.8 s on 2 ranks: 100 % of what is lost against linear, 0.56 of linear on 2 ranks",
		},
		{
			result.Strong, "mandelbrot", "ranks", 3,
			side{parts: result.Parts{Compute: 3}},
			side{parts: result.Parts{Compute: 1, Imbalance: 0.5, Messages: 0.1}},
			"imbalance", "imbalance: of the 1.6 s on 3 ranks, the mean one waits 500 ms for the slowest one: 83 % of what is lost against linear, 0.62 of linear on 3 ranks",
		},
		{
			result.Strong, "heat", "ranks", 2,
			side{parts: result.Parts{Compute: 1e-3, Launch: 1e-4}},
			side{parts: result.Parts{Compute: 5e-4, Launch: 1e-4}},
			"launch", "launch: starting kernels and waiting for transfers takes 100 µs of the 600 µs on 2 ranks: 100 % of what is lost against linear, 0.92 of linear on 2 ranks",
		},
		{
			result.Strong, "walk", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, rate: 1, by: "compute", fraction: 0.5},
			side{parts: result.Parts{Compute: 0.625}, rate: 2, by: "compute", fraction: 0.4},
			"serial work", "serial work: computing takes 625 ms on 2 ranks where linear is 500 ms, more than its limit explains: 100 % of what is lost against linear, 0.80 of linear on 2 ranks",
		},
		{
			// The same on a machine that has other work: the loss is no property of the kernel.
			result.Strong, "walk", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, rate: 1, by: "compute", fraction: 0.5, spread: 0.08},
			side{parts: result.Parts{Compute: 1}, rate: 2, by: "compute", fraction: 0.25, spread: 0.04},
			"noise", "noise: computing takes 1 s on 2 ranks where linear is 500 ms, more than its limit explains, and the times vary as where other work takes the cores: 100 % of what is lost against linear, 0.50 of linear on 2 ranks, by times that vary: 0.44 to 0.56",
		},
		{
			// What is waited for is measured, however the times vary.
			result.Strong, "sort", "ranks", 2,
			side{parts: result.Parts{Compute: 1}, spread: 0.08},
			side{parts: result.Parts{Compute: 0.5, Messages: 0.5}, spread: 0.08},
			"messages", "messages: waiting for keys takes 500 ms of the 1 s on 2 ranks: 100 % of what is lost against linear, 0.50 of linear on 2 ranks, by times that vary: 0.43 to 0.59",
		},
		{
			// Without parts all is computing.
			result.Weak, "walk", "ranks", 2,
			side{parts: result.Parts{}},
			side{parts: result.Parts{Compute: 2}},
			"serial work", "serial work: computing takes 2 s on 2 ranks where linear is 1 s, and its limit is not known: 100 % of what is lost against linear, 0.50 of linear on 2 ranks",
		},
	} {
		point := func(n int, x side) result.ScalingPoint {
			seconds := x.parts.Compute + x.parts.Messages + x.parts.Imbalance + x.parts.Launch
			if seconds == 0 {
				seconds = 1
			}
			work := 1.0
			if c.law == result.Weak {
				work = float64(n)
			}
			p := result.ScalingPoint{Workers: n, Point: result.Point{Kernel: c.kernel, Unit: "flop", Work: work, Parts: x.parts}}
			p.Seconds = result.Sample{Median: seconds, Low: seconds * (1 - x.spread), High: seconds * (1 + x.spread)}
			p.Seconds.Wide = 2*x.spread > result.WideSpread
			p.Limit, p.Fraction = result.Limit{Rate: x.rate, By: x.by}, x.fraction
			switch c.kernel {
			case "heat":
				p.Bytes = 28e9 * 0.55 * work
			case "matmul":
				p.Flops = 50e9 * work
			}
			return p
		}
		s := &result.Series{Kernel: c.kernel, Law: c.law, Over: c.over, Waits: map[string]string{"heat": "halo rows", "matmul": "panels", "sort": "keys"}[c.kernel]}
		s.Points = []result.ScalingPoint{point(1, c.one), point(c.workers, c.at)}
		Complete(s)
		if s.HeldBackBy != c.by || len(s.Sentence) < len(c.sentence) || s.Sentence[:len(c.sentence)] != c.sentence {
			t.Errorf("%s %s:\ngot  %s: %q\nwant %s: %q", c.law, c.kernel, s.HeldBackBy, s.Sentence, c.by, c.sentence)
		}
	}
}

// Whatever the parts, a verdict is one of the words that a series may have, and its
// share of the loss is a part.
func TestLossAddsUp(t *testing.T) {
	for i := range 4 * 4 * 4 * 4 * 2 {
		d := func(n int) float64 { return float64(i>>(2*n)&3) / 4 }
		one := result.ScalingPoint{Workers: 1}
		at := result.ScalingPoint{Workers: 2}
		one.Work, at.Work = 1, 1
		one.Limit.Rate, at.Limit.Rate = 1, 1+d(4)
		one.Parts = result.Parts{Compute: 2, Messages: d(0)}
		at.Parts = result.Parts{Compute: 1 + d(3), Messages: d(1), Imbalance: d(2), Launch: d(0)}
		for _, p := range []*result.ScalingPoint{&one, &at} {
			p.Seconds.Median = p.Parts.Compute + p.Parts.Messages + p.Parts.Imbalance + p.Parts.Launch
		}
		for _, law := range []string{result.Strong, result.Weak} {
			l := lossOf(law, &one, &at)
			near(t, "sum of parts", l.messages+l.imbalance+l.launch+l.limit+l.serial, l.total, 1e-12)
			if l.limit < 0 {
				t.Errorf("a limit's share of %v", l.limit)
			}
		}
	}
}
