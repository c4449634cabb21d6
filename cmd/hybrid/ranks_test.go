package main

import (
	"slices"
	"strings"
	"testing"
)

// TestRanksShareNothing has each command compute on ranks of one process: what they were told belongs to all of
// them. The race detector sees who writes there; the layer race runs it.
func TestRanksShareNothing(t *testing.T) {
	for _, line := range []string{
		"heat --threads 2 --nx 40 --ny 30 --steps 20 --verify",
		"solve --threads 2 grayscott --set grid.size=[20,30] --steps 10 --verify",
		"matmul --threads 2 --n 40 --verify",
		"pi --threads 2 --samples 10000",
		"walk --threads 2 --walks 100 --steps 50",
		"mandelbrot --threads 2 --width 60 --height 40",
		"sort --threads 2 --n 2000 --verify",
		"integrate --threads 2 --func x*exp(-x) --a 0 --b 3 --n 1000",
		"wordcount --threads 2 ../../README.md",
		"patterns --sizes 8,1000 --iterations 2 --warmup 1",
	} {
		args := slices.Insert(strings.Fields(line), 1, "--ranks", "3", "--quiet")
		if status, _, stderr := call(t, nil, args...); status != 0 {
			t.Errorf("%s: status %d, %s", line, status, stderr)
		}
	}
}
