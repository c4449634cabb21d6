// Command mixed runs hybrid heat on ranks of different speed, with its rows divided
// evenly and by speed, in turn on the same machine, and prints a table, and another one
// of pi, walk, mandelbrot and matmul:
//
//	go run ./bench/mixed
//	go run ./bench/mixed -rounds 9 -only 'heat: stopped'
//
// Slow ranks are: one with the kernel in pure Go, one with the next best instruction
// set, one on a simulated GPU, and one that is stopped for three quarters of the time,
// which starts as fast as the other one, so that its rows must move on the way. The
// last takes an MPI, for which hybrid is built below build; the others are ranks of
// this process. Equal ranks show what measuring and weighing costs where there is
// nothing to gain.
//
// Seconds are those from making the solver, where speeds are measured, to the last
// step, without the initial field; of the stopped rank, those that hybrid reports. The
// ideal is the sum of the speeds that the ranks have alone, measured in every round.
// Every run's field must be that of one rank, bit for bit.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"hybrid/bench/internal/table"
	"hybrid/simd"
)

func main() {
	rounds := flag.Int("rounds", 5, "times that each division runs")
	only := flag.String("only", "", "only the cases whose name contains this")
	flag.Parse()
	if err := run(*rounds, *only, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/mixed:", err)
		os.Exit(1)
	}
}

// A contest is a problem and the ranks that solve it.
type contest struct {
	name          string
	points, steps int // of each side of the grid, the ring included
	ranks         []rank
}

// A rank is what one rank computes with.
type rank struct {
	isa     simd.ISA
	sim     bool    // on a simulated device
	running float64 // part of the time that it is not stopped
}

// An outcome is one run.
type outcome struct {
	seconds float64
	rows    []int
	moves   int
	field   string // a hash of it
}

func run(rounds int, only string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 {
		return fmt.Errorf("-rounds is %d: want at least 1", rounds)
	}
	fmt.Printf("%s, %d cores; %s; f64, 1 thread a rank; %d rounds\n\n", table.CPU(), runtime.NumCPU(), runtime.Version(), rounds)
	fmt.Println("| ranks | grid, steps | M updates/s by speed | times as fast as even rows: median (least to most) | part of the ideal | rows | moves |")
	fmt.Println("|---|---|---:|---:|---:|---|---:|")
	for _, c := range contests() {
		if !strings.Contains("heat: "+c.name, only) {
			continue
		}
		if err := c.compare(rounds); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return compareCommands(rounds, only)
}

// contests are what this machine can try.
func contests() []contest {
	isas := simd.Available()
	slices.Sort(isas)
	best := rank{isa: isas[len(isas)-1], running: 1}
	all := []contest{{"equal", 2000, 1500, []rank{best, best}}}
	if len(isas) > 1 {
		all = append(all, contest{fmt.Sprintf("go, %v", best.isa), 1000, 300, []rank{{isa: simd.Go, running: 1}, best}})
	}
	if len(isas) > 2 {
		next := rank{isa: isas[len(isas)-2], running: 1}
		all = append(all, contest{fmt.Sprintf("%v, %v", next.isa, best.isa), 2000, 1500, []rank{next, best}})
	}
	sim := best
	sim.sim = true
	all = append(all, contest{fmt.Sprintf("simulated GPU, %v", best.isa), 600, 100, []rank{sim, best}})
	stopped := best
	stopped.running = 0.25
	return append(all, contest{fmt.Sprintf("stopped 3/4 of the time, %v", best.isa), 2000, 4000, []rank{stopped, best}})
}

// compare runs the contest in turn with even rows and by speed, and prints its line.
func (c contest) compare(rounds int) error {
	solve, err := c.solver()
	if err != nil || solve == nil {
		return err
	}
	updates := float64(c.points-2) * float64(c.points-2) * float64(c.steps)
	want, err := c.alone()
	if err != nil {
		return err
	}
	var rates, ratios, parts []float64
	var last outcome
	moves := 0
	for range rounds {
		ideal := 0.0
		for _, r := range c.ranks {
			speed, err := c.speed(r)
			if err != nil {
				return err
			}
			ideal += speed
		}
		even, err := solve(false)
		if err != nil {
			return err
		}
		if last, err = solve(true); err != nil {
			return err
		}
		if even.field != want || last.field != want {
			return fmt.Errorf("the field of even rows is %s, of rows by speed %s, of one rank %s", even.field, last.field, want)
		}
		rate := updates / last.seconds
		rates, ratios, parts = append(rates, rate), append(ratios, even.seconds/last.seconds), append(parts, rate/ideal)
		moves += last.moves
	}
	fmt.Printf("| %s | %d x %d, %d | %.0f | %.2f (%.2f to %.2f) | %.2f | %v | %.1f |\n", c.name, c.points, c.points, c.steps,
		table.Median(rates)/1e6, table.Median(ratios), slices.Min(ratios), slices.Max(ratios), table.Median(parts),
		strings.Trim(strings.ReplaceAll(fmt.Sprint(last.rows), " ", " + "), "[]"), float64(moves)/float64(rounds))
	return nil
}
