package ptx_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hybrid/gpu/ptx"
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

func FuzzEntries(f *testing.F) {
	f.Add([]byte(".entry f(.param .align 8 .b8 p[16]) { ret; }"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ptx.Entries("x.ptx", text)
		for _, e := range all {
			for _, p := range e.Params {
				if err == nil && (p.Size < 0 || p.Align < 1 || p.Offset%p.Align != 0) {
					t.Errorf("%+v", e)
				}
			}
		}
	})
}
