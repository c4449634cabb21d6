package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"hybrid/bench/internal/table"
)

// A sample is one run.
type sample struct {
	answer
	rss float64 // peak resident bytes of the largest process of the whole run
}

// measure runs c once.
func measure(c contestant) (sample, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Env = append(os.Environ(), c.env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s%s", strings.Join(c.args, " "), err, out, stderr.String())
	}
	a, err := c.read(string(out))
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, out)
	}
	return sample{a, peakRSS(cmd.ProcessState)}, nil
}

// peakRSS returns the peak resident memory, in bytes, of the largest process
// among the child and its own waited-for children: of the ranks, where the
// child is a launcher. Linux counts this program's own memory into a child's
// peak when it starts it, which is why this program never holds a field.
func peakRSS(s *os.ProcessState) float64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return math.NaN()
	}
	if runtime.GOOS == "darwin" {
		return float64(u.Maxrss)
	}
	return float64(u.Maxrss) * 1024
}

// readPlain reads "seconds mean", which the peers write.
func readPlain(out string) (answer, error) {
	var a answer
	_, err := fmt.Sscan(out, &a.seconds, &a.mean)
	return a, err
}

// readJSON reads what hybrid heat --json writes.
func readJSON(out string) (answer, error) {
	var run struct {
		Seconds float64
		Result  struct {
			MeanInterior float64 `json:"mean_interior"`
		}
		Metrics struct {
			PeakBytes float64 `json:"peak_bytes"`
		}
	}
	err := json.Unmarshal([]byte(out), &run)
	return answer{run.Seconds, run.Result.MeanInterior, run.Metrics.PeakBytes}, err
}

// check compares an answer with the C loop's. The two round differently, by
// some 1e-16 of the value an update.
func check(c contestant, got, want answer) error {
	if !(math.Abs(got.mean-want.mean) <= 1e-12*math.Abs(want.mean)) {
		return fmt.Errorf("%s: interior mean %.17g, the C loop says %.17g", c.name, got.mean, want.mean)
	}
	if !(got.seconds > 0) {
		return fmt.Errorf("%s: took %g seconds", c.name, got.seconds)
	}
	return nil
}

// compare runs the C loop and each contestant in turn and prints the table.
func compare(s size, loop contestant, contestants []contestant, rounds int) error {
	type record struct{ rates, ratios, solve, whole []float64 }
	var base record
	records := make([]record, len(contestants))
	rate := func(x sample) float64 { return s.updates() / x.seconds }
	for round := range rounds {
		for i, c := range contestants {
			if c.once && round > 0 {
				continue
			}
			ref, err := measure(loop)
			if err != nil {
				return err
			}
			got, err := measure(c)
			if err != nil {
				return err
			}
			if err := check(c, got.answer, ref.answer); err != nil {
				return err
			}
			base.rates = append(base.rates, rate(ref))
			base.whole = append(base.whole, ref.rss/s.gridBytes())
			r := &records[i]
			r.rates = append(r.rates, rate(got))
			r.ratios = append(r.ratios, rate(got)/rate(ref))
			r.solve = append(r.solve, got.peak/(s.gridBytes()/c.parts))
			r.whole = append(r.whole, got.rss/(s.gridBytes()/c.parts))
		}
	}

	fmt.Printf("\n%dx%d points in a fixed ring, f64, %d steps; %s\n\n", s.points, s.points, s.steps, plural(rounds, "round"))
	fmt.Println("| program | M updates/s | ratio to the C loop: median (least to most) | peak memory / own grid, steps | whole run |")
	fmt.Println("|---|---:|---:|---:|---:|")
	fmt.Printf("| %s | %.0f | 1 | | %.2f |\n", loop.name, table.Median(base.rates)/1e6, slices.Max(base.whole))
	for i, c := range contestants {
		r := records[i]
		solve := ""
		if p := slices.Max(r.solve); p > 0 {
			solve = fmt.Sprintf("%.2f", p)
		}
		fmt.Printf("| %s | %.0f | %.2f (%.2f to %.2f) | %s | %.2f |\n", c.name, table.Median(r.rates)/1e6,
			table.Median(r.ratios), slices.Min(r.ratios), slices.Max(r.ratios), solve, slices.Max(r.whole))
	}
	return nil
}
