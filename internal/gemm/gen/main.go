// Command gen writes the AVX2 and AVX-512 kernels of package gemm.
//
// A tile of C, some rows by some vectors, stays in registers while k runs; a
// step of k loads one vector of B per column vector, broadcasts one element of
// A per row and does rows x vectors fused multiply-adds. With 14 rows by 2
// vectors that is 16 loads for 28 multiply-adds, so the two FMA ports are the
// limit and the load ports are not. Every tile size is unrolled on its own;
// the kernel jumps to the one it is asked for.
package main

import (
	"sync"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is what differs between the instruction sets.
type isa struct {
	name  string
	bytes int                           // of a vector
	regs  []reg.VecPhysical             // all vector registers
	sizes []struct{ rows, vectors int } // tile sizes: up to rows, exactly vectors
}

// elem is what differs between the element types.
type elem struct {
	name, typ string
	size      int
	bcast     func(ops ...Op)
	fma231    func(ops ...Op)
	mul       func(ops ...Op)
	maskmov   func(from, mask, to Op) // of 32-byte vectors
}

func main() {
	ConstraintExpr("amd64,!noasm")
	avx2 := isa{"AVX2", 32,
		[]reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15},
		[]struct{ rows, vectors int }{{6, 1}, {6, 2}, {2, 4}}}
	avx512 := isa{"AVX512", 64,
		[]reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
			reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31},
		[]struct{ rows, vectors int }{{14, 1}, {14, 2}, {6, 4}}}
	f64 := elem{"F64", "float64", 8, VBROADCASTSD, VFMADD231PD, VMULPD, VMASKMOVPD}
	f32 := elem{"F32", "float32", 4, VBROADCASTSS, VFMADD231PS, VMULPS, VMASKMOVPS}

	for _, s := range []isa{avx2, avx512} {
		for _, e := range []elem{f64, f32} {
			tile(s, e)
			merge(s, e)
			copies(s, e)
		}
	}
	strip(f64, "transposeF64AVX2", square64)
	strip(f32, "transposeF32AVX2", square32)
	column(f64, "columnF64AVX2", square64)
	column(f32, "columnF32AVX2", square32)
	Generate()
}

// lanes are 32 bytes of ones, then 32 of zeros.
var lanes = sync.OnceValue(func() Mem {
	m := GLOBL("lanes", RODATA|NOPTR)
	for i := range 8 {
		DATA(8*i, U64(map[bool]uint64{true: ^uint64(0)}[i < 4]))
	}
	return m
})

func shift(size int) Op {
	if size == 8 {
		return Imm(3)
	}
	return Imm(2)
}
