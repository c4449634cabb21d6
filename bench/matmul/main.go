// Command matmul runs hybrid's matrix product beside the OpenBLAS inside numpy,
// in turn on the same machine, and prints a table of both:
//
//	go run ./bench/matmul
//	go run ./bench/matmul -shapes 2048x2048x2048 -threads 2 -rounds 9
//
// Each round lets numpy multiply for a while and then hybrid, the same shapes on
// as many threads, and takes the fastest call of each; the table shows the
// median over the rounds of the ratio of the two rates, and the best rates. The
// peak is a loop of multiply-adds in registers, measured in every round, times
// the threads.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"hybrid/internal/simd"
)

// A shape is a product to measure: m x k times k x n.
type shape struct {
	dtype   string
	m, n, k int
}

func (s shape) String() string { return fmt.Sprintf("%s %dx%dx%d", s.dtype, s.m, s.n, s.k) }

func (s shape) flops() float64 { return 2 * float64(s.m) * float64(s.n) * float64(s.k) }

func main() {
	shapes := flag.String("shapes", "2048x2048x2048,256x256x256,2048x2048x64,1x2048x2048,2048x1x2048,10000x32x32", "products, each MxNxK")
	dtypes := flag.String("dtypes", "float64,float32", "types of the elements")
	threads := flag.String("threads", "1,2", "numbers of threads")
	rounds := flag.Int("rounds", 7, "times that each program runs")
	seconds := flag.Float64("seconds", 0.15, "that a program multiplies in a round")
	python := flag.String("python", "build/venv/bin/python3", "a Python that has numpy")
	flag.Parse()
	if err := run(*shapes, *dtypes, *threads, *rounds, *seconds, *python, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/matmul:", err)
		os.Exit(1)
	}
}

func run(shapes, dtypes, threads string, rounds int, seconds float64, python string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || !(seconds > 0) {
		return fmt.Errorf("-rounds %d and -seconds %g: want at least 1 and more than 0", rounds, seconds)
	}
	isa, err := simd.Choose(os.Getenv("HYBRID_ISA"))
	if err != nil {
		return fmt.Errorf("HYBRID_ISA: %w", err)
	}
	var todo []shape
	for dtype := range strings.SplitSeq(dtypes, ",") {
		if dtype != "float64" && dtype != "float32" {
			return fmt.Errorf("-dtypes %q: want float64 or float32", dtype)
		}
		for text := range strings.SplitSeq(shapes, ",") {
			s, err := parseShape(dtype, text)
			if err != nil {
				return err
			}
			todo = append(todo, s)
		}
	}
	for i, text := range strings.Split(threads, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > runtime.GOMAXPROCS(0) {
			return fmt.Errorf("-threads %q: want numbers from 1 to %d", text, runtime.GOMAXPROCS(0))
		}
		p, err := startPeer(python, n)
		if err != nil {
			return err
		}
		if i == 0 {
			fmt.Printf("hybrid with %v, %s; %d rounds; product MxNxK\n\n", isa, p.lib, rounds)
			fmt.Println("| product | threads | hybrid GFLOP/s | of peak | OpenBLAS GFLOP/s | ratio: median (least to most) |")
			fmt.Println("|---|---:|---:|---:|---:|---:|")
		}
		for _, s := range todo {
			if err := compare(s, isa, n, rounds, seconds, p); err != nil {
				return err
			}
		}
		if err := p.close(); err != nil {
			return err
		}
	}
	return nil
}

func parseShape(dtype, text string) (shape, error) {
	part := strings.Split(text, "x")
	s := shape{dtype: dtype}
	for i, to := range []*int{&s.m, &s.n, &s.k} {
		if len(part) != 3 {
			break
		}
		*to, _ = strconv.Atoi(part[i])
	}
	if s.m < 1 || s.n < 1 || s.k < 1 {
		return s, fmt.Errorf("-shapes %q: want MxNxK, as 2048x2048x64", text)
	}
	return s, nil
}

// compare measures a shape and prints a row of the table.
func compare(s shape, isa simd.ISA, threads, rounds int, seconds float64, p *peer) error {
	c, err := newContestant(s, isa, threads)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	var ratios, own, theirs []float64
	peak := 0.0
	for range rounds {
		other, err := p.measure(s, seconds)
		if err != nil {
			return err
		}
		t := c.measure(seconds)
		peak = max(peak, c.peak()*float64(threads))
		own, theirs, ratios = append(own, s.flops()/t), append(theirs, s.flops()/other), append(ratios, other/t)
	}
	slices.Sort(ratios)
	best, median := slices.Max(own), (ratios[(len(ratios)-1)/2]+ratios[len(ratios)/2])/2
	fmt.Printf("| %v | %d | %.1f | %.2f | %.1f | %.2f (%.2f to %.2f) |\n", s, threads, best/1e9, best/peak,
		slices.Max(theirs)/1e9, median, ratios[0], ratios[len(ratios)-1])
	return nil
}
