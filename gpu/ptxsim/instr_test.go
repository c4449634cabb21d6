package ptxsim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hybrid/gpu/ptx"
)

// sample is how many threads an instruction is tried on, besides all pairs of
// edge values.
const sample = 2048

// edges are the operands at which instructions go wrong.
func edges(t ptx.Type) []uint64 {
	switch {
	case t == f32:
		var out []uint64
		for _, v := range []float32{0, 1, -1, 0.5, 1.5, -2.5, 3, 0.1, 1e38, -3e38, 0x1p-126, 0x1p-149, -0x1.fffffcp-127,
			0x1p31, -0x1p31, 0x1p32, 0x1p63, 0x1p64, 16777217, 0x1.fffffep-1, float32(math.Inf(1)), float32(math.Inf(-1))} {
			out = append(out, uint64(math.Float32bits(v)))
		}
		return append(out, 0x80000000, 0x7fc00001, 0xff812345)
	case t == f64:
		var out []uint64
		for _, v := range []float64{0, 1, -1, 0.5, 1.5, -2.5, 3, 0.1, 1e308, -1e300, 0x1p-1022, 0x1p-1074, -0x1p-1030,
			0x1p31, -0x1p31 - 1, 0x1p63, 0x1p64, 1 - 0x1p-53, math.Inf(1), math.Inf(-1)} {
			out = append(out, math.Float64bits(v))
		}
		return append(out, 1<<63, 0x7ff8000000000001)
	case t.Kind == 'p':
		return []uint64{0, 1}
	}
	out := []uint64{0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 127, 128, 255, 0x80, 0x7fff, 0x8000, 0xffff}
	for _, b := range []int{31, 32, 63} {
		if b < t.Bits {
			out = append(out, 1<<b, 1<<b-1, 1<<b+1)
		}
	}
	mask := ^uint64(0) >> (64 - t.Bits)
	// Just above the middle between two f64, and two f32.
	out = append(out, 1<<63|1<<10|1, 1<<63|1<<39|1)
	out = append(out, mask, mask-1, 0xdeadbeefcafef00d, 0x123456789abcdef0)
	for i := range out {
		out[i] &= mask
	}
	return out
}

// draw is a random operand, as often an edge as not.
func draw(rng *rand.Rand, t ptx.Type) uint64 {
	e := edges(t)
	switch {
	case rng.IntN(2) == 0 || t == pred:
		return e[rng.IntN(len(e))]
	case t == f32:
		return uint64(math.Float32bits(float32(math.Ldexp(rng.Float64()*2-1, rng.IntN(80)-40))))
	case t == f64:
		return math.Float64bits(math.Ldexp(rng.Float64()*2-1, rng.IntN(200)-100))
	}
	return rng.Uint64() >> rng.IntN(t.Bits) & (^uint64(0) >> (64 - t.Bits))
}

// storage is the type under which the tests keep a value in memory.
func storage(t ptx.Type) (name string, size int) {
	switch {
	case t.Kind == 'p':
		return "b32", 4
	case t.Bits == 8:
		return "b8", 1
	}
	return fmt.Sprintf("b%d", t.Bits), t.Bits / 8
}

// regType is the type of a register that holds t.
func regType(t ptx.Type) string {
	switch {
	case t.Kind == 'p':
		return "pred"
	case t.Bits == 8:
		return "b16"
	case t.Kind == 'f':
		return t.String()
	}
	return fmt.Sprintf("b%d", t.Bits)
}

// source is a kernel that runs text, whose %a, %b, ... it loads and whose %d it
// stores, once a thread.
func source(text string, d ptx.Type, s []ptx.Type) string {
	var b strings.Builder
	b.WriteString(".version 7.8\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p, .param .u32 n)\n{\n")
	b.WriteString(".reg .pred %skip, %q<4>;\n.reg .b32 %n, %id, %x<4>;\n.reg .b64 %p, %o, %y<4>;\n.reg .b16 %h<4>;\n.reg .f32 %f<2>;\n.reg .f64 %g<2>;\n")
	fmt.Fprintf(&b, ".reg .%s %%d;\n", regType(d))
	for i, t := range s {
		fmt.Fprintf(&b, ".reg .%s %%%c;\n", regType(t), 'a'+i+i/3)
	}
	b.WriteString("ld.param.u64 %p, [p];\nld.param.u32 %n, [n];\nmov.u32 %id, %ctaid.x;\nmov.u32 %x0, %ntid.x;\nmov.u32 %x1, %tid.x;\nmad.lo.u32 %id, %id, %x0, %x1;\n")
	b.WriteString("setp.ge.u32 %skip, %id, %n;\n@%skip ret;\n")
	at := 0
	load := func(reg string, t ptx.Type, st bool) {
		name, size := storage(t)
		fmt.Fprintf(&b, "mul.wide.u32 %%o, %%id, %d;\nadd.u64 %%o, %%o, %%p;\n", size)
		off := at * sample
		at += size
		switch {
		case st && t == pred:
			fmt.Fprintf(&b, "selp.b32 %%x0, 1, 0, %s;\nst.global.%s [%%o+%d], %%x0;\n", reg, name, off)
		case st:
			fmt.Fprintf(&b, "st.global.%s [%%o+%d], %s;\n", name, off, reg)
		case t == pred:
			fmt.Fprintf(&b, "ld.global.%s %%x0, [%%o+%d];\nsetp.ne.b32 %s, %%x0, 0;\n", name, off, reg)
		default:
			fmt.Fprintf(&b, "ld.global.%s %s, [%%o+%d];\n", name, reg, off)
		}
	}
	for i, t := range s {
		load(fmt.Sprintf("%%%c", 'a'+i+i/3), t, false)
	}
	b.WriteString(text + "\n")
	load("%d", d, true)
	b.WriteString("ret;\n}\n")
	return b.String()
}

// try runs text on many operands and returns them with the results. The operands
// are called %a, %b, %c and %e.
func try(t *testing.T, text string, d ptx.Type, s []ptx.Type) (in [][]uint64, out []uint64) {
	t.Helper()
	m, err := Parse("instr.ptx", []byte(source(text, d, s)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	rng := rand.New(rand.NewPCG(uint64(len(text)), 7))
	tries := sample
	if testing.Short() {
		tries = 750 // all pairs of edges, at most 25 x 25, and some more
	}
	for i := range tries {
		var x []uint64
		for j, t := range s {
			e := edges(t)
			switch {
			case i < len(e)*len(e) && i < sample/2 && j == 0:
				x = append(x, e[i%len(e)])
			case i < len(e)*len(e) && i < sample/2 && j == 1:
				x = append(x, e[i/len(e)%len(e)])
			default:
				x = append(x, draw(rng, t))
			}
		}
		in = append(in, x)
	}
	at := 0
	mem := NewMemory(1 << 20)
	data := make([]byte, 64*sample)
	for j, ty := range s {
		_, size := storage(ty)
		for i := range in {
			for k := range size {
				data[at*sample+i*size+k] = byte(in[i][j] >> (8 * k))
			}
		}
		at += size
	}
	p := put(t, mem, data)
	k, _ := m.Kernel("k")
	// 96 threads a block leave the last one with a part of its warps.
	l := Launch{Grid: [3]int{(tries + 95) / 96, 1, 1}, Block: [3]int{96, 1, 1}, Args: pack(t, k, p, tries)}
	if err := k.Run(t.Context(), mem, l); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	data = get[byte](t, mem, p, len(data))
	_, size := storage(d)
	for i := range in {
		var v uint64
		for k := range size {
			v |= uint64(data[at*sample+i*size+k]) << (8 * k)
		}
		out = append(out, v)
	}
	return in, out
}

// same compares results; of f64 any NaN is as good as another.
func same(d ptx.Type, got, want uint64) bool {
	if d == f64 && math.IsNaN(math.Float64frombits(got)) {
		return math.IsNaN(math.Float64frombits(want))
	}
	return got == want
}

// holds runs text and compares every result with ref.
func holds(t *testing.T, text string, d ptx.Type, s []ptx.Type, ref func(x []uint64) uint64) {
	t.Helper()
	in, out := try(t, text, d, s)
	bad := 0
	for i := range in {
		mask := ^uint64(0)
		if d.Bits < 64 {
			mask = 1<<d.Bits - 1
		}
		if want := ref(in[i]) & mask; !same(d, out[i], want) {
			if bad++; bad < 4 {
				t.Errorf("%s of %#x = %#x, want %#x", text, in[i], out[i], want)
			}
		}
	}
}
