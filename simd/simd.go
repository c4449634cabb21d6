// Package simd names the instruction sets that the CPU kernels are written
// for and chooses one at run time.
//
// Every kernel has a pure-Go twin that gives the same bits, so the choice
// changes speed and nothing else. The build tag noasm leaves the others out.
package simd

import (
	"fmt"
	"slices"
	"strings"
)

// ISA is an instruction set that CPU kernels are written for.
type ISA int

// The instruction sets, those of one architecture slowest first. Auto asks for the
// best that this processor has.
const (
	Auto ISA = iota
	Go
	AVX2
	AVX512
	NEON
)

var names = [...]string{Auto: "auto", Go: "go", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

// Names lists the names that Choose knows.
func Names() []string { return slices.Clone(names[:]) }

func (i ISA) String() string {
	if i < 0 || int(i) >= len(names) {
		return fmt.Sprintf("ISA(%d)", int(i))
	}
	return names[i]
}

// Best returns the fastest instruction set of this processor.
func Best() ISA {
	have := Available()
	return have[len(have)-1]
}

// Available lists the instruction sets of this processor, slowest first.
// Go is always among them.
func Available() []ISA { return append([]ISA{Go}, vector()...) }

// Resolve returns i itself, or the best instruction set if i is Auto. It is
// an error to ask for one that this processor does not have.
func (i ISA) Resolve() (ISA, error) {
	switch {
	case i == Auto:
		return Best(), nil
	case i < Auto || int(i) >= len(names):
		return 0, fmt.Errorf("simd: unknown instruction set %v", i)
	case !slices.Contains(Available(), i):
		return 0, fmt.Errorf("simd: this processor has no %s (it has %v)", i, Available())
	}
	return i, nil
}

// Choose turns the name of an instruction set, as in HYBRID_ISA, into one that
// this processor has. The empty name means auto.
func Choose(name string) (ISA, error) {
	if name == "" {
		return Best(), nil
	}
	i := slices.Index(names[:], name)
	if i < 0 {
		return 0, fmt.Errorf("simd: instruction set %q is not one of %s", name, strings.Join(names[:], ", "))
	}
	return ISA(i).Resolve()
}
