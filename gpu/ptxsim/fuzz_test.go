package ptxsim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hybrid/internal/alloctest"
)

// FuzzRun runs the kernels of a file on two warps and some words of memory, twice. Both runs are
// the same in what they leave, in how many instructions they took and in the fault that ended
// them, which is of a line of the file.
func FuzzRun(f *testing.F) {
	for _, text := range []string{
		"", "st.global.u32 [%at], %t;", "st.shared.u32 [%st], %t; bar.sync 0; ld.shared.u32 %r0, [%st]; st.global.u32 [%at], %r0;",
		"setp.lt.u32 %q0, %t, 7; @%q0 bra L; add.u32 %r0, %t, 1; L: st.global.u32 [%at], %t;", "L: bra L;", "L: add.u32 %t, %t, 1; setp.lt.u32 %q0, %t, 100; @%q0 bra L;",
		"atom.global.add.u32 %r0, [%p], 1;", "ld.global.u32 %r0, [%p+4096];", "mov.u32 %r0, %r1; add.u32 %r0, %r0, 1;", "ld.shared.u32 %r0, [s+1020];",
		"shfl.sync.idx.b32 %r0|%q1, %t, 0, 31, -1; vote.sync.any.pred %q0, %q1, -1;", "cp.async.ca.shared.global [%st], [%at], 4; cp.async.wait_all; ld.shared.u32 %r0, [%st];",
		"div.rn.f32 %f0, 0f3F800000, 0f00000000; cvt.rzi.s32.f32 %r0, %f0; st.global.u32 [%at], %r0;", "bar.sync 1, 32;", "T: .branchtargets L, M; and.b32 %r0, %t, 1; brx.idx %r0, T; L: M: exit;",
		"div.s32 %r0, 0x80000000, -1; rem.s32 %r1, %t, 0;", ".local .b32 l[4]; st.local.u32 [l+12], %t;",
	} {
		f.Add([]byte(head + text + "\nret;\n}\n"))
	}
	for _, name := range []string{"basic.sm_61.ptx", "basic.sm_80.ptx"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := Parse("fuzz.ptx", src)
		if err != nil {
			if m != nil || !strings.HasPrefix(err.Error(), "ptxsim: fuzz.ptx:") {
				t.Errorf("module %v, error %v", m, err)
			}
			return
		}
		for _, k := range m.Kernels() {
			if k.argSize > 64 {
				continue
			}
			first, stopped := outcome(t, k)
			if stopped {
				continue
			}
			if second, stopped := outcome(t, k); !stopped && second != first {
				t.Errorf("%s: one run\n%.2000s\nanother\n%.2000s", k.Name(), first, second)
			}
		}
	})
}

// outcome is what a run of a kernel comes to, in words; stopped if it took too long to come to
// anything.
func outcome(t *testing.T, k *Kernel) (text string, stopped bool) {
	t.Helper()
	const words = 256
	mem := NewMemory(1 << 20)
	at := put(t, mem, make([]uint32, words))
	args := make([]byte, k.argSize)
	for _, p := range k.Params() {
		if p.Size == 8 {
			binary.LittleEndian.PutUint64(args[p.Offset:], at)
		}
	}
	l := Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{48, 1, 1}, Args: args}
	if k.fn.Exact {
		l.Block = k.fn.MaxThreads
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	n, err := k.Count(ctx, mem, l)
	var fault *Fault
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "", true
	case errors.As(err, &fault):
		n = 0
		if !strings.Contains(err.Error(), "fuzz.ptx") {
			t.Errorf("fault %v", err)
		}
	case err != nil && !strings.HasPrefix(err.Error(), "ptxsim: "):
		t.Errorf("error %v", err)
	}
	b, wrong := mem.Bytes(at, 4*words)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return fmt.Sprintf("%d instructions, %v, %x", n, err, bytes.TrimRight(b, "\x00")), false
}

// TestAllocationIsBounded compiles short files that ask for a great deal.
func TestAllocationIsBounded(t *testing.T) {
	const version = ".version 7.8\n.target sm_80\n.address_size 64\n"
	var labels, targets strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&labels, "@%%q0 bra L%d; L%[1]d:\n", i)
	}
	for i := range 1100 {
		fmt.Fprintf(&targets, "L%d: .branchtargets M%s;\nbrx.idx %%t, L%[1]d;\n", i, strings.Repeat(", M", 1000))
	}
	for _, c := range []struct {
		what, text, want string
	}{
		{"a value behind a large variable", version + ".global .b8 a[2147483648];\n.global .b8 b = 1;\n.entry k() { ret; }", ""},
		{"constant memory", version + ".const .b8 a[2147483648];\n.const .b8 b = 1;\n", "more than 64 KiB of constant memory"},
		{"shared memory", version + ".shared .b8 a[2147483648];\n.entry k() { .reg .b64 %r; mov.u64 %r, a; ret; }", "shared memory"},
		{"local memory", version + ".entry k() { .local .b8 a[2147483648]; .reg .b64 %r; mov.u64 %r, a; ret; }", "local memory"},
		{"registers of calls", version + ".func f() { .reg .b32 %r<65536>; ret; }\n.entry k() { " + strings.Repeat("call f;\n", 2000) + "ret; }", "registers with its calls"},
		{"blocks", head + labels.String() + "ret;\n}\n", "basic blocks"},
		{"targets", head + targets.String() + "M: ret;\n}\n", "targets of branches"},
	} {
		used := alloctest.Bytes(func() {
			m, err := Parse("x.ptx", []byte(c.text))
			if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.what, err, c.want)
			}
			if err == nil { // a device of that size refuses them, too
				_, _, err := m.Global(NewMemory(1<<20), "b")
				if err == nil || !strings.Contains(err.Error(), "out of memory") {
					t.Errorf("%s: %v", c.what, err)
				}
			}
		})
		if most := uint64(128 << 20); used > most {
			t.Errorf("%s: %d MiB for %d bytes of text", c.what, used>>20, len(c.text))
		}
	}
	m, err := Parse("x.ptx", []byte(version+".entry k() { .local .b8 a[524288]; .reg .b64 %r; mov.u64 %r, a; ret; }"))
	if err != nil {
		t.Fatal(err)
	}
	used := alloctest.Bytes(func() {
		err = m.Kernels()[0].Run(t.Context(), NewMemory(1<<20), Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{1024, 1, 1}})
	})
	if err == nil || !strings.Contains(err.Error(), "local memory") || used > 1<<20 {
		t.Errorf("local memory of many threads: %v, %d bytes", err, used)
	}
}
