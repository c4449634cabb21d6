// Command mandelbrot runs hybrid's Mandelbrot set beside numba's parallel loop, in
// turn on the same machine, and prints a table:
//
//	go run ./bench/mandelbrot
//	go run ./bench/mandelbrot -rounds 9 -center -0.5,0.9
//
// Each round runs numba's loop (peers/numba_loop.py, in Python with numba, as one
// would write it) and then hybrid with every instruction set in threads of one
// rank, and in ranks of one thread with every schedule, so that all meet the same
// mood of the machine. The ratio is of the times, the median over the rounds. The
// fraction is that of the iterations that were really computed: hybrid knows when a
// point has become periodic, numba's loop computes on. The picture must have the
// same sum of counts with every kernel and schedule; numba rounds otherwise, and
// its sum must be within a thousandth.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"hybrid/bench/internal/table"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/solvers/mandelbrot"
)

func main() {
	width := flag.Int("width", 1500, "pixels in a row")
	height := flag.Int("height", 1000, "rows")
	limit := flag.Int("max-iter", 1000, "greatest count")
	center := flag.String("center", "-0.5,0", "middle of the picture")
	zoom := flag.Float64("zoom", 1, "the picture is 3/zoom wide")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	cores := flag.Int("threads", runtime.NumCPU(), "threads, or ranks")
	python := flag.String("python", "build/venv/bin/python", "Python with numba")
	flag.Parse()
	p := mandelbrot.Problem{Width: *width, Height: *height, Zoom: *zoom, MaxIter: int32(*limit)}
	_, err := fmt.Sscanf(*center, "%g,%g", &p.Re, &p.Im)
	if err == nil {
		err = run(p, *rounds, *cores, *python)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/mandelbrot:", err)
		os.Exit(1)
	}
}

// A setup is one way to run hybrid.
type setup struct {
	name  string
	ranks int
	o     mandelbrot.Options

	ratios, fractions, imbalances, static []float64
	seconds                               []float64
}

func run(p mandelbrot.Problem, rounds, cores int, python string) error {
	if _, err := os.Stat("bench/mandelbrot/peers/numba_loop.py"); err != nil {
		return fmt.Errorf("run it from the repository's root: go run ./bench/mandelbrot")
	}
	var setups []*setup
	for _, isa := range simd.Available() {
		setups = append(setups, &setup{name: fmt.Sprintf("%v, %d threads", isa, cores), ranks: 1, o: mandelbrot.Options{ISA: isa, Threads: cores}})
	}
	for _, name := range mandelbrot.Schedules() {
		s, err := mandelbrot.ParseSchedule(name)
		if err != nil {
			return err
		}
		setups = append(setups, &setup{name: fmt.Sprintf("%v, %d ranks", s, cores), ranks: cores, o: mandelbrot.Options{Schedule: s}})
	}
	var numba []float64
	for range rounds {
		base, want, err := runNumba(python, p, cores)
		if err != nil {
			return err
		}
		numba = append(numba, base)
		for _, s := range setups {
			got, err := s.run(p, base)
			if err != nil {
				return err
			}
			if off := math.Abs(float64(got)/float64(want) - 1); off > 1e-3 {
				return fmt.Errorf("%s: the sum of the counts is %d, numba's %d", s.name, got, want)
			}
		}
	}
	fmt.Printf("%s, %d cores; %s; %d x %d, at most %d iterations; %d rounds\n\n", table.CPU(), runtime.NumCPU(), runtime.Version(), p.Width, p.Height, p.MaxIter, rounds)
	fmt.Println("| program | ms | ratio to numba: median (least to most) | of the peak | imbalance | in static chunks |")
	fmt.Println("|---|---:|---:|---:|---:|---:|")
	fmt.Printf("| numba, parallel | %.1f | 1 | | | |\n", 1e3*table.Median(numba))
	for _, s := range setups {
		fmt.Printf("| hybrid, %s | %.1f | %.1f (%.1f to %.1f) | %.2f | %.3f | %.2f |\n", s.name, 1e3*table.Median(s.seconds),
			table.Median(s.ratios), slices.Min(s.ratios), slices.Max(s.ratios), table.Median(s.fractions), table.Median(s.imbalances), table.Median(s.static))
	}
	return nil
}

// run counts the picture once and returns the sum of the counts.
func (s *setup) run(p mandelbrot.Problem, base float64) (iterations int64, err error) {
	return iterations, mpi.Run(s.ranks, func(c *mpi.Comm) error {
		solver, err := mandelbrot.New[float64](c, p, s.o)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := solver.Run(context.Background()); err != nil {
			return err
		}
		seconds := time.Since(began).Seconds()
		sum, err := solver.Summary()
		if err != nil {
			return err
		}
		limit := []float64{solver.Limit(100 * time.Millisecond)}
		if err := mpi.Allreduce(c, limit, limit, mpi.Sum); err != nil || c.Rank() > 0 {
			return err
		}
		iterations = sum.Iterations
		s.seconds = append(s.seconds, seconds)
		s.ratios = append(s.ratios, base/seconds)
		s.fractions = append(s.fractions, float64(sum.Computed)/seconds/limit[0])
		s.imbalances = append(s.imbalances, sum.Imbalance)
		s.static = append(s.static, sum.Static)
		return nil
	})
}

// runNumba returns numba's seconds and the sum of its counts.
func runNumba(python string, p mandelbrot.Problem, threads int) (seconds float64, sum int64, err error) {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	cmd := exec.Command(python, "bench/mandelbrot/peers/numba_loop.py", strconv.Itoa(p.Width), strconv.Itoa(p.Height),
		number(p.Re), number(p.Im), number(p.Zoom), strconv.Itoa(int(p.MaxIter)))
	cmd.Env = append(os.Environ(), "NUMBA_NUM_THREADS="+strconv.Itoa(threads))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	if _, err := fmt.Sscan(string(out), &seconds, &sum); err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return seconds, sum, nil
}
