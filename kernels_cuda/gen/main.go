// Gen makes ptx/*.ptx from the CUDA sources in kernels_cuda, and docs/kernels.md
// from what NVIDIA's assembler says of them. The PTX of examples and
// of the tests in gpu, which lies beside its sources, is made alike:
//
//	go run ./kernels_cuda/gen           write them
//	go run ./kernels_cuda/gen -check    write nothing, fail where they differ
//	go run ./kernels_cuda/gen -tools    only say what it would compile with
//	go run ./kernels_cuda/gen -assemble pi,walk
//	                                    only assemble the PTX that there is of these
//
// Every assembler of assemblers.go takes all PTX for all architectures, which
// takes minutes: ptx/assembled.txt records which it took, so that only PTX that
// changed is assembled again, and none by -check. It has a line of docs/kernels.md too,
// of which -check makes anew only what was changed, or made from other PTX, since.
//
// It runs in the repository's root and needs the wheels that scripts/requirements.txt
// names (make deps), Linux and x86-64, but no driver and no GPU.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/kernels_cuda/internal/source"
)

// A folder has CUDA sources.
type folder struct {
	sources, ptx string
	accounted    bool // docs/kernels.md tells of them
}

var folders = []folder{
	{"kernels_cuda", "kernels_cuda/ptx", true},
	{"gpu/gputest", "gpu/gputest", false},
	{"examples/gpustencil", "examples/gpustencil", false},
	{"gpu/ptxsim/testdata", "gpu/ptxsim/testdata", false},
}

const account = "docs/kernels.md"

func main() {
	python := flag.String("python", "build/venv/bin/python", "Python with NVIDIA's wheels")
	root := flag.String("root", ".", "the repository")
	check := flag.Bool("check", false, "write nothing, fail where the files differ")
	which := flag.Bool("tools", false, "say what would compile, and stop")
	only := flag.String("assemble", "", "assemble the PTX of these `sources`, separated by commas, with every assembler, and stop")
	flag.StringVar(&builds, "build", builds, "`folder` with the assemblers that make deps put there")
	flag.Parse()
	t, err := findTools(*python)
	switch {
	case err != nil:
	case *which:
		fmt.Println(t)
	case *only != "":
		err = t.assembleOnly(filepath.Join(*root, folders[0].ptx), strings.Split(*only, ","))
	default:
		err = t.run(*root, *check)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kernels:", err)
		os.Exit(1)
	}
}

// run makes the files, or compares them with what is there.
func (t tools) run(root string, check bool) error {
	want := map[string][]byte{}
	for _, f := range folders {
		if err := t.make(root, f, want, check); err != nil {
			return err
		}
	}
	if check {
		return compare(want)
	}
	return write(want)
}

// make puts the files of a folder into want: nil is one that nothing asks for. With
// check it does not assemble for the record.
func (t tools) make(root string, of folder, want map[string][]byte, check bool) error {
	from := filepath.Join(root, of.sources)
	sources, err := source.Read(os.DirFS(from))
	if err != nil {
		return err
	}
	present, err := filepath.Glob(filepath.Join(root, of.ptx, "*.ptx"))
	if err != nil {
		return err
	}
	for _, name := range present {
		want[name] = nil
	}
	ptx, all := map[string][]byte{}, map[*source.File]map[int][]byte{}
	for _, f := range sources {
		made := map[int][]byte{}
		for _, v := range f.Variants {
			if made[v], err = t.compile(f, v, from); err != nil {
				return err
			}
			want[filepath.Join(root, of.ptx, f.PTX(v))] = made[v]
			ptx[f.PTX(v)] = made[v]
		}
		all[f] = made
	}
	if !of.accounted {
		return nil
	}
	name, told := filepath.Join(root, of.ptx, record), filepath.Join(root, account)
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := os.ReadFile(told)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !check || !bytes.Contains(old, accountLine(text, ptx)) {
		var rows []row
		for _, f := range sources {
			r, err := t.assess(f, all[f])
			if err != nil {
				return err
			}
			rows = append(rows, r...)
		}
		text = report(sources, rows)
	}
	want[told] = text
	want[name], err = t.record(ptx, text, string(old), check)
	return err
}

// write makes the files what they should be: nil is no file.
func write(want map[string][]byte) error {
	for name, text := range want {
		if text == nil {
			if err := os.Remove(name); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// compare tells which files are not what they should be.
func compare(want map[string][]byte) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text := want[name]
		have, err := os.ReadFile(name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case text == nil:
			errs = append(errs, fmt.Errorf("%s has no source that asks for it", name))
		case !bytes.Equal(have, text):
			errs = append(errs, fmt.Errorf("%s is not what the source makes: %s", name, difference(have, text)))
		}
	}
	if errs != nil {
		errs = append(errs, errors.New("make kernels makes them as they should be"))
	}
	return errors.Join(errs...)
}

// difference shows the first line that differs.
func difference(have, want []byte) string {
	a, b := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(a), len(b)) {
		line := func(s []string) string {
			if i < len(s) {
				return fmt.Sprintf("%q", s[i])
			}
			return "the end"
		}
		if line(a) != line(b) {
			return fmt.Sprintf("line %d is %s, want %s", i+1, line(a), line(b))
		}
	}
	return "line ends"
}
