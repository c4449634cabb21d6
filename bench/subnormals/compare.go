package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strconv"

	"hybrid/bench/internal/table"
)

// A size is a grid and the steps on it.
type size struct{ nx, ny, steps int }

// sizes are those of the project's tables, those at powers of two, thin ones, and small ones for many
// steps, in which the rim of small values has crossed the grid.
var sizes = []size{
	{2002, 2002, 500}, {4098, 4098, 100}, {8002, 8002, 28},
	{2048, 2048, 300}, {2050, 2050, 300}, {3002, 3002, 200}, {4096, 4096, 100}, {6002, 6002, 40}, {8192, 8192, 24},
	{1026, 1026, 2000}, {514, 514, 8000}, {258, 258, 20000}, {130, 60002, 200}, {60002, 130, 200}, {34, 8002, 4000},
}

// compare runs hybrid heat in turn from square, most of which is zero, and from gaussian, which has no zero, and
// prints the ratio of the rates: the median over the rounds, the least and the greatest.
func compare(hybrid string, rounds int) error {
	if rounds < 1 {
		return fmt.Errorf("-rounds %d: want at least 1", rounds)
	}
	fmt.Println("| points, steps | float64 | gaussian, G updates/s | float32 | gaussian |")
	fmt.Println("|---|---:|---:|---:|---:|")
	for _, s := range sizes {
		fmt.Printf("| %d x %d, %d |", s.nx, s.ny, s.steps)
		for _, dtype := range []string{"f64", "f32"} {
			var ratios, rates []float64
			for range rounds {
				square, err := rate(hybrid, "square", dtype, s)
				if err != nil {
					return err
				}
				gaussian, err := rate(hybrid, "gaussian", dtype, s)
				if err != nil {
					return err
				}
				ratios, rates = append(ratios, square/gaussian), append(rates, gaussian)
			}
			fmt.Printf(" %.2f (%.2f to %.2f) | %.1f |", table.Median(ratios), slices.Min(ratios), slices.Max(ratios), table.Median(rates)/1e9)
		}
		fmt.Println()
	}
	return nil
}

// rate is the updates a second that a run says it did.
func rate(hybrid, shape, dtype string, s size) (float64, error) {
	cmd := exec.Command(hybrid, "heat", "--nx", strconv.Itoa(s.nx), "--ny", strconv.Itoa(s.ny), "--steps", strconv.Itoa(s.steps),
		"--initial", shape, "--dtype", dtype, "--gpu", "off", "--json", "--quiet")
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	var report struct{ Metrics struct{ LUPS float64 } }
	if err := json.Unmarshal(out, &report); err != nil {
		return 0, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	return report.Metrics.LUPS, nil
}
