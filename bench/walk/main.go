// Command walk runs hybrid's random walks beside numpy's, in turn on the same
// machine, and prints a table:
//
//	go run ./bench/walk
//	go run ./bench/walk -rounds 9 -threads 1,2 -python /usr/bin/python3
//
// Each round runs numpy (peers/numpy_walk.py, a process for each thread: a random
// number below 1/2 is a step up, all walks of a step at once, in pieces that stay
// in cache) and then every kernel of hybrid, so that all meet the same mood of the
// machine; the table shows the median over the rounds of the ratio to numpy. It
// shows too what fraction hybrid reaches of the multipliers' peak, which each round
// measures beside it: 20 multiplications of 32 by 32 bits for 128 steps. The mean
// square of the ends must be the number of steps within eight standard errors, and
// hybrid's sums the same for every kernel.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/big"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"hybrid/bench/internal/peer"
	"hybrid/bench/internal/table"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/solvers/montecarlo"
)

const script = "bench/walk/peers/numpy_walk.py"

func main() {
	walks := flag.Uint64("walks", 1_000_000, "walks")
	steps := flag.Uint64("steps", 10_000, "steps of each; numpy takes 1/100 of the walks, hybrid's pure Go 1/10")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	threads := flag.String("threads", "1,"+strconv.Itoa(runtime.NumCPU()), "numbers of threads to compare at")
	python := flag.String("python", "build/venv/bin/python", "Python with numpy")
	flag.Parse()
	p := montecarlo.WalkProblem{Walks: *walks, Steps: *steps, Seed: 1}
	if err := run(p, *rounds, *threads, peer.Python(*python), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/walk:", err)
		os.Exit(1)
	}
}

func run(p montecarlo.WalkProblem, rounds int, threads string, python peer.Python, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || p.Walks < 100_000 {
		return fmt.Errorf("-rounds %d and -walks %d: want at least 1 and 100000", rounds, p.Walks)
	}
	if err := p.Validate(); err != nil {
		return err
	}
	if err := python.Check(script); err != nil {
		return err
	}
	list, err := peer.Threads(threads)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores; %s; %d walks of %d steps\n", table.CPU(), runtime.NumCPU(), runtime.Version(), p.Walks, p.Steps)
	for _, n := range list {
		if err := compare(p, rounds, n, python); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the table for a number of threads.
func compare(p montecarlo.WalkProblem, rounds, threads int, python peer.Python) error {
	type record struct{ rates, ratios, fractions []float64 }
	var numpy []float64
	isas := simd.Available()
	records := make([]record, len(isas))
	for round := range rounds {
		few := p
		few.Walks, few.Seed = p.Walks/100, uint64(round)
		base, err := runNumpy(python, few, threads)
		if err != nil {
			return err
		}
		numpy = append(numpy, base)
		for i, isa := range isas {
			rate, limit, err := runHybrid(p, montecarlo.Options{ISA: isa, Threads: threads})
			if err != nil {
				return err
			}
			r := &records[i]
			r.rates = append(r.rates, rate)
			r.ratios = append(r.ratios, rate/base)
			r.fractions = append(r.fractions, rate/limit)
		}
	}
	fmt.Printf("\n%d threads; %d rounds\n\n", threads, rounds)
	fmt.Println("| program | M steps/s | ratio to numpy: median (least to most) | of the multipliers' peak |")
	fmt.Println("|---|---:|---:|---:|")
	fmt.Printf("| numpy, in cache, %d processes | %.0f | 1 | |\n", threads, table.Median(numpy)/1e6)
	for i, isa := range isas {
		r := records[i]
		fmt.Printf("| hybrid, %v | %.0f | %.1f (%.1f to %.1f) | %.3f |\n", isa, table.Median(r.rates)/1e6,
			table.Median(r.ratios), slices.Min(r.ratios), slices.Max(r.ratios), table.Median(r.fractions))
	}
	return nil
}

// runNumpy returns the steps a second of processes side by side.
func runNumpy(python peer.Python, p montecarlo.WalkProblem, processes int) (float64, error) {
	seconds, squares := make([]float64, processes), make([]float64, processes)
	each := p.Walks / uint64(processes)
	err := peer.Side(processes, func(i int) error {
		text := func(n uint64) string { return strconv.FormatUint(n, 10) }
		return python.Run(script, 1, []string{text(each), text(p.Steps), text(p.Seed*1000 + uint64(i))}, &seconds[i], &squares[i])
	})
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range squares {
		sum += s
	}
	p.Walks = each * uint64(processes)
	return float64(p.Walks*p.Steps) / slices.Max(seconds), check("numpy", p, sum)
}

// runHybrid returns hybrid's steps a second, and what the multipliers allow.
func runHybrid(p montecarlo.WalkProblem, o montecarlo.Options) (rate, limit float64, err error) {
	if o.ISA == simd.Go {
		p.Walks /= 10
	}
	take := func(p montecarlo.WalkProblem, o montecarlo.Options) (w montecarlo.Walks, seconds float64, err error) {
		err = mpi.Run(1, func(c *mpi.Comm) (err error) {
			began := time.Now()
			w, err = p.Run(context.Background(), c, o)
			seconds = time.Since(began).Seconds()
			return err
		})
		return w, seconds, err
	}
	few := p
	few.Walks = 1001
	got, _, err := take(few, o)
	if err != nil {
		return 0, 0, err
	}
	want, _, err := take(few, montecarlo.Options{ISA: simd.Go})
	if err != nil {
		return 0, 0, err
	}
	if got.Sum != want.Sum || got.SumSquares.Cmp(want.SumSquares) != 0 {
		return 0, 0, fmt.Errorf("%v ends at %d with squares %d, the Go kernel at %d with %d", o.ISA, got.Sum, got.SumSquares, want.Sum, want.SumSquares)
	}
	w, seconds, err := take(p, o)
	if err != nil {
		return 0, 0, err
	}
	limit, err = montecarlo.Limit(200*time.Millisecond, o)
	if err != nil {
		return 0, 0, err
	}
	squares, _ := new(big.Float).SetInt(w.SumSquares).Float64()
	// A block of random words is two samples of pi, or 128 steps.
	return float64(p.Walks*p.Steps) / seconds, limit * 128 / 2, check("hybrid", p, squares)
}

// check compares the mean square of the ends with what is expected.
func check(name string, p montecarlo.WalkProblem, squares float64) error {
	mean, steps := squares/float64(p.Walks), float64(p.Steps)
	stderr := math.Sqrt(2 * steps * (steps - 1) / float64(p.Walks))
	if off := math.Abs(mean-steps) / stderr; !(off < 8) {
		return fmt.Errorf("%s: the mean square is %g after %d steps, %.1f standard errors off", name, mean, p.Steps, off)
	}
	return nil
}
