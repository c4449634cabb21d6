package main

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// An assembler is a release of ptxas, as drivers and toolkits have them, and the
// architectures that it assembles for.
type assembler struct {
	version, file string
	archs         []int // capabilities times ten
}

// builds is where make deps puts what does not fit beside the venv's wheels.
var builds = "build"

// record is the file, beside the PTX, that says what was assembled.
const record = "assembled.txt"

const recordHead = "# The PTX, by its sha256, that each release of ptxas assembled without spilling\n" +
	"# registers, and the compute capabilities, times ten; and what docs/kernels.md was made of.\n" +
	"# Made by make kernels; do not edit.\n"

// own are the sources of this program.
//
//go:embed *.go
var own embed.FS

// accountLine is what the record says of docs/kernels.md: the sha256 of its text, of the
// PTX that it tells of, and of the program that made it.
func accountLine(text []byte, ptx map[string][]byte) []byte {
	made, by := sha256.New(), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(ptx)) {
		fmt.Fprintf(made, "%s %d\n%s", name, len(ptx[name]), ptx[name])
	}
	files, _ := own.ReadDir(".")
	for _, f := range files {
		if source, _ := own.ReadFile(f.Name()); !strings.HasSuffix(f.Name(), "_test.go") {
			by.Write(source)
		}
	}
	return fmt.Appendf(nil, "%s %x of PTX %x by %x\n", account, sha256.Sum256(text), made.Sum(nil), by.Sum(nil))
}

func (t tools) assemblers() []assembler {
	return []assembler{
		{"11.8.89", filepath.Join(builds, "ptxas-11.8/nvidia/cuda_nvcc/bin/ptxas"), []int{61, 70, 75, 80, 86, 89, 90}},
		{"12.9.86", t.ptxas, []int{61, 70, 75, 80, 86, 89, 90, 100, 103, 120}},
		{"13.0.88", filepath.Join(builds, "ptxas-13.0/nvidia/cu13/bin/ptxas"), []int{75, 80, 86, 89, 90, 100, 103, 120}},
	}
}

// line is what the record says of PTX of a capability.
func (a assembler) line(name string, ptx []byte) string {
	return fmt.Sprintf("%s %x ptxas %s: %s\n", name, sha256.Sum256(ptx), a.version, strings.Trim(fmt.Sprint(a.takes(name)), "[]"))
}

// takes are the architectures that can run the PTX of a file.
func (a assembler) takes(name string) []int {
	return slices.DeleteFunc(slices.Clone(a.archs), func(arch int) bool { return arch < variantOf(name) })
}

// variantOf is the capability that NAME.sm_NN.ptx was made for.
func variantOf(name string) int {
	_, arch, _ := strings.Cut(strings.TrimSuffix(name, ".ptx"), ".sm_")
	return number(arch)
}

// record returns what the record should be, and assembles what the old one does not
// have. With check it takes all of that for done.
func (t tools) record(ptx map[string][]byte, account []byte, old string, check bool) ([]byte, error) {
	text := recordHead + string(accountLine(account, ptx))
	for _, name := range slices.Sorted(maps.Keys(ptx)) {
		for _, a := range t.assemblers() {
			line := a.line(name, ptx[name])
			if !check && !strings.Contains(old, line) {
				if err := a.all(name, ptx[name]); err != nil {
					return nil, err
				}
			}
			text += line
		}
	}
	return []byte(text), nil
}

// all assembles PTX for every architecture.
func (a assembler) all(name string, ptx []byte) error {
	if out, err := output(exec.Command(a.file, "--version")); err != nil {
		return fmt.Errorf("ptxas %s: %w (make deps)", a.version, err)
	} else if !strings.Contains(string(out), "V"+a.version) {
		return fmt.Errorf("%s is not ptxas %s (make deps)", a.file, a.version)
	}
	dir, err := os.MkdirTemp("", "kernels")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, arch := range a.takes(name) {
		uses, err := assemble(a.file, ptx, arch, filepath.Join(dir, "a.cubin"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, u := range uses {
			if err := u.spilled(name, arch); err != nil {
				return fmt.Errorf("%w, by ptxas %s", err, a.version)
			}
		}
	}
	return nil
}

// spilled is an error where a kernel keeps registers in memory.
func (u use) spilled(name string, arch int) error {
	if u.spills == 0 {
		return nil
	}
	return fmt.Errorf("%s: kernel %s spills %d bytes of registers on sm_%d", name, u.kernel, u.spills, arch)
}

// assembleOnly assembles the PTX files of sources in a folder with every assembler.
func (t tools) assembleOnly(folder string, sources []string) error {
	for _, s := range sources {
		files, err := filepath.Glob(filepath.Join(folder, s+".sm_*.ptx"))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("%s has no PTX of %s", folder, s)
		}
		for _, file := range files {
			ptx, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for _, a := range t.assemblers() {
				name := filepath.Base(file)
				if err := a.all(name, ptx); err != nil {
					return err
				}
				fmt.Printf("%s: ptxas %s takes it for %v, without spills\n", name, a.version, a.takes(name))
			}
		}
	}
	return nil
}
