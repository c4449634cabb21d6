// Package simd names the instruction sets that the CPU kernels are written
// for and chooses one at run time.
//
// Every kernel has a pure-Go twin that gives the same bits, so the choice
// changes speed and nothing else. The build tag noasm leaves the others out.
package simd

import "fmt"

// ISA is an instruction set that CPU kernels are written for.
type ISA int

// The instruction sets, slowest first. Auto asks for the best that this
// processor has.
const (
	Auto ISA = iota
	Go
	AVX2
	AVX512
)

var names = [...]string{Auto: "auto", Go: "go", AVX2: "avx2", AVX512: "avx512"}

func (i ISA) String() string {
	if i < 0 || int(i) >= len(names) {
		return fmt.Sprintf("ISA(%d)", int(i))
	}
	return names[i]
}

// Best returns the fastest instruction set of this processor.
func Best() ISA { return best() }

// Available lists the instruction sets of this processor, slowest first.
// Go is always among them.
func Available() []ISA {
	var have []ISA
	for i := Go; i <= Best(); i++ {
		have = append(have, i)
	}
	return have
}

// Resolve returns i itself, or the best instruction set if i is Auto. It is
// an error to ask for one that this processor does not have.
func (i ISA) Resolve() (ISA, error) {
	switch {
	case i == Auto:
		return Best(), nil
	case i < Auto || int(i) >= len(names):
		return 0, fmt.Errorf("simd: unknown instruction set %v", i)
	case i > Best():
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
	for i, n := range names {
		if n == name {
			return ISA(i).Resolve()
		}
	}
	return 0, fmt.Errorf("simd: instruction set %q is not one of auto, go, avx2, avx512", name)
}
