// Command neon writes the NEON kernels of package stencil.
//
// As with AVX2 (../main.go) a kernel walks a row group by group, against the drift, and
// two rows side by side. A group is four registers, of which a walk takes two, which
// one instruction loads or stores: with two rows that is four updates at a time, 20
// operations in four chains of 11 cycles on Arm's Neoverse V1 or V2 (fmul 3, fmla 4 and
// 4, by their optimization guides), four pairs loaded and two stored. Four units do
// that in 5 cycles, three load ports and two store ports in 4. The next updates do not
// wait for these, and a core that looks some 100 instructions ahead fills its units. A
// kernel that flushes adds a comparison and an and to the five operations of an update.
package main

import . "hybrid/internal/asmgen/neon"

// A direction is in which order the groups of a row are walked, which is also where a
// point's old place lies, in groups from its new one.
type direction struct {
	name, title string
	step        int
}

var (
	forth = direction{"forth", "Forth", -1}
	back  = direction{"back", "Back", +1}
)

// General registers.
const (
	north R = iota // the first row that is written
	stride
	left // rows
	groups
	edges
	ahead
	near
	temp
	row0 // of the walk, and three more
	row1
	row2
	row3
	n // bytes left of the walk
	row
	from
	to
)

func main() {
	for _, e := range Floats {
		for _, d := range []direction{forth, back} {
			step(d, e, false)
			step(d, e, true)
			carry(d, e)
		}
	}
	Write()
}

// toBytes turns the distance of two rows from values into bytes, and the length of a
// row from groups into bytes.
func toBytes(e Float) {
	Op("LSL", Imm(e.Log), stride)
	Op("LSL", Imm(6), groups)
}
