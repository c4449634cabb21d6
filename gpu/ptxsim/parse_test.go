package ptxsim

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestParseErrors wants file and line in every error, and nothing skipped.
func TestParseErrors(t *testing.T) {
	body := func(s string) string { return head + s + "\nret;\n}\n" }
	for _, c := range []struct{ src, want string }{
		{"", `1: expected ".version"`},
		{".version 5.0", "PTX version"},
		{".version 7.8\n.target gfx", `2: target "gfx"`},
		{".version 7.8\n.target sm_80\n.address_size 32", `3: address size "32"`},
		{strings.Replace(head, ".visible", ".surfref x;\n.visible", 1), `5: unknown directive ".surfref"`},
		{head, "has no closing brace"},
		{body("frob.u32 %r0, %r1;"), "18: unknown instruction frob"},
		{body("add.frob.u32 %r0, %t, %t;"), "18: unknown modifier .frob of add"},
		{body("\nadd.u32.u32 %r0, %t, %t;"), "19: unknown modifier .u32 of add"},
		{body("add.u32 %r0, %t;"), "add with 2 operands"},
		{body("add.u32 %r0, %y0, %t;"), "register %y0 of 64 bits where add wants 32"},
		{body("add.u32 %zz, %t, %t;"), "unknown register %zz"},
		{body("add.u32 %r0, %t, 0f3F800000;"), "literal does not fit"},
		{body("add.u32 %r0, %q0, %t;"), "%q0 of 1 bits"},
		{body("@%r0 add.u32 %r0, %t, %t;"), "a guard has to be a predicate"},
		{body("and.u32 %r0, %t, %t;"), "and of type u32"},
		{body("fma.f32 %f0, %f1, %f1, %f1;"), "without a rounding"},
		{body("cvt.s32.f32 %r0, %f0;"), "cvt.s32.f32 with this rounding"},
		{body("cvt.rn.f16.f32 %r0, %f0;"), "cvt.f16.f32"},
		{body("setp.lo.s32 %q0, %t, %t;"), "s32"},
		{body("ld.tex.u32 %r0, [%at];"), "unknown modifier .tex"},
		{body("ld.global.v2.u32 %r0, [%at];"), "wants 2 registers in braces"},
		{body("ld.global.u32 %r0, [s];"), "ld.global of a variable in shared memory"},
		{body("ld.global.u32 %r0, [nowhere];"), "nowhere is not declared"},
		{body("ld.param.u64 %y0, [p+4];"), "beyond the parameters"},
		{body("st.param.u64 [p], %y0;"), "cannot write its parameters"},
		{body("bra L;"), "label L is not defined"},
		{body("L: L: bra L;"), "label L is defined twice"},
		{body("call f;"), "f, which has no body"},
		{body("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f0, %f1}, {%r0}, {%r0}, {%f0, %f1};"), "mma of type"},
		{body("cp.async.cg.shared.global [%st], [%at], 4;"), "16 bytes"},
		{body("add.u32 %r0, %t, 1 2;"), `found "2"`},
		{body("add.u32 %r0, %t, 99999999999999999999;"), "does not fit"},
		{body("?"), "unexpected character '?'"},
		{body(".reg .b32 %t;"), "%t is declared twice"},
		{body(".pragma \"fast\";"), "unknown pragma"},
		{strings.Replace(head, ".shared .align", ".extern .func f;\n.shared .align", 1) + "call f; ret; }", "f, which has no body"},
		{".version 7.8\n.target sm_80\n.address_size 64\n.func f() { call f, (); ret; }\n.entry k() { call f, (); ret; }", "recursion"},
		{".version 7.8\n.target sm_80\n.address_size 64\n.entry k()\n{\n.reg .b32 %r;\nmov.u32 %r, 1;\n}", "7: k ends without ret"},
	} {
		m, err := Parse("bad.ptx", []byte(c.src))
		if err == nil {
			t.Errorf("%q: no error, %d kernels", c.src, len(m.Kernels()))
			continue
		}
		if !strings.HasPrefix(err.Error(), "ptxsim: bad.ptx:") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %q, want %q in it", err, c.want)
		}
	}
}

func TestModule(t *testing.T) {
	src, err := os.ReadFile("testdata/basic.sm_80.ptx")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse("basic", src)
	if err != nil {
		t.Fatal(err)
	}
	if m.Target() != "sm_80" || m.Version() != "7.8" {
		t.Errorf("target %s, version %s", m.Target(), m.Version())
	}
	k, _ := m.Kernel("saxpy")
	var params []string
	for _, p := range k.Params() {
		params = append(params, fmt.Sprintf("%s %s of %d at %d", p.Name, p.Type, p.Size, p.Offset))
	}
	if want := []string{"saxpy_param_0 f32 of 4 at 0", "saxpy_param_1 u64 of 8 at 8", "saxpy_param_2 u64 of 8 at 16", "saxpy_param_3 u32 of 4 at 24"}; !slices.Equal(params, want) {
		t.Errorf("parameters %q, want %q", params, want)
	}
	if k, _ := m.Kernel("matmul"); k.SharedBytes() != 2048 {
		t.Errorf("%d bytes of shared memory, want 2048", k.SharedBytes())
	}
	if _, ok := m.Kernel("nothing"); ok {
		t.Error("a kernel that is not there")
	}
}
