package ptx_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"hybrid/gpu/ptx"
	"hybrid/internal/alloctest"
)

func TestEntries(t *testing.T) {
	// Bodies and versions that no reader here knows.
	const text = `// a comment with .entry nothing(
.version 9.9
.target sm_120a
.address_size 64
.extern .shared .align 16 .b8 dynamic[];
.global .b8 table[4] = {1, 2, 3, 4};
.func (.param .b32 r) helper(.param .b32 a) { { ret; } }
.visible .entry empty
{
	ret;
}
/* .entry neither( */
.weak .entry all(
	.param .u64 .ptr .shared::later .align 256 out,
	.param .f32 x,
	.param .align 8 .b8 shape[24],
	.param .v2 .u32 pair,
	.param .s8 small,
	.param .b128 wide
)
.maxntid 32, 1, 1
{
	.reg .b64 %rd<2>;
	tcgen05.mma.of.the.future [%rd1], {"}"}; // }
	/* }
	*/ div ~ .entry(;
}
`
	got, err := ptx.Entries("later.ptx", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got); n != 2 || got[0].Name != "empty" || len(got[0].Params) != 0 || got[1].Name != "all" || got[1].Line != 13 {
		t.Fatalf("%d kernels, %+v", n, got)
	}
	for i, want := range []string{"u64 out: 8 bytes at 0, align 8", "f32 x: 4 bytes at 8, align 4", "b8 shape: 24 bytes at 16, align 8",
		"u32 pair: 8 bytes at 40, align 8", "s8 small: 1 bytes at 48, align 1", "b128 wide: 16 bytes at 64, align 16"} {
		p := got[1].Params[i]
		if text := fmt.Sprintf("%s %s: %d bytes at %d, align %d", p.Type, p.Name, p.Size, p.Offset, p.Align); text != want {
			t.Errorf("parameter %d: %s, want %s", i, text, want)
		}
	}
}

func TestEntriesSyntax(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{".entry f(.param .u64 p)\n{\n\tret;\n", `x.ptx:4: "{" has no "}"`},
		{".entry f(.param q) {}", "x.ptx:1: declaration without a type"},
		{".entry f(.param .u7 q) {}", `unknown type ".u7"`},
		{"\n.entry f(.param .u64", `x.ptx:2: expected a name, found ""`},
		{".entry f(.reg .u64 p) {}", `expected ".param", found ".reg"`},
		{".entry f(.param .b8 p[x]) {}", `"x" is no integer from 0`},
		{".entry f(.param .b8 p[4) {}", `expected "]", found ")"`},
		{".entry f(.param .b8 p[40000]) {}", "parameter p has 40000 bytes, more than 32764"},
		{"\n{\n/}", "x.ptx:3: unexpected character '/'"},
		{"/* no end", "comment without end"},
		{"\"no end\n", "string without end"},
		{"\n\n`", "x.ptx:3: unexpected character"},
	} {
		_, err := ptx.Entries("x.ptx", []byte(c.text))
		var syntax *ptx.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

// FuzzEntries holds the kernels that are found in passing against those of a file that is read
// whole, and the places of their parameters against the rule that lays them out.
func FuzzEntries(f *testing.F) {
	const head = ".version 7.8\n.target sm_80\n.address_size 64\n"
	for _, text := range []string{
		".entry f(.param .align 8 .b8 p[16]) { ret; }",
		head + ".entry f(.param .u64 .ptr .global .align 16 p, .param .v2 .f32 q) .maxntid 32, 1, 1 { .reg .b32 %r<4>; { mov.u32 %r0, {_}; } ret; }",
		head + ".entry f; .extern .shared .b8 s[]; .global .u32 g[2][2] = {{1, 2}, {3}}; .func (.param .b32 r) h(.param .b32 a) { ret; } .visible .entry g { call (r), h, (a); }",
		head + "/* .entry a( */ .entry b(.param .b8 p[32764]) { .pragma \"nounroll\"; L: .branchtargets L, L; brx.idx %t, L; // }\n }",
		head + ".entry a() {" + strings.Repeat("{", 100), ".global .b8 a[2147483648];", head + ".global .b32 g = " + strings.Repeat("{", 100),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ptx.Entries("x.ptx", text)
		lines := 1 + strings.Count(string(text), "\n")
		wrong := func(err error) bool {
			var syntax *ptx.SyntaxError
			return !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Line > lines || syntax.File != "x.ptx" || syntax.Msg == ""
		}
		if err != nil && wrong(err) {
			t.Errorf("error %#v", err)
		}
		if err == nil {
			for _, e := range all {
				checkLayout(t, e.Params)
			}
		}
		file, wholeErr := ptx.Parse("x.ptx", text)
		if wholeErr != nil {
			if wrong(wholeErr) {
				t.Errorf("error %#v", wholeErr)
			}
			return
		}
		if err != nil {
			t.Fatalf("read whole, but %v", err)
		}
		for _, want := range file.Entries {
			for len(all) > 0 && (all[0].Name != want.Name || all[0].Line != want.Line) {
				all = all[1:]
			}
			if len(all) == 0 {
				t.Fatalf("%s of line %d is not among the kernels", want.Name, want.Line)
			}
			if !reflect.DeepEqual(all[0].Params, want.Params) {
				t.Errorf("%s has %+v in passing, %+v in the whole", want.Name, all[0].Params, want.Params)
			}
		}
	})
}

// checkLayout wants each parameter at the first place behind the one before that suits it.
func checkLayout(t *testing.T, params []*ptx.Variable) {
	t.Helper()
	end := 0
	for _, p := range params {
		at := end
		for p.Align > 0 && at%p.Align != 0 {
			at++
		}
		if p.Size < 0 || p.Align < 1 || p.Offset != at {
			t.Errorf("%+v behind byte %d", *p, end)
		}
		end = at + p.Size
	}
}

// TestAllocationIsBounded reads short files that declare a great deal.
func TestAllocationIsBounded(t *testing.T) {
	const head = ".version 7.8\n.target sm_80\n.address_size 64\n"
	for what, text := range map[string]string{
		"large variables":      head + strings.Repeat(".global .b8 a[2147483648];\n", 1),
		"registers":            head + manyFunctions(500, ".reg .b32 %r<65536>; .reg .b64 %s<65536>;"),
		"blocks in blocks":     head + ".entry k() " + strings.Repeat("{", 1<<20),
		"vectors in vectors":   head + ".entry k() { mov.u32 " + strings.Repeat("{", 1<<20),
		"addresses":            head + ".entry k() { mov.u32 " + strings.Repeat("[", 1<<20),
		"negations":            head + ".entry k() { mov.u32 " + strings.Repeat("!", 1<<20),
		"values in values":     head + ".global .b32 g[4] = " + strings.Repeat("{", 1<<20),
		"a dimension too many": head + ".global .b8 g" + strings.Repeat("[65536]", 1000) + ";",
	} {
		used := alloctest.Bytes(func() {
			_, err := ptx.Parse("x.ptx", []byte(text))
			if err == nil && what != "large variables" {
				t.Errorf("%s: no error", what)
			}
		})
		if most := uint64(96 << 20); used > most {
			t.Errorf("%s: %d MiB for %d bytes of text", what, used>>20, len(text))
		}
	}
}

func manyFunctions(n int, body string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ".func f%d() { %s ret; }\n", i, body)
	}
	return b.String()
}
