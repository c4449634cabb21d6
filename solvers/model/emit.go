package model

import (
	"errors"
	"fmt"
	"strings"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/model/ir/machine"
)

// options are what makes the engine fast and changes no bit.
func (t *run[T]) options() Options {
	o := Options{Compile: t.compileKernel, Beside: t.beside()}
	if t.sys.Dims == 3 {
		o.Ranks = []int{0, 0, 1} // rows stay whole, as a checkpoint's tables have them
	}
	return o
}

// compileKernel makes machine code where that can be run, and goes by the interpreter elsewhere.
func (t *run[T]) compileKernel(p *ir.Program) (ir.Kernel, error) {
	if t.job.ISA == simd.Go {
		return p.Interpreter(), nil
	}
	k, err := machine.Compile(p, t.job.ISA)
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
