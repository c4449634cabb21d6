// Command integrate runs hybrid's midpoint rule on 4/(1+x^2) beside numpy and
// numba, in turn on the same machine, and prints a table:
//
//	go run ./bench/integrate
//	go run ./bench/integrate -rounds 9 -threads 1,2 -python /usr/bin/python3
//
// Each round runs numpy (peers/numpy_sum.py, a process for each thread, all
// points at once and in pieces that stay in cache), numba's parallel loop with fastmath
// (peers/numba_loop.py) and then every kernel of hybrid, so that all meet the same
// mood of the machine; the table shows medians over the rounds of the ratios. It
// shows too what fraction hybrid reaches of the dividers' peak, which each round
// measures beside it: a division for each point. All values must be pi within
// 1e-8, and those of hybrid the same bits.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"hybrid/bench/internal/peer"
	"hybrid/bench/internal/table"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/solvers/quadrature"
)

const (
	numpyScript = "bench/integrate/peers/numpy_sum.py"
	numbaScript = "bench/integrate/peers/numba_loop.py"
)

func main() {
	points := flag.Uint64("points", 1_000_000_000, "midpoints; numpy takes 1/20, hybrid's pure Go 1/10")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	threads := flag.String("threads", "1,"+strconv.Itoa(runtime.NumCPU()), "numbers of threads to compare at")
	python := flag.String("python", "build/venv/bin/python", "Python with numpy and numba")
	flag.Parse()
	if err := run(*points, *rounds, *threads, peer.Python(*python), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/integrate:", err)
		os.Exit(1)
	}
}

func run(points uint64, rounds int, threads string, python peer.Python, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || points < 1_000_000 {
		return fmt.Errorf("-rounds %d and -points %d: want at least 1 and 1000000", rounds, points)
	}
	if err := python.Check(numpyScript); err != nil {
		return err
	}
	list, err := peer.Threads(threads)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores; %s\n", table.CPU(), runtime.NumCPU(), runtime.Version())
	for _, n := range list {
		if err := compare(points, rounds, n, python); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the table for a number of threads.
func compare(points uint64, rounds, threads int, python peer.Python) error {
	type record struct{ rates, toNumpy, toPieces, toNumba, fractions []float64 }
	var numpy, pieces, numba []float64
	isas := simd.Available()
	records := make([]record, len(isas))
	for range rounds {
		viaNumpy, err := runNumpy(python, points/20, points, threads)
		if err != nil {
			return err
		}
		inPieces, err := runNumpy(python, points/20, 1<<15, threads)
		if err != nil {
			return err
		}
		viaNumba, err := runNumba(python, points, threads)
		if err != nil {
			return err
		}
		numpy, pieces, numba = append(numpy, viaNumpy), append(pieces, inPieces), append(numba, viaNumba)
		for i, isa := range isas {
			rate, limit, err := runHybrid(points, quadrature.Options{ISA: isa, Threads: threads})
			if err != nil {
				return err
			}
			r := &records[i]
			r.rates = append(r.rates, rate)
			r.toNumpy = append(r.toNumpy, rate/viaNumpy)
			r.toPieces = append(r.toPieces, rate/inPieces)
			r.toNumba = append(r.toNumba, rate/viaNumba)
			r.fractions = append(r.fractions, rate/limit)
		}
	}
	fmt.Printf("\n%d threads; %d rounds\n\n", threads, rounds)
	fmt.Println("| program | M points/s | ratio to numpy | to numpy in pieces | to numba: median (least to most) | of the dividers' peak |")
	fmt.Println("|---|---:|---:|---:|---:|---:|")
	fmt.Printf("| numpy, %d processes | %.0f | 1 | | | |\n", threads, table.Median(numpy)/1e6)
	fmt.Printf("| numpy in pieces that stay in cache, %d processes | %.0f | | 1 | | |\n", threads, table.Median(pieces)/1e6)
	fmt.Printf("| numba, parallel, fastmath | %.0f | | | 1 | |\n", table.Median(numba)/1e6)
	for i, isa := range isas {
		r := records[i]
		fmt.Printf("| hybrid, %v | %.0f | %.1f | %.1f | %.2f (%.2f to %.2f) | %.3f |\n", isa, table.Median(r.rates)/1e6, table.Median(r.toNumpy), table.Median(r.toPieces),
			table.Median(r.toNumba), slices.Min(r.toNumba), slices.Max(r.toNumba), table.Median(r.fractions))
	}
	return nil
}

// runNumpy returns the points a second of processes side by side, which take so
// many points at once.
func runNumpy(python peer.Python, points, piece uint64, processes int) (float64, error) {
	seconds, values := make([]float64, processes), make([]float64, processes)
	err := peer.Side(processes, func(i int) error {
		n := uint64(processes)
		cut := func(k uint64) string { return strconv.FormatUint(points*k/n, 10) }
		return python.Run(numpyScript, 1, []string{cut(uint64(i)), cut(uint64(i) + 1), cut(n), strconv.FormatUint(piece, 10)}, &seconds[i], &values[i])
	})
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return float64(points) / slices.Max(seconds), check("numpy", sum)
}

// runNumba returns numba's points a second.
func runNumba(python peer.Python, points uint64, threads int) (float64, error) {
	var seconds, value float64
	err := python.Run(numbaScript, threads, []string{strconv.FormatUint(points, 10)}, &seconds, &value)
	if err != nil {
		return 0, err
	}
	return float64(points) / seconds, check("numba", value)
}

// runHybrid returns hybrid's points a second, and what the dividers allow.
func runHybrid(points uint64, o quadrature.Options) (rate, limit float64, err error) {
	if o.ISA == simd.Go {
		points /= 10
	}
	f, err := quadrature.Parse("4/(1+x^2)")
	if err != nil {
		return 0, 0, err
	}
	integral := func(points uint64, o quadrature.Options) (r quadrature.Result, seconds float64, err error) {
		p := quadrature.Problem{F: f, B: 1, Rule: quadrature.Midpoint, N: points}
		err = mpi.Run(1, func(c *mpi.Comm) (err error) {
			began := time.Now()
			r, err = p.Run(context.Background(), c, o)
			seconds = time.Since(began).Seconds()
			return err
		})
		return r, seconds, err
	}
	got, _, err := integral(1_000_001, o)
	if err != nil {
		return 0, 0, err
	}
	want, _, err := integral(1_000_001, quadrature.Options{ISA: simd.Go})
	if err != nil {
		return 0, 0, err
	}
	if got != want {
		return 0, 0, fmt.Errorf("%v gives %+v, the Go kernel %+v", o.ISA, got, want)
	}
	r, seconds, err := integral(points, o)
	if err != nil {
		return 0, 0, err
	}
	l, err := quadrature.Problem{F: f, B: 1}.Limit(200*time.Millisecond, o)
	if err != nil {
		return 0, 0, err
	}
	// The values for the estimate of the error are counted too: they are computed.
	return float64(r.Points) / seconds, l.Points, check("hybrid", r.Value)
}

// check compares an integral with pi.
func check(name string, value float64) error {
	if !(math.Abs(value-math.Pi) < 1e-8) {
		return fmt.Errorf("%s: the integral is %v, not pi", name, value)
	}
	return nil
}
