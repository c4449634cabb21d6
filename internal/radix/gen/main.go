// Command gen writes the AVX-512 and AVX2 kernels of package radix.
//
// network.go has the one that sorts runs that fit the registers, lanes.go that of
// AVX2, which sorts a run in every lane; spread.go and grid.go have those that find
// the cell of every key, ordered.go the one that finds keys in order.
package main

import (
	"strconv"
	"strings"

	"hybrid/internal/asmgen"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// word is what differs between keys of 32 and of 64 bits.
type word struct {
	name, typ, isa    string
	size              int // bytes
	min, max, add     func(ops ...Op)
	permute, permute2 func(ops ...Op)
	move, broadcast   func(ops ...Op)
	less, blend       func(ops ...Op)
}

var (
	u64 = word{"U64", "uint64", "AVX512", 8, VPMINUQ, VPMAXUQ, VPADDQ, VPERMQ, VPERMI2Q, VMOVDQU64, VPBROADCASTQ, VPCMPUQ, VMOVDQA64}
	u32 = word{"U32", "uint32", "AVX512", 4, VPMINUD, VPMAXUD, VPADDD, VPERMD, VPERMI2D, VMOVDQU32, VPBROADCASTD, VPCMPUD, VMOVDQA32}
)

// lanes is the number of keys of a vector of AVX-512; with AVX2 it is two of 64 bits.
func (w word) lanes() int {
	if w.isa == "AVX2" {
		return 8
	}
	return 64 / w.size
}

// kernel begins one, unless it is not wanted.
func (w word) kernel(name, signature, does string) bool {
	name += w.name + w.isa
	if !asmgen.Wanted(name) {
		return false
	}
	TEXT(name, NOSPLIT, "func"+strings.ReplaceAll(signature, "U", w.typ))
	Pragma("noescape")
	Doc(name + " " + does)
	return true
}

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, w := range []word{u64, u32} {
		runs(w)
		count(w)
		spread(w)
		combine(w)
		bounds(w)
		ordered(w)
		w.isa = "AVX2"
		groups(w)
		count(w)
		spread(w)
		combine(w)
		boundsAVX2(w)
		ordered(w)
	}
	Generate()
}

var constants = map[string]Mem{}

// indices is a vector of lane numbers in memory.
func (w word) indices(lane []int) Mem {
	name := "lanes" + w.name
	for _, l := range lane {
		name += strconv.FormatInt(int64(l), 36)
	}
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i, l := range lane {
		if w.size == 8 {
			DATA(8*i, U64(l))
		} else {
			DATA(4*i, U32(l))
		}
	}
	constants[name] = m
	return m
}

func scaled(base reg.Register, index reg.Register, scale, disp int) Mem {
	return Mem{Base: base, Index: index, Scale: uint8(scale), Disp: disp}
}

func label(name string, i int) string { return name + strconv.Itoa(i) }
