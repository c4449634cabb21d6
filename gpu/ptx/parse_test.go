package ptx_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hybrid/gpu/ptx"
)

const file = `.version 7.8
.target sm_80, debug
.address_size 64
.global .align 8 .f32 table[2][2] = {{1.0, -0f3F800000}, {0, 2.5}};
.extern .shared .align 16 .b8 dynamic[];
.extern .func (.param .b32 r) helper (.param .b32 a);
.visible .entry k(.param .u64 p, .param .f32 x)
.reqntid 32, 2
{
	.reg .pred %p<2>;
	.reg .b32 %r<3>, %n;
	.const .u8 inside = 7;
	@!%p1 bra L;
	{ .local .b32 v; .reg .b32 %n; st.local.v2.u32 [v+4], {%n, -1}; }
	{ .local .b32 v; mov.u64 %n, v+8; }
L:	shfl.sync.idx.b32 %r0|%p0, !%p1, %tid.x, 0d4000000000000000, _;
	call.uni (%r1), helper, (%r2, %n);
T:	.branchtargets L, T;
	ret;
}
`

func TestParse(t *testing.T) {
	f, err := ptx.Parse("x.ptx", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if f.Version != "7.8" || f.Target != "sm_80" || len(f.Entries) != 1 || f.Functions["helper"] == nil || f.Functions["helper"].Defined {
		t.Errorf("%+v", f)
	}
	if len(f.Globals) != 2 || f.Globals[0].Size != 16 || f.Globals[1].Name != "inside" || !f.Variables["dynamic"].Dynamic {
		t.Errorf("variables %+v", f.Variables)
	}
	if got, want := fmt.Sprintf("% x", f.Globals[0].Init), "00 00 80 3f 00 00 80 bf 00 00 00 00 00 00 20 40"; got != want {
		t.Errorf("initial value %s, want %s", got, want)
	}
	k := f.Entries[0]
	if k.Name != "k" || k.Line != 7 || !k.Exact || k.MaxThreads != [3]int{32, 2, 1} || len(k.Registers) != 7 || k.Params[1].Offset != 8 {
		t.Errorf("%+v", k)
	}
	if want := []string{"L", "T"}; !reflect.DeepEqual(k.Targets["T"], want) {
		t.Errorf("targets %v, want %v", k.Targets, want)
	}
	reg := func(n int) ptx.Operand { return ptx.Operand{Kind: ptx.Reg, Reg: n} }
	for i, want := range []ptx.Statement{
		{Instruction: &ptx.Instruction{Line: 13, Op: "bra", Modifiers: []string{}, Guard: 1, Negated: true, Args: []ptx.Operand{{Kind: ptx.Symbol, Name: "L"}}}},
		{Instruction: &ptx.Instruction{Line: 14, Op: "st", Modifiers: []string{"local", "v2", "u32"}, Guard: -1, Args: []ptx.Operand{
			{Kind: ptx.Address, Parts: []ptx.Operand{{Kind: ptx.Symbol, Name: "v{1}", Offset: 4}}},
			{Kind: ptx.Vector, Parts: []ptx.Operand{reg(6), {Kind: ptx.Int, Bits: 1<<64 - 1}}}}}},
		{Instruction: &ptx.Instruction{Line: 15, Op: "mov", Modifiers: []string{"u64"}, Guard: -1, Args: []ptx.Operand{reg(5), {Kind: ptx.Symbol, Name: "v{2}", Offset: 8}}}},
		{Label: "L"},
		{Instruction: &ptx.Instruction{Line: 16, Op: "shfl", Modifiers: []string{"sync", "idx", "b32"}, Guard: -1, Args: []ptx.Operand{
			{Kind: ptx.Pair, Parts: []ptx.Operand{reg(2), reg(0)}}, {Kind: ptx.Reg, Reg: 1, Negated: true}, {Kind: ptx.Special, Name: "%tid.x"},
			{Kind: ptx.Float64, Bits: 1 << 62}, {Kind: ptx.Sink}}}},
		{Instruction: &ptx.Instruction{Line: 17, Op: "call", Modifiers: []string{"uni"}, Guard: -1, Args: []ptx.Operand{
			{Kind: ptx.List, Parts: []ptx.Operand{reg(3)}}, {Kind: ptx.Symbol, Name: "helper"}, {Kind: ptx.List, Parts: []ptx.Operand{reg(4), reg(5)}}}}},
		{Instruction: &ptx.Instruction{Line: 19, Op: "ret", Modifiers: []string{}, Guard: -1}},
	} {
		if got := k.Body[i]; !reflect.DeepEqual(got, want) {
			t.Errorf("statement %d is %+v %+v, want %+v %+v", i, got, got.Instruction, want, want.Instruction)
		}
	}
}

// Errors of the whole language are in package ptxsim's test; these are such that no
// instruction is to blame for.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"7.8", "9.1", `x.ptx:1: PTX version "9.1": from 6.0 to 8.x are understood`},
		{"sm_80", "gfx", `x.ptx:2: target "gfx"`},
		{"0f3F800000", "0f3F8", `x.ptx:4: "0f3F8" is no number`},
		{"2.5}}", "2.5}, 1.0}", "x.ptx:4: table has 20 bytes of values for 16"},
		{".align 8", ".align 12", "alignment 12 is no power of two"},
		{"%r<3>, %n", "%r<3>, %r2", "x.ptx:11: %r2 is declared twice"},
		{"%r<3>", "%r<99999>", `"99999" is no integer from 1 to 65536`},
		{".reg .pred", ".reg .b128", `registers of type ".b128"`},
		{".local .b32 v; .reg", ".local .b32 v; .local .u8 v; .reg", "x.ptx:14: v is declared twice"},
		{"bra L", "bra %L", "x.ptx:13: unknown register %L"},
		{"helper,", "helper, %r1", `expected "(", found "%r1"`},
		{".reqntid 32", ".reqntid 2000", `"2000" is no integer from 1 to 1024`},
		{"ret;\n}", "ret;", "x.ptx:20: k has no closing brace"},
	} {
		_, err := ptx.Parse("x.ptx", []byte(strings.Replace(file, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}

// What Entries says of a file that Parse knows is what Parse says.
func TestEntriesAreParses(t *testing.T) {
	files, err := filepath.Glob("../../kernels_cuda/ptx/*.ptx")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := ptx.Entries(name, text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ptx.Parse(name, text)
		if err != nil || len(f.Entries) != len(entries) {
			t.Fatalf("%d kernels, want %d, %v", len(entries), len(f.Entries), err)
		}
		for i, e := range entries {
			if p := f.Entries[i]; e.Name != p.Name || e.Line != p.Line || !reflect.DeepEqual(e.Params, p.Params) {
				t.Errorf("%s: kernel %+v, want %+v", name, e, p)
			}
		}
	}
}

func BenchmarkEntries(b *testing.B) {
	text, err := os.ReadFile("../../kernels_cuda/ptx/matmul32.sm_80.ptx")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ptx.Entries("x.ptx", text); err != nil {
			b.Fatal(err)
		}
	}
}
