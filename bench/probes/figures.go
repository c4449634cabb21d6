package main

import (
	"fmt"
	"math"
	"slices"

	"hybrid/bench/internal/table"
	"hybrid/internal/units"
)

// Figures are the samples of all rounds, by what was measured.
type figures struct {
	names []string
	of    map[string]*figure
}

type figure struct {
	unit               string
	c, library, hybrid []float64
}

func (f *figures) at(name, unit string) *figure {
	if f.of == nil {
		f.of = map[string]*figure{}
	}
	if f.of[name] == nil {
		f.names = append(f.names, name)
		f.of[name] = &figure{unit: unit}
	}
	return f.of[name]
}

func (f *figures) c(name, unit string, v float64) {
	g := f.at(name, unit)
	g.c = append(g.c, v)
}

func (f *figures) hybrid(name, unit string, v []float64) {
	g := f.at(name, unit)
	g.hybrid = append(g.hybrid, v...)
}

func (f *figures) library(name, unit string, v []float64) {
	g := f.at(name, unit)
	g.library = append(g.library, v...)
}

// print writes a table, and how many probes agree.
func (f *figures) print() {
	library := slices.ContainsFunc(f.names, func(n string) bool { return len(f.of[n].library) > 0 })
	if library {
		fmt.Println("| probe | C | hybrid, in C | of medians | of the best | hybrid, package mpi | of medians | of the best |")
		fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|")
	} else {
		fmt.Println("| probe | C | hybrid | of medians | of the best |")
		fmt.Println("|---|---:|---:|---:|---:|")
	}
	var agreed count
	for _, name := range f.names {
		g := f.of[name]
		fmt.Printf("| %s | %s |", name, g.text(g.c))
		if library {
			g.cells(g.library, &agreed)
			g.cells(g.hybrid, nil)
		} else {
			g.cells(g.hybrid, &agreed)
		}
		fmt.Println()
	}
	fmt.Printf("\nwithin 10 %%: %d of %d by medians, %d by the best samples\n", agreed.medians, agreed.all, agreed.best)
}

type count struct{ all, medians, best int }

// cells writes hybrid's median and its ratios to C's.
func (g *figure) cells(hybrid []float64, agreed *count) {
	if len(hybrid) == 0 || len(g.c) == 0 {
		fmt.Printf(" %s | | |", g.text(hybrid))
		return
	}
	medians, best := table.Median(hybrid)/table.Median(g.c), g.best(hybrid)/g.best(g.c)
	fmt.Printf(" %s | %.2f | %.2f |", g.text(hybrid), medians, best)
	if agreed == nil {
		return
	}
	agreed.all++
	if math.Abs(medians-1) <= 0.1 {
		agreed.medians++
	}
	if math.Abs(best-1) <= 0.1 {
		agreed.best++
	}
}

func (g *figure) best(v []float64) float64 {
	if g.unit == "s" {
		return slices.Min(v)
	}
	return slices.Max(v)
}

func (g *figure) text(v []float64) string {
	if len(v) == 0 {
		return ""
	}
	return units.Of(table.Median(v), g.unit)
}
