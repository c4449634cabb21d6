package ptxsim

import "testing"

// TestGeneric reaches shared, local and global memory through generic addresses,
// and asks of each in which space it lies.
func TestGeneric(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       func(i uint32) uint32
	}{
		{"shared", "cvta.shared.u64 %y0, %st; st.u32 [%y0], %t; bar.warp.sync -1; ld.u32 %r0, [%y0];", func(i uint32) uint32 { return i }},
		{"shared both ways", "cvta.shared.u64 %y0, %st; cvta.to.shared.u64 %y1, %y0; st.shared.u32 [%y1], %t; ld.u32 %r0, [%y0];", func(i uint32) uint32 { return i }},
		{"shared atomic", "cvta.shared.u64 %y0, %st; st.u32 [%y0], %t; atom.add.u32 %r1, [%y0], 5; ld.shared.u32 %r0, [%st];", func(i uint32) uint32 { return i + 5 }},
		{"shared vector", "shl.b32 %r1, %t, 4; mov.u64 %y0, s; cvt.u64.u32 %y1, %r1; add.u64 %y0, %y0, %y1; st.shared.v4.u32 [%y0], {%t, %r1, 7, %t}; ld.shared.v2.u32 {%r2, %r3}, [%y0+8]; add.u32 %r0, %r2, %r3;", func(i uint32) uint32 { return i + 7 }},
		{"shared by 32 bits", "mov.u32 %r1, s; mad.lo.u32 %r1, %t, 4, %r1; st.shared.u32 [%r1], %t; ld.volatile.shared.u32 %r0, [%r1+0];", func(i uint32) uint32 { return i }},
		{"bytes", "mov.u64 %y0, s; cvt.u64.u32 %y1, %t; add.u64 %y0, %y0, %y1; neg.s32 %r1, %t; st.shared.u8 [%y0], %r1; ld.shared.s8 %r0, [%y0];", func(i uint32) uint32 { return -i }},
		{"halves", "mad.wide.u32 %y0, %t, 2, 0; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; neg.s32 %r1, %t; st.shared.u16 [%y0], %r1; ld.shared.u16 %r0, [%y0];", func(i uint32) uint32 { return -i & 0xffff }},
		{"local", ".local .align 4 .b8 l[64]; mov.u64 %y0, l; cvta.local.u64 %y1, %y0; st.local.u32 [%y0+60], %t; ld.u32 %r0, [%y1+60];", func(i uint32) uint32 { return i }},
		{"spaces", "cvta.shared.u64 %y0, %st; isspacep.shared %q0, %y0; isspacep.global %q1, %y0; isspacep.global %q2, %p; selp.u32 %r0, 1, 0, %q0; @%q1 add.u32 %r0, %r0, 10; @%q2 add.u32 %r0, %r0, 100;", func(uint32) uint32 { return 101 }},
		{"volatile", "st.volatile.global.u32 [%at], 9; ld.volatile.global.u32 %r0, [%at];", func(uint32) uint32 { return 9 }},
		{"acquire", "st.release.gpu.global.u32 [%at], 9; fence.acq_rel.gpu; ld.acquire.gpu.global.u32 %r0, [%at];", func(uint32) uint32 { return 9 }},
		{"hints", "prefetch.global.L1 [%at]; ld.global.nc.L1::no_allocate.L2::128B.u32 %r0, [%at]; st.global.cs.u32 [%at], %r0;", func(i uint32) uint32 { return i }},
		{"packed", "mov.b64 %y0, {%t, 5}; mov.b64 {_, %r1}, %y0; mov.b64 {%r2, _}, %y0; add.u32 %r0, %r1, %r2;", func(i uint32) uint32 { return i + 5 }},
		{"pieces", ".reg .b16 %h<2>; mov.b32 {%h0, %h1}, 0x12345678; mov.b32 %r0, {%h1, %h0};", func(uint32) uint32 { return 0x56781234 }},
		{"scopes", "{ .reg .b32 %t; mov.u32 %t, 3; { .reg .b32 %r0; mov.u32 %r0, 4; } } mov.u32 %r0, %t;", func(i uint32) uint32 { return i }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, got := range lanesOf(t, c.text) {
				if want := c.want(uint32(i)); got != want {
					t.Fatalf("lane %d has %#x, want %#x", i, got, want)
				}
			}
		})
	}
}

// TestSpecials reads where a thread is in a grid of three dimensions.
func TestSpecials(t *testing.T) {
	const text = `.version 7.8
.target sm_61
.address_size 64
.visible .entry k(.param .u64 p)
{
.reg .b32 %i, %r<13>;
.reg .b64 %p, %o;
mov.u32 %r0, %tid.x; mov.u32 %r1, %tid.y; mov.u32 %r2, %tid.z;
mov.u32 %r3, %ctaid.x; mov.u32 %r4, %ctaid.y; mov.u32 %r5, %ctaid.z;
mov.u32 %r6, %ntid.x; mov.u32 %r7, %ntid.y; mov.u32 %r8, %ntid.z;
mov.u32 %r9, %nctaid.x; mov.u32 %r10, %nctaid.y; mov.u32 %r11, %nctaid.z;
mov.u32 %r12, %warpid;
mad.lo.u32 %i, %r5, %r10, %r4; mad.lo.u32 %i, %i, %r9, %r3;
mad.lo.u32 %i, %i, %r8, %r2; mad.lo.u32 %i, %i, %r7, %r1; mad.lo.u32 %i, %i, %r6, %r0;
ld.param.u64 %p, [p];
mad.wide.u32 %o, %i, 16, %p;
mad.lo.u32 %r0, %r1, 10, %r0; mad.lo.u32 %r0, %r2, 100, %r0;
mad.lo.u32 %r3, %r4, 10, %r3; mad.lo.u32 %r3, %r5, 100, %r3;
st.global.v4.u32 [%o], {%r0, %r3, %r12, %i};
ret;
}`
	m, err := Parse("special.ptx", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := m.Kernel("k")
	l := Launch{Grid: [3]int{4, 3, 2}, Block: [3]int{7, 5, 3}}
	mem := NewMemory(1 << 20)
	n := 24 * 105
	p := put(t, mem, make([]uint32, 4*n))
	l.Args = pack(t, k, p)
	if err := k.Run(t.Context(), mem, l); err != nil {
		t.Fatal(err)
	}
	out := get[uint32](t, mem, p, 4*n)
	for i := range n {
		b, th := i/105, i%105
		want := [4]uint32{
			uint32(th%7 + th/7%5*10 + th/35*100),
			uint32(b%4 + b/4%3*10 + b/12*100), uint32(th / 32), uint32(i)}
		if got := [4]uint32(out[4*i : 4*i+4]); got != want {
			t.Fatalf("thread %d has %v, want %v", i, got, want)
		}
	}
}
