package machine

import (
	"bytes"
	"debug/elf"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hybrid/internal/ir"
)

var update = flag.Bool("update", false, "write testdata/encodings.txt anew, from what GNU as makes")

const encodings = "testdata/encodings.txt"

// forms are all that code for a target is made of.
func (t target) forms() []form {
	all := []form{t.float("vsqrt", "rm", 0x51), t.compare(), t.blend(), t.floor(), t.shift("vpsll", 6), t.shift("vpsrl", 2), t.spread(), t.load(), t.store(), t.move()}
	for _, order := range []string{"132", "213", "231"} {
		for sign := range 4 {
			all = append(all, t.fused(order, sign))
		}
	}
	for v := range verb(blend) {
		if v <= xor && v != sqrt && v != floor && v != fma && v != compare || v >= intAdd && v <= intXor {
			f, _ := t.binaryForm(v)
			all = append(all, f)
		}
	}
	if t.wide {
		all = append(all, maskAnd, maskAndNot, maskOr, maskNot, maskLoad, maskStore, t.maskOf())
	}
	return all
}

var generalForms = []form{movLoad, movStore, subtract, addByte, subByte, cmpByte, negate, shiftLeft, clear, zeroUpper, ret}

// examples are instructions of a form with operands of every kind of encoding: low and high registers;
// addresses with displacements of no, one and four bytes, and with bases that need an index or a displacement.
func (t target) examples(f form, seed int) []instruction {
	addresses := []*memory{
		{base: rbx, index: rax}, {base: r13, index: rax}, {base: r12, index: rax, disp: int32(t.size())}, {base: rsi, index: noRegister, disp: 192},
		{base: r9, index: rax, disp: -3 * int32(t.size())}, {base: rsi, index: noRegister}, {base: rcx, index: noRegister, disp: 8},
		{base: r15, index: rax, disp: -128}, {base: rdx, index: r8, disp: 8192},
	}
	limit := t.registers()
	switch f.class {
	case ofMasks, ofMasks128:
		limit = 8
	case general:
		limit = 16
	}
	register := func(n int) register { return register((n*11 + seed) % limit) }
	var all []instruction
	for n := range 7 {
		i := instruction{form: f, r: register(n), v: register(n + 1), m: register(n + 2), imm: []int32{3, 9, 0x1e, 63, 2, 0x11, 5}[n], mask: register(n + 3)}
		if !strings.Contains(f.args, "r") {
			i.r = noRegister
		}
		if !strings.Contains(f.args, "v") {
			i.v = 0
		}
		if f.class == toMask {
			i.r &= 7
		}
		if t.wide && strings.Contains(f.args, "s") {
			i.mask = 1 + i.mask%7
		} else if !strings.Contains(f.args, "s") {
			i.mask = 0
		}
		inMemory := strings.Contains(f.args, "m") && (n%2 == 1 || n == 6)
		switch {
		case f.args == "vmi" && f.class == vector, f.name == "kandw", f.name == "kandnw", f.name == "korw", f.name == "knotw", strings.HasSuffix(f.name, "2m"), f.name == "vmovapd", f.name == "vmovaps":
			inMemory = false
		case f.class == general && strings.HasPrefix(f.args, "m") && f.name != "mov", f.class == general && f.name == "xor":
			inMemory = false
		case f.name == "mov", f.name == "kmovw", strings.HasPrefix(f.name, "vmovu"), f.one, f.args == "mr":
			inMemory = true
		}
		if f.class == general && (i.m == rsp || i.r == rsp) {
			continue // not used
		}
		if strings.HasPrefix(f.name, "vmova") && !t.wide && i.r < 8 && i.m >= 8 {
			continue // as takes the form with exchanged operands, a byte shorter
		}
		if inMemory {
			m := *addresses[(n+seed)%len(addresses)]
			if m.base == rsi && f.class == vector && t.wide && n == 6 && !f.one && f.args == "rvm" {
				m.disp, m.spread = int32(t.size()*7), true
			}
			i.mem = &m
		}
		all = append(all, i)
		if f.class == bare {
			break
		}
	}
	return all
}

// listing is every example as bytes and text, a line each.
func listing() (lines []string) {
	add := func(t target, f form, seed int) {
		for _, i := range t.examples(f, seed) {
			c := &code{target: t, instructions: []instruction{i}}
			b, at := c.encode()
			lines = append(lines, fmt.Sprintf("%x\t%s", b, i.text(c, at, at[1])))
		}
	}
	for _, wide := range []bool{false, true} {
		for _, typ := range []ir.Type{ir.F64, ir.F32} {
			t := target{wide, typ}
			for seed, f := range t.forms() {
				add(t, f, seed)
			}
		}
	}
	for seed, f := range generalForms {
		add(target{}, f, seed)
	}
	return lines
}

// TestEncodings compares bytes with those that GNU as made of the same text, and asks it again where it is.
func TestEncodings(t *testing.T) {
	got := listing()
	if *update {
		if err := os.WriteFile(encodings, []byte(strings.Join(assembled(t, got), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(encodings)
	if err != nil {
		t.Fatal(err)
	}
	compareLines(t, got, strings.Split(strings.TrimSpace(string(golden)), "\n"))
	if _, err := exec.LookPath("as"); err == nil && runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		compareLines(t, got, assembled(t, got))
	}
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d instructions, want %d: run go test -update", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("made %s\nwant %s", got[i], want[i])
		}
	}
}

// assembled is the lines with the bytes that GNU as makes of their text.
func assembled(t *testing.T, lines []string) []string {
	t.Helper()
	one, other := text(t, lines, "0xcc"), text(t, lines, "0x90")
	var all []string
	for i, line := range lines {
		at := 16 * i
		end := at
		for end < at+16 && one[end] == other[end] {
			end++
		}
		_, text, _ := strings.Cut(line, "\t")
		all = append(all, fmt.Sprintf("%x\t%s", one[at:end], text))
	}
	return all
}

// text is what GNU as makes of the lines' text, each from a multiple of 16 bytes on, with a byte to fill up.
func text(t *testing.T, lines []string, fill string) []byte {
	t.Helper()
	dir := t.TempDir()
	source, object := filepath.Join(dir, "a.s"), filepath.Join(dir, "a.o")
	var b bytes.Buffer
	b.WriteString(".intel_syntax noprefix\n")
	for _, line := range lines {
		_, text, _ := strings.Cut(line, "\t")
		fmt.Fprintf(&b, "%s\n.balign 16, %s\n", text, fill)
	}
	if err := os.WriteFile(source, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("as", "-o", object, source).CombinedOutput(); err != nil {
		t.Fatalf("as: %v\n%s", err, out)
	}
	f, err := elf.Open(object)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	code, err := f.Section(".text").Data()
	if err != nil {
		t.Fatal(err)
	}
	return code
}
