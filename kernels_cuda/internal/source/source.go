// Package source reads what the CUDA sources say of themselves, and knows the
// head that the PTX made from them must have.
//
// The comment at the top of a .cu file may have lines that are meant for
// make kernels:
//
//	// variants: 61 80     compute capabilities to compile for; 61 alone without it.
//	                       Where 61 is not among them, devices below have no such
//	                       kernels
//	// loop: NAME OPCODE   the kernel's inner loop is the one with most of these
//	                       SASS instructions (FFMA, IMAD.WIDE, ...), and they are
//	                       its work; without it, the innermost loop that is longest
//	                       counts, and its most frequent arithmetic instruction
//	// shared: NAME BYTES  dynamic shared memory that the kernel is launched with
//	// block: NAME N       threads of a block, where __launch_bounds__ does not say
package source

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Base is the compute capability, times ten, that kernels are compiled for unless
// they say otherwise.
const Base = 61

// Version is that of the NVRTC which compiles. Its PTX loads in every driver from
// 520 on.
const Version = "11.8.89"

// Options are the compiler's, but for the architecture. Products and sums are
// rounded each by itself, and denormal numbers kept: the bits are those of the
// source.
var Options = []string{"--std=c++17", "--fmad=false", "--ftz=false", "--prec-div=true", "--prec-sqrt=true"}

// A File is a CUDA source.
type File struct {
	Name     string // without .cu
	Text     []byte
	Variants []int             // compute capabilities times ten, ascending
	Loop     map[string]string // opcode of the work, by kernel
	Shared   map[string]int    // dynamic shared memory in bytes, by kernel
	Block    map[string]int    // threads of a block, by kernel
	sum      string
}

// Read returns the sources of a folder, by name.
func Read(dir fs.FS) ([]*File, error) {
	names, err := fs.Glob(dir, "*.cu")
	if err != nil {
		return nil, err
	}
	var all []*File
	for _, n := range names {
		f, err := read(dir, n)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func read(dir fs.FS, name string) (*File, error) {
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	f := &File{Name: strings.TrimSuffix(name, ".cu"), Text: text, Variants: []int{Base},
		Loop: map[string]string{}, Shared: map[string]int{}, Block: map[string]int{}}
	for i, line := range strings.Split(string(text), "\n") {
		comment, ok := strings.CutPrefix(line, "//")
		if !ok {
			break
		}
		if err := f.directive(comment); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	if f.sum, err = hash(dir, name); err != nil {
		return nil, err
	}
	return f, nil
}

// directive takes note of a line of the head, if it is for us.
func (f *File) directive(comment string) error {
	key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
	words := strings.Fields(value)
	switch key {
	case "variants":
		if len(words) == 0 {
			return fmt.Errorf("variants: want compute capabilities such as 61 80")
		}
		f.Variants = nil
		for _, w := range words {
			v, err := strconv.Atoi(w)
			if err != nil || v < Base || v > 999 {
				return fmt.Errorf("variants: %q: want a compute capability such as 61, 80, 90", w)
			}
			f.Variants = append(f.Variants, v)
		}
		slices.Sort(f.Variants)
	case "loop":
		if len(words) != 2 {
			return fmt.Errorf("loop: %q: want a kernel and an opcode", strings.TrimSpace(value))
		}
		f.Loop[words[0]] = words[1]
	case "shared", "block":
		n := 0
		if len(words) == 2 {
			n, _ = strconv.Atoi(words[1])
		}
		if n <= 0 {
			return fmt.Errorf("%s: %q: want a kernel and a number above 0", key, strings.TrimSpace(value))
		}
		map[string]map[string]int{"shared": f.Shared, "block": f.Block}[key][words[0]] = n
	}
	return nil
}

var include = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]*"([^"]+)"`)

// hash is of a source and of every header that it includes, in the order in which
// the preprocessor meets them.
func hash(dir fs.FS, name string) (string, error) {
	h := sha256.New()
	seen := map[string]bool{}
	var add func(name string) error
	add = func(name string) error {
		if seen[name] {
			return nil
		}
		seen[name] = true
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
		for _, m := range include.FindAllSubmatch(text, -1) {
			if err := add(path.Clean(string(m[1]))); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
	if err := add(name); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// PTX is the name of the file made for a variant.
func (f *File) PTX(variant int) string { return fmt.Sprintf("%s.sm_%d.ptx", f.Name, variant) }

// Head is what the PTX of a variant begins with.
func (f *File) Head(variant int) string {
	return fmt.Sprintf("// %s.cu for compute_%d, made by make kernels. Do not edit.\n"+
		"// source: sha256 %s\n// compiler: NVRTC %s\n// options: %s\n",
		f.Name, variant, f.sum, Version, strings.Join(Options, " "))
}
