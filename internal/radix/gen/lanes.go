package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// short is the length of a run that a lane sorts.
const short = 16

// network sorts 16 keys by 60 comparisons in 10 layers: Green's number, Knuth, "The
// art of computer programming", volume 3, 5.3.4; this one as listed by Dobbelaere,
// github.com/bertdobbelaere/SorterHunter.
var network = [...][2]int{
	{0, 13}, {1, 12}, {2, 15}, {3, 14}, {4, 8}, {5, 6}, {7, 11}, {9, 10},
	{0, 5}, {1, 7}, {2, 9}, {3, 4}, {6, 13}, {8, 14}, {10, 15}, {11, 12},
	{0, 1}, {2, 3}, {4, 5}, {6, 8}, {7, 9}, {10, 11}, {12, 13}, {14, 15},
	{0, 2}, {1, 3}, {4, 10}, {5, 11}, {6, 7}, {8, 9}, {12, 14}, {13, 15},
	{1, 2}, {3, 12}, {4, 6}, {5, 7}, {8, 10}, {9, 11}, {13, 14},
	{1, 4}, {2, 6}, {5, 8}, {7, 10}, {9, 13}, {11, 14},
	{2, 4}, {3, 6}, {9, 12}, {11, 13},
	{3, 5}, {6, 8}, {7, 9}, {10, 12},
	{3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12},
	{6, 7}, {8, 9},
}

// groups writes the kernel that sorts as many runs at once as a register has lanes,
// one in each, so that only what brings them there and back shuffles. It stops before
// a group with a run that is longer than short, before one that is not whole, and
// where dst has not room for one of the longest runs.
//
// AVX2 has minima of unsigned integers of 32 bits, but not of 64. Those are compared
// as floating-point numbers, which have the same order while they are positive: bias
// makes the lowest 2^52, the least that is not subnormal, and the highest must stay
// below 2^62. What lies behind a run is taken for 2^62, or 2^32-1 with 32 bits, which
// keeps it there.
func groups(w word) {
	if !w.kernel("groups", "(dst, src *U, ends *uint64, n int, first, step uint64, room int, bias, add, flip U) (sorted, keys int)",
		"sorts runs of 16 keys at most, a lane each: see sortGroups.") {
		return
	}
	lanes := 32 / w.size
	perVector := lanes
	at := GLOBL("beyond"+w.name, RODATA|NOPTR)
	if w.size == 4 {
		for i := range 2 * short {
			DATA(4*i, U32(-int32(i/short)))
		}
	} else {
		for i := range 4 * short { // what to leave of a key, then what to put into it
			behind := i / short % 2
			DATA(8*i, U64([][]int64{{-1, 0}, {0, 1 << 62}}[i/(2*short)][behind]))
		}
	}
	all := func(param string) Mem { // in memory, in every lane
		m := AllocLocal(32)
		if w.size == 8 {
			VMOVQ(Load(Param(param), GP64()), reg.X0)
		} else {
			VMOVD(Load(Param(param), GP32()), reg.X0)
		}
		w.broadcast(reg.X0, reg.Y0)
		VMOVDQU(reg.Y0, m)
		return m
	}
	bias, add, flip := all("bias"), all("add"), all("flip")
	counts := AllocLocal(8 * lanes)
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	ends, n := Load(Param("ends"), GP64()), Load(Param("n"), GP64())
	from, step := Load(Param("first"), GP64()), Load(Param("step"), GP64())
	last := Load(Param("room"), GP64()) // where dst may be at most when a group begins
	SUBQ(Imm(uint64(short*lanes)), last)
	JL(LabelRef("none"))
	LEAQ(scaled(dst, last, w.size, 0), last)
	table := GP64()
	LEAQ(at.Offset(short*w.size), table)
	i := GP64()
	XORQ(i, i)
	SUBQ(Imm(uint64(lanes)), n) // the last number at which a group begins
	Label("next")
	CMPQ(i, n)
	JG(LabelRef("done"))
	CMPQ(dst, last)
	JA(LabelRef("done"))
	s := &straight{}
	rows := make([][]value, lanes)
	for l := range lanes {
		key, pads := GP64(), GP64()
		s.do(func([]Op) {
			to, count := GP64(), GP64()
			MOVQ(scaled(ends, i, 8, 8*l), to)
			MOVQ(to, count)
			SUBQ(from, count)
			CMPQ(count, Imm(short))
			JA(LabelRef("done"))
			LEAQ(scaled(src, from, w.size, 0), key)
			MOVQ(count, counts.Offset(8*l))
			NEGQ(count)
			LEAQ(scaled(table, count, w.size, 0), pads)
			ADDQ(step, from)
			TESTQ(step, step)
			CMOVQEQ(to, from)
		})
		for j := 0; j < short; j += perVector {
			rows[l] = append(rows[l], s.value(func(v reg.VecPhysical, _ []Op) {
				pad := Mem{Base: pads, Disp: w.size * j}
				if w.size == 8 {
					VMOVDQU(bias, v)
					VPADDQ(Mem{Base: key, Disp: w.size * j}, v, v)
					VPAND(pad, v, v)
					pad = pad.Offset(2 * short * w.size)
				} else {
					VMOVDQU(Mem{Base: key, Disp: w.size * j}, v)
				}
				VPOR(pad, v, v)
			}))
		}
	}
	var keys []value
	for j := range rows[0] {
		var block []value
		for l := range rows {
			block = append(block, rows[l][j])
		}
		keys = append(keys, w.transpose(s, block)...)
	}
	for _, c := range network {
		a, b := keys[c[0]], keys[c[1]]
		keys[c[0]] = s.value(func(v reg.VecPhysical, from []Op) { w.lesser(from[0], from[1], v) }, a, b)
		keys[c[1]] = s.value(func(v reg.VecPhysical, from []Op) { w.greater(from[0], from[1], v) }, a, b)
	}
	for j := range rows[0] {
		for l, v := range w.transpose(s, keys[j*perVector:][:perVector]) {
			rows[l][j] = s.value(func(v reg.VecPhysical, from []Op) {
				w.add(add, from[1], v)
				VPXOR(flip, v, v)
			}, none, v)
		}
	}
	for l := range rows { // in order: what lies behind a run gives way to the next
		for j := range rows[l] {
			s.do(func(from []Op) { VMOVDQU(from[0], Mem{Base: dst, Disp: 32 * j}) }, rows[l][j])
		}
		s.do(func([]Op) {
			count := GP64()
			MOVQ(counts.Offset(8*l), count)
			LEAQ(scaled(dst, count, w.size, 0), dst)
		})
	}
	s.write()
	ADDQ(Imm(uint64(lanes)), i)
	JMP(LabelRef("next"))
	Label("done")
	Store(i, ReturnIndex(0))
	begin := Load(Param("dst"), GP64())
	SUBQ(begin, dst)
	SHRQ(Imm(map[int]uint64{4: 2, 8: 3}[w.size]), dst)
	Store(dst, ReturnIndex(1))
	VZEROUPPER()
	RET()
	Label("none")
	XORQ(i, i)
	JMP(LabelRef("done"))
}

// lesser and greater are the smaller and the greater keys of two vectors.
func (w word) lesser(ops ...Op) {
	if w.size == 8 {
		VMINPD(ops[0], ops[1], ops[2])
	} else {
		VPMINUD(ops[0], ops[1], ops[2])
	}
}

func (w word) greater(ops ...Op) {
	if w.size == 8 {
		VMAXPD(ops[0], ops[1], ops[2])
	} else {
		VPMAXUD(ops[0], ops[1], ops[2])
	}
}

// transpose turns rows into columns.
func (w word) transpose(s *straight, v []value) []value {
	two := func(f func(ops ...Op), a, b value) value {
		return s.value(func(v reg.VecPhysical, from []Op) { f(from[0], from[1], v) }, b, a)
	}
	halves := func(which uint64) func(ops ...Op) {
		return func(ops ...Op) { VPERM2F128(Imm(which), ops[0], ops[1], ops[2]) }
	}
	quads := func(v []value) (t []value) {
		for i := 0; i < 4; i += 2 {
			t = append(t, two(unpackLow64, v[i], v[i+1]), two(unpackHigh64, v[i], v[i+1]))
		}
		return t
	}
	if w.size == 8 {
		t := quads(v)
		return []value{two(halves(0x20), t[0], t[2]), two(halves(0x20), t[1], t[3]), two(halves(0x31), t[0], t[2]), two(halves(0x31), t[1], t[3])}
	}
	var upper [2][]value // of the rows 0 to 3 and 4 to 7: pairs of columns 0 and 4, 1 and 5, ...
	for h := range upper {
		r := v[4*h:]
		a, b := two(unpackLow32, r[0], r[1]), two(unpackHigh32, r[0], r[1])
		c, d := two(unpackLow32, r[2], r[3]), two(unpackHigh32, r[2], r[3])
		upper[h] = []value{two(unpackLow64, a, c), two(unpackHigh64, a, c), two(unpackLow64, b, d), two(unpackHigh64, b, d)}
	}
	var columns []value
	for _, which := range []uint64{0x20, 0x31} {
		for i := range 4 {
			columns = append(columns, two(halves(which), upper[0][i], upper[1][i]))
		}
	}
	return columns
}

func unpackLow64(ops ...Op)  { VUNPCKLPD(ops[0], ops[1], ops[2]) }
func unpackHigh64(ops ...Op) { VUNPCKHPD(ops[0], ops[1], ops[2]) }
func unpackLow32(ops ...Op)  { VUNPCKLPS(ops[0], ops[1], ops[2]) }
func unpackHigh32(ops ...Op) { VUNPCKHPS(ops[0], ops[1], ops[2]) }
