package ptxsim

import (
	"fmt"
	"testing"
)

// lanesOf runs text by one warp, which leaves each lane's result in %r0, with the
// lane's value 100 + lane in %r7.
func lanesOf(t *testing.T, text string) []uint32 {
	t.Helper()
	out, err := execute(t, "add.u32 %r7, %t, 100; "+text+" st.global.u32 [%at], %r0;", 32, 64)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out[:32]
}

// TestShuffle compares every mode, distance and width with the manual's pseudocode.
func TestShuffle(t *testing.T) {
	for _, width := range []int{32, 16, 8, 2} {
		for n := range 32 {
			for _, mode := range []string{"up", "down", "bfly", "idx"} {
				c := (32-width)<<8 | 31
				if mode == "up" {
					c = (32 - width) << 8
				}
				got := lanesOf(t, fmt.Sprintf("shfl.sync.%s.b32 %%r1|%%q0, %%r7, %d, %d, -1; selp.b32 %%r2, 1000, 0, %%q0; add.u32 %%r0, %%r1, %%r2;", mode, n, c))
				for lane, v := range got {
					first, last := lane/width*width, lane/width*width+width-1
					j, ok := lane-n, lane-n >= first
					switch mode {
					case "down":
						j, ok = lane+n, lane+n <= last
					case "bfly":
						j, ok = lane^n, lane^n <= last
					case "idx":
						j, ok = first+n%width, true
					}
					want := uint32(1100 + j)
					if !ok {
						want = uint32(100 + lane)
					}
					if v != want {
						t.Fatalf("shfl.%s width %d by %d: lane %d got %d, want %d", mode, width, n, lane, v, want)
					}
				}
			}
		}
	}
}

func TestVotes(t *testing.T) {
	for _, c := range []struct {
		text string
		want func(lane int) uint32
	}{
		{"setp.lt.u32 %q0, %t, 5; vote.sync.ballot.b32 %r0, %q0, -1;", func(int) uint32 { return 31 }},
		{"setp.lt.u32 %q0, %t, 5; vote.sync.ballot.b32 %r0, !%q0, -1;", func(int) uint32 { return ^uint32(31) }},
		{"setp.lt.u32 %q0, %t, 5; vote.sync.any.pred %q1, %q0, -1; selp.b32 %r0, 1, 0, %q1;", func(int) uint32 { return 1 }},
		{"setp.lt.u32 %q0, %t, 5; vote.sync.all.pred %q1, %q0, -1; selp.b32 %r0, 1, 0, %q1;", func(int) uint32 { return 0 }},
		{"setp.lt.u32 %q0, %t, 50; vote.sync.all.pred %q1, %q0, -1; selp.b32 %r0, 1, 0, %q1;", func(int) uint32 { return 1 }},
		{"setp.lt.u32 %q0, %t, 5; vote.sync.uni.pred %q1, %q0, -1; selp.b32 %r0, 1, 0, %q1;", func(int) uint32 { return 0 }},
		{"and.b32 %r1, %t, 3; match.any.sync.b32 %r0, %r1, -1;", func(l int) uint32 { return 0x11111111 << (l & 3) }},
		{"mov.u32 %r1, 9; match.all.sync.b32 %r0|%q0, %r1, -1;", func(int) uint32 { return full }},
		{"match.all.sync.b32 %r0|%q0, %t, -1; @%q0 mov.u32 %r0, 5;", func(int) uint32 { return 0 }},
		{"redux.sync.add.s32 %r0, %t, -1;", func(int) uint32 { return 31 * 16 }},
		{"neg.s32 %r1, %t; redux.sync.min.s32 %r0, %r1, -1;", func(int) uint32 { return ^uint32(30) }},
		{"redux.sync.xor.b32 %r0, %r7, -1;", func(int) uint32 { return 0 }},
		{"setp.lt.u32 %q0, %t, 5; mov.u32 %r0, 0; @%q0 activemask.b32 %r0;", func(l int) uint32 { return 31 * one(l < 5) }},
		{"mov.u32 %r0, %lanemask_lt;", func(l int) uint32 { return 1<<l - 1 }},
		{"mov.u32 %r0, %lanemask_le;", func(l int) uint32 { return 1<<l | (1<<l - 1) }},
		{"mov.u32 %r0, %lanemask_gt;", func(l int) uint32 { return ^(1<<l | (1<<l - 1)) }},
		{"mov.u32 %r0, %lanemask_ge;", func(l int) uint32 { return ^(1<<l - 1) }},
		{"mov.u32 %r0, %lanemask_eq;", func(l int) uint32 { return 1 << l }},
		{"mov.u32 %r0, %laneid;", func(l int) uint32 { return uint32(l) }},
		// The mask of a part of a warp.
		{"mov.u32 %r0, 1; setp.lt.u32 %q0, %t, 8; @%q0 shfl.sync.bfly.b32 %r0, %r7, 1, 31, 255;", func(l int) uint32 {
			if l < 8 {
				return uint32(100 + l ^ 1)
			}
			return 1
		}},
	} {
		for lane, got := range lanesOf(t, c.text) {
			want := c.want(lane)
			if got != want {
				t.Errorf("%s: lane %d got %#x, want %#x", c.text, lane, got, want)
				break
			}
		}
	}
}

// TestBarrierReductions counts threads at a barrier.
func TestBarrierReductions(t *testing.T) {
	for text, want := range map[string]uint32{
		"setp.lt.u32 %q0, %t, 70; bar.red.popc.u32 %r0, 0, %q0;":                          70,
		"setp.lt.u32 %q0, %t, 70; bar.red.and.pred %q1, 0, %q0; selp.b32 %r0, 1, 0, %q1;": 0,
		"setp.lt.u32 %q0, %t, 96; bar.red.and.pred %q1, 0, %q0; selp.b32 %r0, 1, 0, %q1;": 1,
		"setp.lt.u32 %q0, %t, 70; bar.red.or.pred %q1, 0, %q0; selp.b32 %r0, 1, 0, %q1;":  1,
		"setp.lt.u32 %q0, %t, 70; barrier.cta.red.popc.aligned.u32 %r0, 0, !%q0;":         26,
	} {
		out, err := execute(t, text+" st.global.u32 [%at], %r0;", 96, 96)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range out {
			if v != want {
				t.Fatalf("%s: thread %d got %d, want %d", text, i, v, want)
			}
		}
	}
}

// TestAtomics compares each operation, done by all threads on one word, with a
// loop.
func TestAtomics(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(a, b uint32) uint32
	}{
		{"add.u32", func(a, b uint32) uint32 { return a + b }},
		{"min.s32", func(a, b uint32) uint32 { return uint32(min(int32(a), int32(b))) }},
		{"min.u32", func(a, b uint32) uint32 { return min(a, b) }},
		{"max.u32", func(a, b uint32) uint32 { return max(a, b) }},
		{"and.b32", func(a, b uint32) uint32 { return a & b }},
		{"or.b32", func(a, b uint32) uint32 { return a | b }},
		{"xor.b32", func(a, b uint32) uint32 { return a ^ b }},
		{"exch.b32", func(_, b uint32) uint32 { return b }},
		{"inc.u32", func(a, b uint32) uint32 {
			if a >= b {
				return 0
			}
			return a + 1
		}},
		{"dec.u32", func(a, b uint32) uint32 {
			if a == 0 || a > b {
				return b
			}
			return a - 1
		}},
	} {
		for _, space := range []string{"global", "shared"} {
			base := "[%p+400]"
			text := ""
			if space == "shared" {
				base, text = "[s]", "mov.u32 %r5, 100; st.shared.u32 [s], %r5; bar.sync 0; "
			}
			text += "mul.lo.u32 %r1, %t, 0x9E3779B9; "
			text += fmt.Sprintf("atom.%s.%s %%r0, %s, %%r1; st.global.u32 [%%at], %%r0; bar.sync 0; ld.%s.u32 %%r2, %s; st.global.u32 [%%p+404], %%r2;", space, c.name, base, space, base)
			out, err := execute(t, text, 96, 102)
			if err != nil {
				t.Fatal(err)
			}
			v := uint32(100)
			for i := range 96 {
				if out[i] != v {
					t.Errorf("atom.%s.%s: thread %d saw %d, want %d", space, c.name, i, out[i], v)
					break
				}
				v = c.f(v, uint32(i)*0x9E3779B9)
			}
			if out[101] != v {
				t.Errorf("atom.%s.%s leaves %d, want %d", space, c.name, out[101], v)
			}
		}
	}
	out, err := execute(t, `atom.global.cas.b32 %r0, [%p+400], 100, %t; st.global.u32 [%at], %r0;
		mov.f64 %g0, 0d3FE0000000000000; red.global.add.f64 [%p+408], %g0; mov.f32 %f0, 0f3F800000; red.global.add.f32 [%p+404], %f0;`, 96, 104)
	if err != nil {
		t.Fatal(err)
	}
	if out[0] != 100 || out[1] != 0 || out[95] != 0 {
		t.Errorf("cas saw %d, %d, %d, want 100, 0, 0", out[0], out[1], out[95])
	}
	if out[101] != 0x42c00000 { // 96 added to a subnormal number
		t.Errorf("sum %#x, want 96", out[101])
	}
	if out[103] != 0x40480000 { // 48 added to a subnormal number
		t.Errorf("sum %#x, want 48", out[103])
	}
}

// TestAsyncCopy copies with every size, and fills with zeros.
func TestAsyncCopy(t *testing.T) {
	for _, c := range []struct {
		cache     string
		size, src int
	}{{"ca", 4, 4}, {"ca", 4, 0}, {"ca", 8, 8}, {"ca", 8, 4}, {"ca", 16, 16}, {"cg", 16, 16}, {"cg", 16, 5}, {"cg", 16, 0}} {
		words := c.size / 4
		old := "mov.u32 %r2, -1;" // what the zeros have to overwrite
		for i := range words {
			old += fmt.Sprintf(" st.shared.u32 [%%y2+%d], %%r2;", 4*i)
		}
		// Groups wait in order: the first is there when one may be missing.
		text := fmt.Sprintf(`mul.wide.u32 %%y0, %%t, %d; add.u64 %%y1, %%y0, %%p; mov.u64 %%y2, s; add.u64 %%y2, %%y2, %%y0;
			%s cp.async.%s.shared.global [%%y2], [%%y1], %d, %d; cp.async.commit_group; cp.async.commit_group; cp.async.wait_group 1;
			bar.sync 0; xor.b32 %%r0, %%t, 1; mul.wide.u32 %%y0, %%r0, %d; mov.u64 %%y2, s; add.u64 %%y2, %%y2, %%y0; add.u64 %%y1, %%y0, %%p;`, c.size, old, c.cache, c.size, c.src, c.size)
		for i := range words {
			text += fmt.Sprintf("ld.shared.u32 %%r1, [%%y2+%d]; st.global.u32 [%%y1+%d], %%r1;", 4*i, 512+4*i)
		}
		out, err := execute(t, text, 32, 256)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 32 * words {
			want := uint32(i)
			for b := range 4 {
				if i%words*4+b >= c.src {
					want &^= 0xff << (8 * b)
				}
			}
			if got := out[128+i]; got != want {
				t.Errorf("%+v: word %d is %#x, want %#x", c, i, got, want)
				break
			}
		}
	}
}
