package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	medians "hybrid/bench/internal/table"
	"hybrid/internal/units"
)

// A row is one peer on one setup: rates in units a second, one of each for a round.
type row struct {
	task         task
	peer         string
	on           setup
	theirs, ours []float64
}

// ownCommand stands in the place of a peer for what the command says of itself.
const ownCommand = "hybrid, its command"

// excess says by how much all figures of bench are above all of the command's, or
// nothing where they are not.
func (r row) excess() string {
	most, least := slices.Max(r.theirs), slices.Min(r.ours)
	if least <= most {
		return ""
	}
	return fmt.Sprintf("%s %s on %v: the least of bench is %.2f times the most of the command", r.task.kernel, r.task.size, r.on, least/most)
}

// A table is what is printed, row by row, and written as CSV.
type table struct {
	csv  *bufio.Writer
	file *os.File
}

func newTable(m *machine, c config) (*table, error) {
	t := &table{}
	if c.csv != "" {
		var err error
		if t.file, err = os.Create(c.csv); err != nil {
			return nil, fmt.Errorf("-csv: %w", err)
		}
		t.csv = bufio.NewWriter(t.file)
		fmt.Fprintln(t.csv, "kernel,size,peer,on,round,unit,peer_rate,hybrid_rate,ratio")
	}
	about := []string{medians.CPU(), plural(c.cores, "core"), time.Now().Format(time.DateOnly), runtime.Version()}
	for _, w := range m.worlds {
		about = append(about, w.About)
	}
	if m.python != "" {
		versions, err := output(nil, m.python, "-c", versionsScript)
		if err != nil {
			return nil, err
		}
		about = append(about, strings.Split(strings.TrimSpace(versions), "\n")...)
	}
	fmt.Printf("%s; %s\n\n", strings.Join(about, ", "), plural(c.rounds, "round"))
	fmt.Println("| work | peer | on | peer | hybrid | ratio: median (least to most) |")
	fmt.Println("|---|---|---|---:|---:|---:|")
	return t, nil
}

const versionsScript = `
import importlib.metadata as m
for p in ("numpy", "numba", "mpi4py", "devito", "cupy-cuda12x", "torch"):
    try: print(p, m.version(p))
    except m.PackageNotFoundError: pass
try:
    import numpy
    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
    print(blas["name"], blas["version"])
except ImportError: pass
`

func (t *table) add(r row) error {
	if len(r.ours) == 0 {
		return nil
	}
	ratios := make([]float64, len(r.ours))
	for i := range ratios {
		ratios[i] = r.ours[i] / r.theirs[i]
		if t.csv != nil {
			fmt.Fprintf(t.csv, "%s,%s,%q,%q,%d,%s,%g,%g,%g\n", r.task.kernel, r.task.size, r.peer, r.on.String(), i+1, r.task.unit, r.theirs[i], r.ours[i], ratios[i])
		}
	}
	show := func(rates []float64) string {
		if r.task.lower {
			return units.Of(1/medians.Median(rates), "s")
		}
		if r.task.unit == "B" || r.task.unit == "flop" {
			return units.Of(medians.Median(rates), r.task.unit+"/s")
		}
		return strings.ReplaceAll(units.Of(medians.Median(rates), " "+r.task.unit+"/s"), "  ", " ")
	}
	spread := ""
	if len(ratios) > 1 {
		spread = fmt.Sprintf(" (%.2f to %.2f)", slices.Min(ratios), slices.Max(ratios))
	}
	_, err := fmt.Printf("| %s %s | %s | %v | %s | %s | %.2f%s |\n", r.task.kernel, r.task.size, r.peer, r.on,
		show(r.theirs), show(r.ours), medians.Median(ratios), spread)
	return err
}

// end says which figures of bench no command shows, and what was left out.
func (t *table) end(above, left []string) error {
	list := func(head string, all []string) {
		if len(all) == 0 {
			return
		}
		fmt.Printf("\n%s:\n", head)
		for _, text := range all {
			fmt.Println("-", text)
		}
	}
	list("Bench above the command by more than both spread", above)
	list("Left out", left)
	if t.csv == nil {
		return nil
	}
	if err := t.csv.Flush(); err != nil {
		return err
	}
	return t.file.Close()
}
