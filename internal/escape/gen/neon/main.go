// Command neon writes the NEON kernels of package escape.
//
// A step of a vector is six operations, and a chain of 7 cycles on Arm's Neoverse V1
// or V2 (fmul 3, fadd 2, fmla 4, by their optimization guides) or of 10 on Apple's
// cores. Four units do the steps of eight vectors in 12 cycles, so that none of them
// waits for its chain. The free kernel has the eight side by side, the checked one,
// whose steps are ten operations, four and four.
package main

import . "hybrid/internal/asmgen/neon"

const (
	vectors  = 8  // of points in a state
	maxLanes = 64 // of each array of a state
)

// The arrays of a state.
const (
	atX = iota
	atY
	atCX
	atCY
	atSavedX
	atSavedY
)

// General registers.
const (
	state R = iota
	n
	counts
	found
	within // the lanes that have not escaped
	same   // the lanes that have the value that was saved
	left
	bits
)

func main() {
	for _, e := range Floats {
		free(e)
		checked(e)
	}
	Write()
}

// place is where vector v of an array of the state lies.
func place(e Float, array int, v V) string {
	return At(state, array*maxLanes*e.Size+16*int(v))
}

// constant sets all lanes to a value.
func constant(e Float, value string, v V) {
	Op(e.Move, value, v.F())
	e.Spread(v, v)
}

// mask adds to sum, as bits, the lanes of count vectors that are ones, which are those
// of the state from vector first on. It ruins the vectors, weights and seen.
func mask(e Float, first, count int, m, weights, seen V, sum R) {
	lanes := []Imm{1, 2}
	if e.Size == 4 {
		lanes = []Imm{2<<32 | 1, 8<<32 | 4}
	}
	for i, lane := range lanes {
		Op("MOVD", lane, bits)
		Op("VMOV", bits, F64.Lane(weights, i))
	}
	Zero(seen)
	for v := range V(count) {
		Op("VAND", weights.In("B16"), (m + v).In("B16"), (m + v).In("B16"))
		Op("VORR", (m + v).In("B16"), seen.In("B16"), seen.In("B16"))
		Op("VSHL", Imm(e.Lanes), weights.In(e.Go), weights.In(e.Go))
	}
	for i := range lanes {
		Op("VMOV", F64.Lane(seen, i), bits)
		if e.Size == 4 {
			Op("ORR", shifted(bits, ">>", 32), bits, bits)
			Op("MOVWU", bits, bits)
		}
		Op("ORR", shifted(bits, "<<", first*e.Lanes), sum, sum)
	}
}

// escaped stores the lanes that are not within.
func escaped(e Float) {
	Op("MVN", within, bits)
	Op("AND", Imm(1<<(vectors*e.Lanes)-1), bits, bits)
	Op("MOVD", bits, At(found, 0))
}

// periodic adds to same the lanes of count vectors that have the value that was saved.
// It ruins the vectors from result on, and two more.
func periodic(e Float, first, count int, x, y, result, temp V) {
	for v := range V(count) {
		LoadV(place(e, atSavedX, V(first)+v), result+v)
		LoadV(place(e, atSavedY, V(first)+v), temp)
		e.Equal(result+v, result+v, x+v)
		e.Equal(temp, temp, y+v)
		Op("VAND", temp.In("B16"), (result + v).In("B16"), (result + v).In("B16"))
	}
	mask(e, first, count, result, temp, temp+1, same)
}
