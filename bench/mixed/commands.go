package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hybrid/bench/internal/table"
	"hybrid/internal/mpilib"
	"hybrid/simd"
)

// A command is hybrid's, of which ranks that differ do unlike shares.
type command struct {
	args          []string
	even, bySpeed string // flags
	shares        string // the metric that has them
	size          string // the flag that says how much there is to do,
	all           int    // so much in a contest
	few           int    // and so much for a simulated device alone
}

var commands = []command{
	{[]string{"pi"}, "--balance=off", "--balance=auto", "samples", "--samples", 1e8, 1 << 20},
	{[]string{"walk", "--steps", "10000"}, "--balance=off", "--balance=auto", "walks", "--walks", 4e5, 512},
	{[]string{"mandelbrot", "--width", "1500", "--max-iter", "1000"}, "--schedule=static", "--schedule=stealing", "tiles", "--height", 1000, 64},
	{[]string{"matmul", "--n", "1024", "--k", "1024"}, "--balance=off", "--balance=auto", "rows", "--m", 2048, 16},
}

// A done is one run of a command.
type done struct {
	Seconds float64
	Result  json.RawMessage
	Metrics map[string]any
}

// run runs the command once on ranks, with so much to do.
func (c command) run(w mpilib.Library, ranks []rank, flag string, size int) (d done, err error) {
	report, err := launch(w, ranks, append(slices.Clone(c.args), flag, c.size, fmt.Sprint(size)))
	if err == nil {
		err = json.Unmarshal([]byte(report), &d)
	}
	return d, err
}

// compare runs the command in turn with even shares and by speed, and prints its line.
func (c command) compare(w mpilib.Library, name string, ranks []rank, rounds int) error {
	want, err := c.run(w, ranks[len(ranks)-1:], c.even, c.all)
	if err != nil {
		return err
	}
	var ratios, parts []float64
	var last done
	for range rounds {
		ideal := 0.0 // of all the work, a second
		for _, r := range ranks {
			size := c.all
			if r.sim {
				size = c.few
			}
			running := r.running
			r.running = 1
			alone, err := c.run(w, []rank{r}, c.even, size)
			if err != nil {
				return err
			}
			ideal += running * float64(size) / float64(c.all) / alone.Seconds
		}
		even, err := c.run(w, ranks, c.even, c.all)
		if err != nil {
			return err
		}
		if last, err = c.run(w, ranks, c.bySpeed, c.all); err != nil {
			return err
		}
		if string(even.Result) != string(want.Result) || string(last.Result) != string(want.Result) {
			return fmt.Errorf("%s: the result of even shares is %s, by speed %s, of one rank %s", c.args[0], even.Result, last.Result, want.Result)
		}
		ratios, parts = append(ratios, even.Seconds/last.Seconds), append(parts, 1/(last.Seconds*ideal))
	}
	fmt.Printf("| %s | %s | %.3g s | %.2f (%.2f to %.2f) | %.2f | %v |\n", c.args[0], name, last.Seconds,
		table.Median(ratios), slices.Min(ratios), slices.Max(ratios), table.Median(parts), shares(last.Metrics[c.shares]))
	return nil
}

// compareCommands prints a table of the commands on ranks that differ.
func compareCommands(rounds int, only string) error {
	w, err := world()
	if w == nil || err != nil {
		fmt.Println("\npi, walk, mandelbrot, matmul: not tried: no MPI on the PATH")
		return err
	}
	isas := simd.Available()
	slices.Sort(isas)
	best := rank{isa: isas[len(isas)-1], running: 1}
	slow, sim, stopped := rank{isa: simd.Go, running: 1}, best, best
	sim.sim, stopped.running = true, 0.25
	fmt.Printf("\n%s; %s\n\n", strings.Join([]string{w.Name, "1 thread a rank"}, ", "), "result of all the same")
	fmt.Println("| command | ranks | time by speed | times as fast as even shares: median (least to most) | part of the ideal | shares |")
	fmt.Println("|---|---|---:|---:|---:|---|")
	for _, c := range commands {
		for _, v := range []struct {
			name  string
			ranks []rank
		}{
			{"equal", []rank{best, best}},
			{fmt.Sprintf("go, %v", best.isa), []rank{slow, best}},
			{fmt.Sprintf("simulated GPU, %v", best.isa), []rank{sim, best}},
			{fmt.Sprintf("stopped 3/4 of the time, %v", best.isa), []rank{stopped, best}},
		} {
			if name := c.args[0] + ": " + v.name; strings.Contains(name, only) {
				if err := c.compare(*w, v.name, v.ranks, rounds); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	return nil
}

// shares is how much each rank has done, in words.
func shares(metric any) string {
	var all []string
	list, _ := metric.([]any)
	for _, n := range list {
		all = append(all, fmt.Sprintf("%.3g", n))
	}
	return strings.Join(all, " + ")
}
