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

	"hybrid/solvers/model/ir"
)

var update = flag.Bool("update", false, "write testdata/encodings*.txt anew, from what GNU as makes")

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
		all = append(all, maskAnd, maskAndNot, maskOr, maskNot, maskLoad, maskStore, t.maskOf(), t.align())
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
			t := target{wide: wide, typ: typ}
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

// armExamples are instructions of every form of arm64.
func (t target) armExamples() (all []instruction) {
	forms := []form{
		t.armShift(true, 7), t.armShift(false, 3), t.armSqrt(), t.armFloor(), t.armNegate(), t.armEqual(), t.armGreater(), t.armNotLess(), t.armFused(0), t.armFused(1),
		armMove, armNot, armBSL, armBIT, armBIF, armAdd, armSub, armNegX, armRet,
	}
	for _, v := range []verb{add, sub, mul, div, and, andNot, or, xor, intAdd, intSub} {
		forms = append(forms, t.armBinary(v))
	}
	for n, f := range forms {
		for k := range 2 {
			i := instruction{form: f, r: register((n*7 + k*16 + 5) % 31), v: register((n*11 + k*16 + 2) % 31), m: register((n*5 + k*16 + 9) % 31)}
			if f.name == "shl" || f.name == "ushr" {
				i.imm = map[string]int32{"shl": 7, "ushr": 3}[f.name]
			}
			all = append(all, i)
		}
	}
	at := func(f form, r, base, index register, disp int32) {
		all = append(all, instruction{form: f, r: r, mem: &memory{base: base, index: index, disp: disp}})
	}
	at(t.armSpread(), 21, armFar, noRegister, 0)
	for n, f := range []form{armLoad, armStore} {
		r := register(3 + 20*n)
		at(f, r, 26, armCounter, 0)
		at(f, r, 9, noRegister, 0)
		at(f, r, 4, noRegister, -256)
		at(f, r, 7, noRegister, 24)
		at(f, r, armScratch, noRegister, 65520)
	}
	at(armLoadX, 25, armArgs, noRegister, 64)
	at(armStoreX, armFar, armScratch, noRegister, 32760)
	all = append(all, instruction{form: armZero})
	for n, name := range []string{"add", "adds", "sub", "lsl", "cmp"} {
		all = append(all, armImmediate(name, register(n+3), register(2*n+1), []int{4080, 16, 1016, 3, 16}[n]))
	}
	return all
}

// An assembler is one to compare with.
type assembler struct {
	name, arch string
	file       string
	intro      string
	lines      []string
}

func assemblers() []assembler {
	var lines []string
	for _, typ := range []ir.Type{ir.F64, ir.F32} {
		t := target{arm: true, typ: typ}
		for _, i := range t.armExamples() {
			c := &code{target: t, instructions: []instruction{i}}
			b, at := c.encode()
			lines = append(lines, fmt.Sprintf("%x\t%s", b, i.text(c, at, at[1])))
		}
	}
	return []assembler{
		{"as", "amd64", "testdata/encodings.txt", ".intel_syntax noprefix\n", listing()},
		{"aarch64-linux-gnu-as", runtime.GOARCH, "testdata/encodings_arm64.txt", "", lines},
	}
}

// TestEncodings compares bytes with those that GNU as made of the same text, and asks it again where it is.
func TestEncodings(t *testing.T) {
	for _, s := range assemblers() {
		t.Run(s.name, func(t *testing.T) {
			if *update {
				if err := os.WriteFile(s.file, []byte(strings.Join(s.assembled(t), "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile(s.file)
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, s.lines, strings.Split(strings.TrimSpace(string(golden)), "\n"))
			if _, err := exec.LookPath(s.name); err == nil && runtime.GOOS == "linux" && runtime.GOARCH == s.arch {
				compareLines(t, s.lines, s.assembled(t))
			}
		})
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

// assembled is the lines with the bytes that the assembler makes of their text.
func (s assembler) assembled(t *testing.T) []string {
	t.Helper()
	one, other := s.text(t, "0xcc"), s.text(t, "0x90")
	var all []string
	for i, line := range s.lines {
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

// text is what the assembler makes of the lines' text, each from a multiple of 16 bytes on, with a byte to fill up.
func (s assembler) text(t *testing.T, fill string) []byte {
	t.Helper()
	dir := t.TempDir()
	source, object := filepath.Join(dir, "a.s"), filepath.Join(dir, "a.o")
	var b bytes.Buffer
	b.WriteString(s.intro)
	for _, line := range s.lines {
		_, text, _ := strings.Cut(line, "\t")
		fmt.Fprintf(&b, "%s\n.balign 16, %s\n", text, fill)
	}
	if err := os.WriteFile(source, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(s.name, "-o", object, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
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
