package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hybrid/kernels_cuda/internal/source"
)

// A row is a kernel on an architecture.
type row struct {
	file    *source.File
	variant int
	arch    arch
	use
	block, dynamic int // threads, bytes
	loop           loop
	work           string // opcode, "" where there is no loop to read
}

// assess assembles the variants of a source for all architectures that they can
// run on, and returns what the kernels take where a variant is the best one.
// A kernel that spills registers is an error.
func (t tools) assess(f *source.File, made map[int][]byte) ([]row, error) {
	dir, err := os.MkdirTemp("", "kernels")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var rows []row
	for i, v := range f.Variants {
		for _, a := range archs {
			if a.capability < v {
				continue
			}
			cubin := filepath.Join(dir, fmt.Sprintf("%d.%d.cubin", v, a.capability))
			uses, err := assemble(t.ptxas, made[v], a.capability, cubin)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.PTX(v), err)
			}
			best := i+1 == len(f.Variants) || a.capability < f.Variants[i+1]
			sass := map[string][]loop{}
			if best && a.rates != nil {
				text, err := output(exec.Command(t.nvdisasm, "-c", cubin))
				if err != nil {
					return nil, fmt.Errorf("%s: %w", f.PTX(v), err)
				}
				sass = loops(string(text))
			}
			for _, u := range uses {
				if err := u.spilled(f.PTX(v), a.capability); err != nil {
					return nil, err
				}
				if !best {
					continue
				}
				r := row{file: f, variant: v, arch: a, use: u, block: maxThreads(made[v], u.kernel), dynamic: f.Shared[u.kernel]}
				if n := f.Block[u.kernel]; n > 0 {
					r.block = n
				}
				if r.block == 0 {
					return nil, fmt.Errorf("%s.cu: kernel %s has neither __launch_bounds__ nor a line // block: %s N", f.Name, u.kernel, u.kernel)
				}
				var ok bool
				if r.loop, ok = hottest(sass[u.kernel], f.Loop[u.kernel]); ok {
					r.work = workOf(r.loop, f.Loop[u.kernel])
				}
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

// maxThreads is the product of a kernel's .maxntid, or 0.
func maxThreads(ptx []byte, kernel string) int {
	_, rest, _ := bytes.Cut(ptx, []byte(".entry "+kernel+"("))
	head, _, _ := bytes.Cut(rest, []byte("{"))
	_, list, ok := bytes.Cut(head, []byte(".maxntid "))
	if !ok {
		return 0
	}
	line, _, _ := bytes.Cut(list, []byte("\n"))
	n := 1
	for part := range strings.SplitSeq(string(line), ",") {
		d, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return 0
		}
		n *= d
	}
	return n
}

// workOf is the opcode that the source names, or the most frequent arithmetic one.
func workOf(l loop, named string) string {
	if named != "" {
		return named
	}
	names, _ := l.kinds()
	for _, want := range [][]unit{{fp32, fp64, tensor}, {alu, xu}} {
		for _, n := range names {
			if u := unitsOf(n); len(u) > 0 && slices.Contains(want, u[0]) {
				return n
			}
		}
	}
	return names[0]
}

const preface = `# The GPU kernels, as NVIDIA's assembler sees them

Made by ` + "`make kernels`" + `; do not edit. No GPU was asked. [At a glance](#at-a-glance) has a line for each kernel on the latest
architecture; behind it is a section for each, with all architectures and the instructions of its inner loop. The PTX of kernels_cuda/ptx is assembled by ptxas 12.9.86 for the
architectures below, and by ptxas 11.8.89, 12.9.86 and 13.0.88 for all from 6.1 to 12.0 that each knows and that it can run on: a
kernel that spills registers to memory is an error. A device takes the latest
variant that it can run.

- *registers* of a thread and *shared* memory of a block (static and dynamic), as ptxas reports them.
- *occupancy*: the part of a multiprocessor's threads that can be resident at once, by registers, shared memory and block
  size, with the number of blocks.
- The inner loop is read from the machine code by nvdisasm, which knows 7.5 and later. Its instructions are counted as they
  stand; addresses and the loop's own counter are among them.
- *fraction of peak* is **an estimate, not a measurement**: the part of the time in which the unit that does the kernel's
  work could be busy, if nothing ever waited and every unit took its instructions at the rate of the CUDA C++ Programming
  Guide's table of arithmetic throughput. The busiest unit sets the time; it has all of a multiprocessor's issue slots to
  compete with. *cycles* are those of a warp's pass through the loop on one multiprocessor. Memory latency, bank conflicts,
  the width of loads and barriers are not in it. Products of 32 by 32 to 64 bits (IMAD.WIDE) count as one integer product,
  as the table has it. Rates per cycle and multiprocessor:

`

// columns are those of a row's cells.
var columns = []string{"variant", "registers", "shared", "occupancy", "loop", "cycles", "busiest", "work", "fraction of peak"}

// report is the text of docs/kernels.md.
func report(sources []*source.File, rows []row) []byte {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(slices.Index(sources, a.file)-slices.Index(sources, b.file), strings.Compare(a.kernel, b.kernel))
	})
	var b strings.Builder
	b.WriteString(preface)
	writeRates(&b)
	latest := archs[len(archs)-1].capability
	fmt.Fprintf(&b, "\n## At a glance\n\nOn a device of %s.\n\n", version(latest))
	writeHead(&b, append([]string{"kernel", "threads of a block"}, columns...)...)
	for _, r := range rows {
		if r.arch.capability == latest {
			writeLine(&b, append([]string{fmt.Sprintf("[%s](#%[1]s)", r.kernel), strconv.Itoa(r.block)}, r.cells()...)...)
		}
	}
	for len(rows) > 0 {
		same := slices.IndexFunc(rows, func(r row) bool { return r.file != rows[0].file || r.kernel != rows[0].kernel })
		if same < 0 {
			same = len(rows)
		}
		writeKernel(&b, rows[:same])
		rows = rows[same:]
	}
	return []byte(b.String())
}

// writeRates writes the table of what the units of a multiprocessor do.
func writeRates(b *strings.Builder) {
	writeHead(b, "", "float32", "integer product", "integer, logic", "float64", "special, popcount", "load, store", "issue")
	for _, a := range archs {
		if a.rates == nil {
			continue
		}
		cells := []string{version(a.capability)}
		for _, u := range []unit{fp32, imad, alu, fp64, xu, lsu, issue} {
			cells = append(cells, fmt.Sprintf("%g", a.rates[u]))
		}
		writeLine(b, cells...)
	}
}

// writeKernel writes the section of a kernel, whose rows are given.
func writeKernel(b *strings.Builder, rows []row) {
	fmt.Fprintf(b, "\n## %s\n\nOf %s.cu, in blocks of %d threads.\n\n", rows[0].kernel, rows[0].file.Name, rows[0].block)
	writeHead(b, append([]string{"device"}, columns...)...)
	loops := false
	for _, r := range rows {
		writeLine(b, append([]string{version(r.arch.capability)}, r.cells()...)...)
		loops = loops || r.work != ""
	}
	if !loops {
		return
	}
	b.WriteString("\n<details><summary>Instructions of the loop</summary>\n\n")
	seen := ""
	for _, r := range rows {
		if r.work == "" {
			continue
		}
		mix := r.mix()
		if mix == seen {
			fmt.Fprintf(b, "- %s: the same\n", version(r.arch.capability))
		} else {
			fmt.Fprintf(b, "- %s: %s\n", version(r.arch.capability), mix)
		}
		seen = mix
	}
	b.WriteString("\n</details>\n")
}

func writeHead(b *strings.Builder, names ...string) {
	writeLine(b, names...)
	writeLine(b, slices.Repeat([]string{"---"}, len(names))...)
}

func writeLine(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func version(capability int) string { return fmt.Sprintf("%d.%d", capability/10, capability%10) }

// cells are what the table says of a kernel on an architecture, under columns.
func (r row) cells() []string {
	n := r.arch.residents(r.block, r.registers, r.shared+r.dynamic)
	cells := []string{fmt.Sprintf("sm_%d", r.variant), strconv.Itoa(r.registers), strconv.Itoa(r.shared + r.dynamic),
		fmt.Sprintf("%.0f %% (%d)", 100*float64(n*roundUp(r.block, 32))/float64(r.arch.threads), n)}
	switch {
	case r.arch.rates == nil:
		return append(cells, "not read", "", "", "", "")
	case r.work == "":
		return append(cells, "none", "", "", "", "")
	}
	cycles, busiest, fraction := r.loop.bound(r.arch.rates, r.work)
	return append(cells, strconv.Itoa(len(r.loop.opcodes)), fmt.Sprintf("%.1f", cycles), string(busiest), r.work,
		known(fraction))
}

// mix lists the instructions of the loop.
func (r row) mix() string {
	names, counts := r.loop.kinds()
	var parts []string
	for _, n := range names {
		parts = append(parts, fmt.Sprintf("%d %s", counts[n], n))
	}
	return strings.Join(parts, ", ")
}

// known is a fraction of peak, empty where the rate of the work is not known.
func known(fraction float64) string {
	if fraction == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", fraction)
}
