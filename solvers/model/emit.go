package model

import (
	"errors"
	"fmt"
	"strings"

	"hybrid/halo"
	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/model/ir/machine"
	"hybrid/solvers/task/links"
)

// options are what makes the engine fast and changes no bit.
func (t *run[T]) options() Options {
	o := Options{Compile: t.compileKernel, Beside: t.beside(), DeviceHalos: links.Path(t.GPUHalo)}
	if t.sys.Dims == 3 {
		o.Ranks = t.ranks()
	}
	return o
}

// ranks is the number of parts of a grid of three dimensions along each. Rows stay whole, as a
// checkpoint's tables have them, and as kernels like them. A run without checkpoints cuts them where ranks would
// otherwise have more than twice the border, or too thin parts.
func (t *run[T]) ranks() []int {
	whole := []int{0, 0, 1}
	if t.job.Keeper != nil || t.job.Resume != nil {
		return whole
	}
	reach := t.sys.stepReach()
	o := halo.Options{Depth: max(reach[0], reach[1], reach[2])}
	n := t.job.Comm.Size()
	free, err := halo.Ranks(t.spec.Size, n, o)
	if err != nil {
		return nil // the solver says how many ranks there may be, of all ways to cut
	}
	o.Ranks = whole
	if rows, err := halo.Ranks(t.spec.Size, n, o); err == nil && border(t.spec.Size, rows) <= 2*border(t.spec.Size, free) {
		return rows
	}
	return free
}

// border is about the number of cells that a part of a grid has at others.
func border(size, parts []int) (cells float64) {
	for d := range parts {
		if parts[d] == 1 {
			continue
		}
		face := 1.0
		for e := range parts {
			if e != d {
				face *= float64(size[e]) / float64(parts[e])
			}
		}
		cells += face
	}
	return cells
}

// compileKernel makes machine code where that can be run, and goes by the interpreter elsewhere.
func (t *run[T]) compileKernel(p *ir.Program) (ir.Kernel, error) {
	if t.job.ISA == simd.Go {
		return p.Interpreter(), nil
	}
	k, err := machine.Shared(p, t.job.ISA)
	switch {
	case errors.Is(err, machine.ErrUnavailable):
		if !t.interprets {
			t.job.Warn("%v: the formulas are interpreted, some ten times as slow", err)
		}
		t.interprets = true
		return p.Interpreter(), nil
	case err != nil:
		return nil, err
	}
	return k, nil
}

// emitted is what --emit prints: what became of each pass.
func (t *run[T]) emitted() (string, error) {
	var b strings.Builder
	if t.Emit == "ptx" {
		return t.sys.PTX(), nil
	}
	isa := simd.AVX2 // assembled anywhere
	switch {
	case t.Emit == "arm64":
		isa = simd.NEON
	case t.job.ISA == simd.AVX512:
		isa = simd.AVX512
	}
	for i := range t.sys.Passes {
		p := &t.sys.Passes[i]
		fmt.Fprintf(&b, "; %s\n", t.describe(i))
		if t.Emit == "ir" {
			b.WriteString(p.Program.String())
			continue
		}
		o, err := machine.Assemble(p.Program, isa)
		if err != nil {
			return "", err
		}
		b.WriteString(o.String())
	}
	return b.String(), nil
}

// describe says what a pass makes of what.
func (t *run[T]) describe(pass int) string {
	p := &t.sys.Passes[pass]
	var made, read []string
	for _, f := range p.Writes {
		made = append(made, t.sys.Fields[f].Name)
	}
	for f := range t.sys.Fields {
		if _, reads := p.Program.Reach(f); reads {
			read = append(read, fmt.Sprintf("f%d is %s", f, t.sys.Fields[f].Name))
		}
	}
	return fmt.Sprintf("pass %d makes %s; %s", pass, strings.Join(made, ", "), strings.Join(read, ", "))
}
