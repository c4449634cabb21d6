package ptx_test

import (
	"errors"
	"reflect"
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
	.param .u64 .ptr .global .align 256 out,
	.param .f32 x,
	.param .align 8 .b8 shape[24],
	.param .v2 .u32 pair,
	.param .s8 small
)
.maxntid 32, 1, 1
{
	.reg .b64 %rd<2>;
	tcgen05.mma.of.the.future [%rd1], {"}"};
}
`
	got, err := ptx.Entries("later.ptx", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []ptx.Entry{
		{Name: "empty"},
		{Name: "all", Params: []ptx.Param{
			{Name: "out", Type: "u64", Size: 8, Align: 8, Offset: 0},
			{Name: "x", Type: "f32", Size: 4, Align: 4, Offset: 8},
			{Name: "shape", Type: "b8", Size: 24, Align: 8, Offset: 16},
			{Name: "pair", Type: "u32", Size: 8, Align: 8, Offset: 40},
			{Name: "small", Type: "s8", Size: 1, Align: 1, Offset: 48},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestEntriesSyntax(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{".entry f(.param .u64 p)\n{\n\tret;\n", `x.ptx:4: "{" has no "}"`},
		{".entry f(.param q) {}", "x.ptx:1: parameter q has no type of known size"},
		{"\n.entry f(.param .u64", `x.ptx:2: expected a parameter, found the end of the file`},
		{".entry f(.reg .u64 p) {}", `expected a parameter of f, found ".reg"`},
		{".entry f(.param .b8 p[x]) {}", `expected a size, found "x"`},
		{".entry f(.param .b8 p[4) {}", `expected "]" after the size of parameter p, found ")"`},
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
				if err == nil && (p.Size < 1 || p.Align < 1 || p.Offset%p.Align != 0) {
					t.Errorf("%+v", e)
				}
			}
		}
	})
}
