package ptxsim

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// head begins every hand-written kernel of the tests: 32-bit words of shared
// memory s, a pointer p and the thread's index %t and its places in both.
const head = `.version 7.8
.target sm_90
.address_size 64
.shared .align 16 .b8 s[1024];
.visible .entry k(.param .u64 p)
{
.reg .pred %q<8>;
.reg .b32 %t, %r<8>;
.reg .b64 %p, %at, %st, %y<8>;
.reg .f32 %f<8>;
.reg .f64 %g<8>;
ld.param.u64 %p, [p];
mov.u32 %t, %tid.x;
mul.wide.u32 %at, %t, 4;
add.u64 %at, %at, %p;
mov.u64 %st, s;
mad.wide.u32 %st, %t, 4, %st;
`

// execute runs head and text by one block of threads on words, 0, 1, 2, ...
func execute(t *testing.T, text string, threads, words int) ([]uint32, error) {
	t.Helper()
	m, err := Parse("hand.ptx", []byte(head+text+"\nret;\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := m.Kernel("k")
	mem := NewMemory(1 << 20)
	data := make([]uint32, words)
	for i := range data {
		data[i] = uint32(i)
	}
	p := put(t, mem, data)
	err = k.Run(t.Context(), mem, Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{threads, 1, 1}, Args: pack(t, k, p)})
	return get[uint32](t, mem, p, words), err
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		thread     int
		msg        string
	}{
		{"above", "st.global.u32 [%at+256], %t;", 0, "offset 256 of the allocation of 256 bytes"},
		{"last", "st.global.u32 [%at+4], %t;", 63, "offset 256 of the allocation of 256 bytes"},
		{"half outside", "ld.global.v2.u32 {%r0, %r1}, [%p+252];", 0, "ld of 8 bytes"},
		{"below", "ld.global.u32 %r0, [%at+-4];", 0, "4 bytes before the allocation"},
		{"null", "mov.u64 %y0, 0; ld.global.u32 %r0, [%y0];", 0, "no allocation is near"},
		{"misaligned", "ld.global.u32 %r0, [%p+2];", 0, "no multiple of 4"},
		{"misaligned vector", "ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%p+8];", 0, "no multiple of 16"},
		{"generic", "ld.u32 %r0, [%p+1024];", 0, "offset 1024"},
		{"atomic", "atom.global.add.u32 %r0, [%p+1024], 1;", 0, "offset 1024"},
		{"shared above", "st.shared.u32 [%st+1024], %t;", 0, "offset 1024 of 1024"},
		{"shared misaligned", "st.shared.u32 [%st+1], %t;", 0, "no multiple of 4"},
		{"unwritten shared", "ld.shared.u32 %r0, [%st];", 0, "never written"},
		{"unwritten shared atomic", "atom.shared.add.u32 %r0, [%st], 1;", 0, "never written"},
		{"unwritten register", "add.u32 %r0, %r1, 1;", 0, "register %r1, which was never written"},
		{"register written by some", "setp.lt.u32 %q0, %t, 40; @%q0 mov.u32 %r0, 1; mov.u32 %r1, %r0; st.global.u32 [%at], %r1;", 40, "register %r1"},
		{"unwritten predicate", "@%q3 mov.u32 %r0, 1;", 0, "register %q3"},
		{"trap", "setp.eq.u32 %q0, %t, 37; @%q0 trap;", 37, "trap"},
		{"race write read", "st.shared.u32 [%st], %t; xor.b32 %r0, %t, 32; mul.wide.u32 %y0, %r0, 4; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; bar.sync 0; st.shared.u32 [%st], %r0; ld.shared.u32 %r1, [%y0];", 32,
			"writes offset 128, which thread (0,0,0) read"},
		{"race read write", "st.shared.u32 [%st], %t; xor.b32 %r0, %t, 32; mul.wide.u32 %y0, %r0, 4; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; bar.sync 0; ld.shared.u32 %r1, [%y0]; st.shared.u32 [%st], %r1;", 32,
			"reads offset 0, which thread (0,0,0) wrote"},
		{"race write write", "st.shared.u32 [s], %t;", 1, "writes offset 0, which thread (0,0,0) wrote"},
		{"race within a warp", "st.shared.u32 [%st], %t; xor.b32 %r0, %t, 1; mul.wide.u32 %y0, %r0, 4; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; ld.shared.u32 %r1, [%y0];", 0,
			"reads offset 4, which thread (1,0,0) wrote"},
		{"race atomic read", "mov.u32 %r1, 0; setp.eq.u32 %q0, %t, 0; @%q0 st.shared.u32 [s], %r1; bar.sync 0; atom.shared.add.u32 %r0, [s], 1; ld.shared.u32 %r2, [s];", 0, "race"},
		{"race atomic write", "mov.u32 %r1, 0; st.shared.u32 [s], %r1; bar.sync 0; setp.lt.u32 %q0, %t, 32; @%q0 atom.shared.add.u32 %r0, [s], 1; @!%q0 st.shared.u32 [s], 7;", 32, "writes offset 0"},
		{"race write atomic", "mov.u32 %r1, 0; st.shared.u32 [s], %r1; bar.sync 0; setp.ge.u32 %q0, %t, 32; @!%q0 st.shared.u32 [s], 0; @%q0 atom.shared.add.u32 %r0, [s], 1;", 32, "updates offset 0, which thread (31,0,0) wrote"},
		{"barrier in a branch", "setp.lt.u32 %q0, %t, 40; @!%q0 bra L; bar.sync 0; L:", 32, "not reached by all threads"},
		{"barrier after exit", "setp.lt.u32 %q0, %t, 32; @%q0 ret; bar.sync 0;", 32, "32 of 64 are here, the others have exited"},
		{"two barriers", "setp.lt.u32 %q0, %t, 32; @%q0 bra L; bar.sync 1; bra M; L: bar.sync 2; M:", 0, "another barrier"},
		{"barriers of lanes", "bar.sync %t;", 1, "barrier 1, lane 0 of the warp barrier 0"},
		{"barrier number", "mov.u32 %r0, 16; bar.sync %r0;", 0, "barrier 16: 0 to 15"},
		{"shuffle of absent lanes", "setp.lt.u32 %q0, %t, 20; @!%q0 bra L; mov.u32 %r0, -1; shfl.sync.idx.b32 %r1, %t, 0, 31, %r0; L:", 0, "names thread (20,0,0)"},
		{"lane outside its mask", "bar.warp.sync 15;", 4, "not in its own mask"},
		{"vote of absent lanes", "setp.ge.u32 %q0, %t, 33; @!%q0 bra L; vote.sync.ballot.b32 %r1, %q0, -1; L:", 33, "names thread (32,0,0)"},
		{"matrix of some lanes", "setp.lt.u32 %q0, %t, 20; mov.f64 %g0, 0d0000000000000000; @%q0 mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%g1, %g2}, {%g0}, {%g0}, {%g0, %g0};", 0, "all 32"},
		{"cp.async read early", "mul.wide.u32 %y0, %t, 4; cp.async.ca.shared.global [%st], [%at], 4; ld.shared.u32 %r0, [%st];", 0, "before waiting for it"},
		{"cp.async read before its group", "cp.async.ca.shared.global [%st], [%at], 4; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r0, [%st];", 0, "before waiting for it"},
		{"cp.async of another thread", "cp.async.ca.shared.global [%st], [%at], 4; cp.async.wait_all; xor.b32 %r0, %t, 1; mul.wide.u32 %y0, %r0, 4; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; ld.shared.u32 %r1, [%y0];", 0, "race"},
		{"cp.async outside", "cp.async.ca.shared.global [%st], [%at+256], 4;", 0, "offset 256"},
		{"constant address", "cvta.to.shared.u64 %y0, %p;", 0, "not in shared memory"},
		{"branch table", "T: .branchtargets L, M; brx.idx %t, T; L: M:", 2, "branch index 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := execute(t, c.text, 64, 64)
			f := faultOf(t, err, c.msg)
			if f.Thread != [3]int{c.thread, 0, 0} || f.File != "hand.ptx" || f.Kernel != "k" || f.Block != [3]int{} {
				t.Errorf("fault %v, want it in thread %d", f, c.thread)
			}
			if want := strings.Count(head, "\n") + 1; f.Line != want {
				t.Errorf("line %d, want %d", f.Line, want)
			}
		})
	}
}

// TestLegal runs what looks like a fault and is none.
func TestLegal(t *testing.T) {
	other := "mul.wide.u32 %y0, %r0, 4; mov.u64 %y1, s; add.u64 %y0, %y0, %y1; "
	for _, c := range []struct{ name, text string }{
		{"same value", "mov.u32 %r0, 7; st.shared.u32 [s], %r0;"},
		{"warp sync", "st.shared.u32 [%st], %t; bar.warp.sync -1; xor.b32 %r0, %t, 1; " + other + "ld.shared.u32 %r1, [%y0];"},
		{"shuffle between", "st.shared.u32 [%st], %t; shfl.sync.idx.b32 %r5, %t, 0, 31, -1; xor.b32 %r0, %t, 1; " + other + "ld.shared.u32 %r1, [%y0];"},
		{"atomics", "mov.u32 %r1, 0; setp.eq.u32 %q0, %t, 0; @%q0 st.shared.u32 [s], %r1; bar.sync 0; atom.shared.add.u32 %r0, [s], 1; red.shared.max.u32 [s], 5; bar.sync 0; ld.shared.u32 %r2, [s];"},
		{"copied unwritten register", "mov.u32 %r0, %r1;"},
		{"register by branches", "setp.lt.u32 %q0, %t, 40; @%q0 bra L; mov.u32 %r0, 1; bra M; L: mov.u32 %r0, 2; M: add.u32 %r1, %r0, 1;"},
		{"named barrier of a half", "setp.lt.u32 %q0, %t, 32; @%q0 bra L; bar.sync 1, 32; L: bar.sync 0;"},
		{"arrive", "setp.lt.u32 %q0, %t, 32; @%q0 bra L; bar.arrive 1, 64; bra M; L: bar.sync 1, 64; M:"},
		{"group waited for", "cp.async.ca.shared.global [%st], [%at], 4; cp.async.commit_group; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r0, [%st];"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := execute(t, c.text, 64, 64); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEndless ends a loop that nothing else ends.
func TestEndless(t *testing.T) {
	m, err := Parse("loop.ptx", []byte(head+"L: bra L;\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := m.Kernel("k")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = k.Run(ctx, NewMemory(1), Launch{Grid: [3]int{3, 1, 1}, Block: [3]int{40, 1, 1}, Args: make([]byte, 8)})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
}

// TestLaunchErrors tries launches that no device would take.
func TestLaunchErrors(t *testing.T) {
	k := load(t, "basic.sm_61.ptx", "saxpy")
	good := Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{32, 1, 1}, Args: make([]byte, 28)}
	for want, change := range map[string]func(l *Launch){
		"grid":       func(l *Launch) { l.Grid[1] = 65536 },
		"dimension":  func(l *Launch) { l.Block[2] = 0 },
		"allows 256": func(l *Launch) { l.Block[0] = 512 },
		"1024":       func(l *Launch) { l.Block = [3]int{1024, 2, 1} },
		"shared":     func(l *Launch) { l.Shared = 1 << 20 },
		"arguments":  func(l *Launch) { l.Args = l.Args[:20] },
	} {
		l := good
		change(&l)
		if err := k.Run(t.Context(), NewMemory(1), l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

// TestFirstFault wants the fault of the first block, whichever goroutine is first.
func TestFirstFault(t *testing.T) {
	m, err := Parse("many.ptx", []byte(head+"mov.u32 %r0, %ctaid.x; setp.gt.u32 %q0, %r0, 4; @%q0 trap; ret; }"))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := m.Kernel("k")
	for range 20 {
		err := k.Run(t.Context(), NewMemory(1), Launch{Grid: [3]int{100, 1, 1}, Block: [3]int{64, 1, 1}, Args: make([]byte, 8)})
		if f := faultOf(t, err, "trap"); f.Block != [3]int{5, 0, 0} {
			t.Fatalf("fault of block %v, want 5", f.Block)
		}
	}
}
