// Command gen writes the table of the driver's functions, symbols.h, and their
// trampolines for every architecture, from the prototypes in cuda.h.
package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
)

// An arch is how a processor jumps to where a slot points. The trampoline must
// leave every register that passes arguments alone.
type arch struct{ name, jump string }

var archs = []arch{
	{"amd64", "\tjmp *(lazycuda_slots + %[1]d)(%%rip)\n"},
	// The register x16 is free between a caller and a callee (AAPCS64, 6.1.1).
	{"arm64", "\tadrp x16, lazycuda_slots + %[1]d\n\tldr x16, [x16, #:lo12:(lazycuda_slots + %[1]d)]\n\tbr x16\n"},
}

const head = "made by go generate from cuda.h; do not edit. "

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile("cuda.h")
	if err != nil {
		return err
	}
	var names [][]byte
	for _, m := range regexp.MustCompile(`(?m)^CUresult (cu\w+)\(`).FindAllSubmatch(text, -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		return fmt.Errorf("cuda.h has no prototypes")
	}
	var table bytes.Buffer
	fmt.Fprintf(&table, "// %s\n#define LAZYCUDA_SYMBOLS(X) \\\n", head)
	for i, name := range names {
		more := " \\"
		if i == len(names)-1 {
			more = ""
		}
		fmt.Fprintf(&table, "\tX(%s)%s\n", name, more)
	}
	if err := os.WriteFile("symbols.h", table.Bytes(), 0o666); err != nil {
		return err
	}
	for _, a := range archs {
		var s bytes.Buffer
		fmt.Fprintf(&s, "//go:build cuda && linux && %s\n\n// %s\n\n.text\n", a.name, head)
		for i, name := range names {
			// Hidden: the driver must not find our name in place of its own.
			fmt.Fprintf(&s, "\n.globl %[1]s\n.hidden %[1]s\n.type %[1]s, STT_FUNC\n%[1]s:\n", name)
			fmt.Fprintf(&s, a.jump, 8*i)
		}
		s.WriteString("\n.section .note.GNU-stack,\"\",%progbits\n")
		if err := os.WriteFile("trampolines_"+a.name+".S", s.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}
