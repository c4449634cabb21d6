// Command pi runs hybrid's Monte Carlo pi beside numba's parallel loop, in turn on
// the same machine, and prints a table:
//
//	go run ./bench/pi
//	go run ./bench/pi -rounds 9 -threads 1,2 -python /usr/bin/python3
//
// Each round runs numba's loop (peers/numba_loop.py, in Python with numba, as one
// would write it) and then every kernel of hybrid, so that all meet the same mood
// of the machine; the table shows the median over the rounds of the ratio to
// numba. It shows too what fraction hybrid reaches of the multipliers' peak, which
// each round measures beside it: 20 multiplications of 32 by 32 bits for the four
// words of two samples. numba draws from a Mersenne Twister and gives another
// answer each time; hybrid's count must be the same for every kernel, and both
// must be within six standard errors of pi.
package main

import (
	"context"
	"errors"
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
	"hybrid/solvers/montecarlo"
)

func main() {
	samples := flag.Uint64("samples", 1_000_000_000, "samples of every vector kernel; the pure Go one takes 1/10, numba 1/20")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	threads := flag.String("threads", "1,"+strconv.Itoa(runtime.NumCPU()), "numbers of threads to compare at")
	python := flag.String("python", "build/venv/bin/python", "Python with numba")
	flag.Parse()
	if err := run(*samples, *rounds, *threads, *python, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/pi:", err)
		os.Exit(1)
	}
}

func run(samples uint64, rounds int, threads, python string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || samples < 100 {
		return fmt.Errorf("-rounds %d and -samples %d: want at least 1 and 100", rounds, samples)
	}
	if _, err := os.Stat("bench/pi/peers/numba_loop.py"); err != nil {
		return errors.New("run it from the repository's root: go run ./bench/pi")
	}
	if _, err := exec.LookPath(python); err != nil {
		return fmt.Errorf("-python %s: %w: want a Python that has numba", python, err)
	}
	fmt.Printf("%s, %d cores; %s\n", table.CPU(), runtime.NumCPU(), runtime.Version())
	done := map[int]bool{}
	for _, text := range strings.Split(threads, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-threads %q: want numbers from 1, as 1,2", threads)
		}
		if done[n] {
			continue
		}
		done[n] = true
		if err := compare(samples, rounds, n, python); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the table for a number of threads.
func compare(samples uint64, rounds, threads int, python string) error {
	type record struct{ rates, ratios, fractions []float64 }
	var numba []float64
	isas := simd.Available()
	records := make([]record, len(isas))
	for range rounds {
		base, err := runNumba(python, samples/20, threads)
		if err != nil {
			return err
		}
		numba = append(numba, base)
		for i, isa := range isas {
			o := montecarlo.Options{ISA: isa, Threads: threads}
			rate, err := runHybrid(samples, o)
			if err != nil {
				return err
			}
			limit, err := montecarlo.Limit(200*time.Millisecond, o)
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
	fmt.Println("| program | M samples/s | ratio to numba: median (least to most) | of the multipliers' peak |")
	fmt.Println("|---|---:|---:|---:|")
	fmt.Printf("| numba, parallel | %.0f | 1 | |\n", table.Median(numba)/1e6)
	for i, isa := range isas {
		r := records[i]
		fmt.Printf("| hybrid, %v | %.0f | %.1f (%.1f to %.1f) | %.3f |\n", isa, table.Median(r.rates)/1e6,
			table.Median(r.ratios), slices.Min(r.ratios), slices.Max(r.ratios), table.Median(r.fractions))
	}
	return nil
}

// runNumba returns numba's samples a second.
func runNumba(python string, samples uint64, threads int) (float64, error) {
	cmd := exec.Command(python, "bench/pi/peers/numba_loop.py", strconv.FormatUint(samples, 10))
	cmd.Env = append(os.Environ(), "NUMBA_NUM_THREADS="+strconv.Itoa(threads))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	var seconds, pi float64
	if _, err := fmt.Sscan(string(out), &seconds, &pi); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return float64(samples) / seconds, check("numba", samples, pi)
}

// runHybrid returns hybrid's samples a second.
func runHybrid(samples uint64, o montecarlo.Options) (float64, error) {
	if o.ISA == simd.Go {
		samples /= 10
	}
	const seed = 1
	estimate := func(samples uint64, o montecarlo.Options) (p montecarlo.Pi, seconds float64, err error) {
		err = mpi.Run(1, func(c *mpi.Comm) (err error) {
			began := time.Now()
			p, err = montecarlo.EstimatePi(context.Background(), c, samples, seed, o)
			seconds = time.Since(began).Seconds()
			return err
		})
		return p, seconds, err
	}
	got, _, err := estimate(1_000_001, o)
	if err != nil {
		return 0, err
	}
	want, _, err := estimate(1_000_001, montecarlo.Options{ISA: simd.Go})
	if err != nil {
		return 0, err
	}
	if got != want {
		return 0, fmt.Errorf("%v counts %+v, the Go kernel %+v", o.ISA, got, want)
	}
	p, seconds, err := estimate(samples, o)
	if err != nil {
		return 0, err
	}
	return float64(samples) / seconds, check("hybrid", samples, p.Value)
}

// check compares an estimate with pi.
func check(name string, samples uint64, value float64) error {
	stderr := math.Sqrt(math.Pi * (4 - math.Pi) / float64(samples))
	if !(math.Abs(value-math.Pi) < 6*stderr) {
		return fmt.Errorf("%s: pi is %v from %d samples, %.1f standard errors off", name, value, samples, math.Abs(value-math.Pi)/stderr)
	}
	return nil
}
