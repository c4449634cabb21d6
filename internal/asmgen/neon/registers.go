package neon

import (
	"fmt"
	"log"
)

// R is a general register. R18, R27 to R31 belong to the system, Go and its assembler.
type R uint8

func (r R) String() string {
	if r > 26 || r == 18 {
		log.Fatalf("neon: R%d is not to be used", uint8(r))
	}
	return fmt.Sprintf("R%d", uint8(r))
}

// V is a vector register of 16 bytes.
type V uint8

func (v V) number() uint32 {
	if v > 31 {
		log.Fatalf("neon: there is no register V%d", uint8(v))
	}
	return uint32(v)
}

// In is the register with its lanes named, "D2" or "S4", or one of them, "D[0]", as
// Go's assembler writes it.
func (v V) In(lanes string) string { return fmt.Sprintf("V%d.%s", v.number(), lanes) }

// F is the register by the name that Go's assembler loads and stores it by.
func (v V) F() string { return fmt.Sprintf("F%d", v.number()) }

// All is the register with its lanes named for an instruction that takes a list.
func (v V) All(lanes string) string { return "[" + v.In(lanes) + "]" }

// At is the memory some bytes behind the one that a register points to.
func At(base R, offset int) string {
	if offset == 0 {
		return fmt.Sprintf("(%v)", base)
	}
	return fmt.Sprintf("%d(%v)", offset, base)
}

// Indexed is the memory that lies as many bytes as index has behind base.
func Indexed(base, index R) string { return fmt.Sprintf("(%v)(%v)", base, index) }

// Imm is a constant operand.
type Imm int64

func (i Imm) String() string {
	if i > 1<<16 {
		return fmt.Sprintf("$%#x", int64(i))
	}
	return fmt.Sprintf("$%d", int64(i))
}

// LoadV loads a register.
func LoadV(from string, to V) { Op("FMOVQ", from, to.F()) }

// StoreV stores a register.
func StoreV(from V, to string) { Op("FMOVQ", from.F(), to) }

// LoadPair loads two registers from memory that is one behind the other.
func LoadPair(from string, a, b V) { Op("FLDPQ", from, fmt.Sprintf("(%s, %s)", a.F(), b.F())) }

// StorePair stores two registers into memory that is one behind the other.
func StorePair(a, b V, to string) { Op("FSTPQ", fmt.Sprintf("(%s, %s)", a.F(), b.F()), to) }

// Zero zeros a register.
func Zero(v V) { Op("VEOR", v.In("B16"), v.In("B16"), v.In("B16")) }
