//go:build layers

package layers

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// findARM64 looks for what runs arm64 programs here, and for what assembles arm64.
func findARM64() (string, error) {
	qemu, err := findQemu()
	if err != nil {
		return "", err
	}
	as, err := lookPath("aarch64-linux-gnu-as")
	if err != nil {
		return "", fmt.Errorf("%w (make deps)", err)
	}
	return qemu + ", " + as, nil
}

// TestEncodings has GNU's assembler encode what the comments of the arm64 assembly say
// of its numbers, with the instructions that every arm64 processor has.
func TestEncodings(t *testing.T) {
	need(t, "arm64")
	t.Parallel()
	word := regexp.MustCompile(`(?m)^\tWORD \$(0x[0-9a-f]{8})(?: // (.+))?$`)
	texts := map[string]string{} // of the numbers
	for _, file := range strings.Fields(must(t, command{args: []string{"git", "ls-files", "*_arm64.s"}}).stdout) {
		text, err := os.ReadFile(filepath.Join(root(t), file))
		if err != nil {
			t.Fatal(err)
		}
		found := word.FindAllStringSubmatch(string(text), -1)
		if n := strings.Count(string(text), "WORD"); n != len(found) {
			t.Errorf("%s: %d of %d numbers could be read", file, len(found), n)
		}
		for _, w := range found {
			if was, ok := texts[w[1]]; ok && was != w[2] {
				t.Errorf("%s: %s is %q and %q", file, w[1], w[2], was)
			}
			texts[w[1]] = w[2]
		}
	}
	if len(texts) == 0 {
		t.Fatal("there are no numbers")
	}
	var codes []string
	var source strings.Builder
	for code, text := range texts {
		codes = append(codes, code)
		fmt.Fprintln(&source, text)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.s"), []byte(source.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, command{dir: dir, args: []string{"aarch64-linux-gnu-as", "-march=armv8-a", "-o", "x.o", "x.s"}})
	object, err := elf.Open(filepath.Join(dir, "x.o"))
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	code, err := object.Section(".text").Data()
	if err != nil || len(code) != 4*len(codes) {
		t.Fatalf("%d bytes of %d instructions: %v", len(code), len(codes), err)
	}
	for i, want := range codes {
		if got := fmt.Sprintf("%#08x", object.ByteOrder.Uint32(code[4*i:])); got != want {
			t.Errorf("%s is %s, not %s", texts[want], got, want)
		}
	}
}
