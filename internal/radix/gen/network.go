package main

import (
	"fmt"
	"math/bits"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// runs writes the kernel that sorts one run after the other, each in so many
// registers that all of it fits.
//
// The registers are a matrix whose columns, the lanes, are sorted first, by an
// odd-even merge sort that needs no shuffles. Then neighbouring groups of columns
// are merged by bitonic merges, in which a group is read down one column after
// the other: only the steps between columns shuffle. The sorted keys are
// transposed on their way out. (Batcher, "Sorting networks and their
// applications", 1968; Wassenberg, Blacher, Giesen, Sanders, "Vectorized and
// performance-portable Quicksort", 2022, section 2.3, transposes in between.)
func runs(w word) {
	if !w.kernel("runs", "(dst, src *U, ends *uint64, n int, first, step uint64, add, flip U) int", "is the same as runsGo.") {
		return
	}
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	ends, n := Load(Param("ends"), GP64()), Load(Param("n"), GP64())
	from, step := Load(Param("first"), GP64()), Load(Param("step"), GP64())
	add, flip := w.all("add"), w.all("flip")
	masks := w.masks()
	ones := ZMM()
	VPTERNLOGD(Imm(0xff), ones, ones, ones)
	i := GP64()
	XORQ(i, i)
	to, count := GP64(), GP64()

	Label("next")
	CMPQ(i, n)
	JGE(LabelRef("done"))
	MOVQ(scaled(ends, i, 8, 0), to)
	MOVQ(to, count)
	SUBQ(from, count)
	CMPQ(count, U32(8*w.lanes()))
	JA(LabelRef("above8"))
	CMPQ(count, U32(4*w.lanes()))
	JA(LabelRef("r8"))
	CMPQ(count, U32(2*w.lanes()))
	JA(LabelRef("r4"))
	TESTQ(count, count)
	JNZ(LabelRef("r2"))
	JMP(LabelRef("sorted"))
	Label("above8")
	CMPQ(count, U32(16*w.lanes()))
	JA(LabelRef("done"))
	for _, r := range []int{16, 8, 4, 2} {
		Label(fmt.Sprintf("r%d", r))
		m := &matrix{word: w, masks: masks, ones: ones}
		m.load(src, from, count, r)
		m.sortColumns()
		for g := 1; g < w.lanes(); g *= 2 {
			m.merge(g)
		}
		m.transpose()
		m.store(dst, from, add, flip)
		JMP(LabelRef("sorted"))
	}
	Label("sorted")
	ADDQ(step, from)
	TESTQ(step, step)
	CMOVQEQ(to, from)
	SUBQ(from, to) // dst moves on by the keys alone
	LEAQ(scaled(dst, to, w.size, 0), dst)
	INCQ(i)
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	Store(i, ReturnIndex(0))
	RET()
}

// all is a parameter in every lane.
func (w word) all(param string) reg.VecVirtual {
	v := ZMM()
	if w.size == 8 {
		VPBROADCASTQ(Load(Param(param), GP64()), v)
	} else {
		VPBROADCASTD(Load(Param(param), GP32()), v)
	}
	return v
}

// masks has for every bit of a lane's number the lanes that have it.
func (w word) masks() []reg.OpmaskVirtual {
	var all []reg.OpmaskVirtual
	for b := 1; b < w.lanes(); b *= 2 {
		m := 0
		for l := range w.lanes() {
			if l&b != 0 {
				m |= 1 << l
			}
		}
		x, k := GP32(), K()
		MOVL(U32(m), x)
		KMOVW(x, k)
		all = append(all, k)
	}
	return all
}

// matrix is the registers that hold a run.
type matrix struct {
	word
	masks     []reg.OpmaskVirtual
	v         []reg.VecVirtual
	ones      reg.VecVirtual
	exchanges int
	full      int             // registers that are full
	inside    []reg.GPVirtual // 64 lanes each of the others: the bits of those that the run has keys for
}

func (m *matrix) load(src, from, count reg.Register, r int) {
	at := func(i int) Mem { return scaled(src, from, m.size, 64*i) }
	if r > 2 { // more than half of the registers are full
		m.full = r / 2
	}
	left := GP64()
	MOVQ(count, left)
	if m.full > 0 {
		SUBQ(U32(m.full*m.lanes()), left)
	}
	for w := 0; w < (r-m.full)*m.lanes(); w += 64 {
		ones := GP64()
		MOVQ(I64(-1), ones)
		if w > 0 {
			less, zero := GP64(), GP64()
			MOVQ(left, less)
			XORQ(zero, zero)
			SUBQ(U32(w), less)
			CMOVQCS(zero, less)
			left = less
		}
		BZHIQ(left, ones, ones)
		m.inside = append(m.inside, ones)
	}
	for i := range r {
		m.v = append(m.v, ZMM())
		if i < m.full {
			m.move(at(i), m.v[i])
			continue
		}
		VMOVDQA64(m.ones, m.v[i])
		m.move(at(i), m.lanesInside(i), m.v[i])
	}
}

// lanesInside are the lanes of register i that the run has keys for.
func (m *matrix) lanesInside(i int) reg.OpmaskVirtual {
	bit := (i - m.full) * m.lanes()
	part, k := GP64(), K()
	if bit%64 == 0 {
		part = m.inside[bit/64]
	} else {
		MOVQ(m.inside[bit/64], part)
		SHRQ(Imm(uint64(bit%64)), part)
	}
	if m.lanes() == 8 {
		KMOVB(part.As32(), k)
	} else {
		KMOVW(part.As32(), k)
	}
	return k
}

func (m *matrix) store(dst, from reg.Register, add, flip reg.VecVirtual) {
	for i, v := range m.v {
		m.add(add, v, v)
		VPXORQ(flip, v, v)
		to := scaled(dst, from, m.size, 64*i)
		if i < m.full {
			m.move(v, to)
		} else {
			m.move(v, m.lanesInside(i), to)
		}
	}
}

// exchange leaves the smaller keys in register i, the greater ones in j.
func (m *matrix) exchange(i, j int) {
	low := ZMM()
	if m.exchanges++; m.exchanges%2 == 0 {
		less, high := K(), ZMM()
		m.less(Imm(1), m.v[j], m.v[i], less)
		VMOVDQA64(m.v[j], low)
		VMOVDQA64(m.v[i], high)
		m.blend(m.v[i], less, low)
		m.blend(m.v[j], less, high)
		m.v[i], m.v[j] = low, high
		return
	}
	m.min(m.v[j], m.v[i], low)
	m.max(m.v[j], m.v[i], m.v[j])
	m.v[i] = low
}

// sortColumns is Batcher's odd-even merge sort down every lane.
func (m *matrix) sortColumns() {
	n := len(m.v)
	for p := 1; p < n; p *= 2 {
		for k := p; k >= 1; k /= 2 {
			for j := k % p; j+k < n; j += 2 * k {
				for i := j; i < min(j+k, n-k); i++ {
					if i/(2*p) == (i+k)/(2*p) {
						m.exchange(i, i+k)
					}
				}
			}
		}
	}
}

// merge merges groups of g columns, two by two.
func (m *matrix) merge(g int) {
	// The first step compares key q of the one group with key q from the end of the other.
	n := len(m.v)
	for i := range (n + 1) / 2 {
		j := n - 1 - i
		a, b := m.across(m.v[j], 2*g-1), m.across(m.v[i], 2*g-1)
		m.v[i], m.v[j] = m.part(m.v[i], a, g), m.part(m.v[j], b, g)
	}
	for d := g / 2; d >= 1; d /= 2 {
		for i := range m.v {
			m.v[i] = m.part(m.v[i], m.across(m.v[i], d), d)
		}
	}
	for k := n / 2; k >= 1; k /= 2 {
		for i := range n {
			if i&k == 0 {
				m.exchange(i, i+k)
			}
		}
	}
}

// part has the smaller of x and t in lanes without bit d of their number, the
// greater in the others.
func (m *matrix) part(x, t reg.VecVirtual, d int) reg.VecVirtual {
	low := ZMM()
	m.min(t, x, low)
	m.max(t, x, m.masks[bits.TrailingZeros(uint(d))], low)
	return low
}

// across has in lane l what x has in lane l^d.
func (m *matrix) across(x reg.VecVirtual, d int) reg.VecVirtual {
	t := ZMM()
	switch {
	case m.size == 8 && d == 1 || m.size == 4 && d == 2:
		VPSHUFD(Imm(0x4e), x, t)
	case m.size == 4 && d == 1:
		VPSHUFD(Imm(0xb1), x, t)
	case m.size == 4 && d == 3:
		VPSHUFD(Imm(0x1b), x, t)
	case m.size == 8 && d == 2 || m.size == 4 && d == 4:
		VPERMQ(Imm(0x4e), x, t)
	case m.size == 8 && d == 3:
		VPERMQ(Imm(0x1b), x, t)
	default:
		lane := make([]int, m.lanes())
		for l := range lane {
			lane[l] = l ^ d
		}
		VMOVDQU64(m.indices(lane), t)
		m.permute(x, t, t)
	}
	return t
}

// transpose turns columns into rows. Bit b of a key's place among the sorted ones
// begins as bit b of its register's number, the upper ones as bits of its lane's;
// each step brings one of the lower bits into the lanes.
func (m *matrix) transpose() {
	rb, lb := bits.TrailingZeros(uint(len(m.v))), bits.TrailingZeros(uint(m.lanes()))
	where := func(x []int, b int) int {
		for i, v := range x {
			if v == b {
				return i
			}
		}
		return -1
	}
	regs, lanes := make([]int, rb), make([]int, lb)
	for i := range regs {
		regs[i] = i
	}
	for i := range lanes {
		lanes[i] = rb + i
	}
	for i := range rb {
		if regs[i] >= lb {
			continue // it stays a bit of the register
		}
		// The lanes give up a bit that is no bit of theirs, and are put in order as far as known.
		give := -1
		for _, b := range lanes {
			if b >= lb {
				give = b
			}
		}
		if give < 0 {
			panic("transpose: no bit to give")
		}
		after := make([]int, lb)
		for l := range after {
			after[l] = -1
		}
		var rest []int
		for _, b := range append([]int{regs[i]}, lanes...) {
			switch {
			case b == give:
			case b < lb:
				after[b] = b
			default:
				rest = append(rest, b)
			}
		}
		for l := range after {
			if after[l] < 0 {
				after[l], rest = rest[0], rest[1:]
			}
		}
		m.pass(i, regs[i], lanes, give, after, where)
		regs[i], lanes = give, after
	}
	if rb < lb { // fewer registers than lanes need steps: the lanes must be in order by now
		for l, b := range lanes {
			if l != b {
				panic("transpose: lanes out of order")
			}
		}
	}
	// Registers get their order by name.
	sorted := make([]reg.VecVirtual, len(m.v))
	for r, v := range m.v {
		place := 0
		for i, b := range regs {
			place |= (r >> i & 1) << (b - lb)
		}
		sorted[place] = v
	}
	m.v = sorted
}

// pass permutes the lanes of pairs of registers that differ in bit i.
func (m *matrix) pass(i, held int, lanes []int, give int, after []int, where func([]int, int) int) {
	for r := range m.v {
		if r>>i&1 != 0 {
			continue
		}
		a, b := m.v[r], m.v[r|1<<i]
		for out := range 2 {
			index := make([]int, m.lanes())
			for l := range index {
				from := 0 // lane, and above it the register
				put := func(bit, value int) {
					if bit == held {
						from |= value * m.lanes()
					} else {
						from |= value << where(lanes, bit)
					}
				}
				put(give, out)
				for q, bit := range after {
					put(bit, l>>q&1)
				}
				index[l] = from
			}
			t := ZMM()
			VMOVDQU64(m.indices(index), t)
			m.permute2(b, a, t)
			m.v[r|out<<i] = t
		}
	}
}
