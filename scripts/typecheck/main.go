// Typecheck tells whether all packages of the module and their tests compile for a
// platform without compiling any: it checks the types of their files and of all that they
// import, and that assembly has what Go declares without a body. Run it in the module:
//
//	go run ./scripts/typecheck darwin/arm64
//
// A file that is part of a build for another platform too is compiled there; what is
// left to the compiler, the assembler and the linker does not depend on the platform.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// maxErrors is how many errors of a package are told.
const maxErrors = 10

func main() {
	log.SetFlags(0)
	log.SetPrefix("typecheck: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./scripts/typecheck GOOS/GOARCH")
	}
	if err := check(".", os.Args[1]); err != nil {
		log.Fatalf("%s: %v", os.Args[1], err)
	}
}

// check checks the module in a folder for a platform.
func check(dir, platform string) error {
	system, arch, _ := strings.Cut(platform, "/")
	sizes := types.SizesFor("gc", arch)
	if sizes == nil {
		return errors.New("want GOOS/GOARCH with an architecture that Go compiles for")
	}
	var complaint strings.Builder
	list := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Dir,GoFiles,SFiles,ImportMap,Module", "./...")
	list.Dir, list.Stderr = dir, &complaint
	list.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("%v: %w\n%s", list, err, complaint.String())
	}
	c := checker{files: token.NewFileSet(), sizes: sizes, done: map[string]*types.Package{"unsafe": types.Unsafe}}
	var errs []error
	for all := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := all.Decode(&p); errors.Is(err, io.EOF) {
			return errors.Join(errs...)
		} else if err != nil {
			return err
		}
		wrong := c.check(p)
		errs = append(errs, wrong[:min(len(wrong), maxErrors)]...)
	}
}

// A pkg is a package as go list tells of it, after all that it imports.
type pkg struct {
	ImportPath, Dir string
	GoFiles, SFiles []string
	ImportMap       map[string]string
	Module          *struct{ Main bool }
}

// own tells whether it is one of the module that is checked. Of others the declarations
// are enough.
func (p pkg) own() bool { return p.Module != nil && p.Module.Main }

// A checker knows the packages that were checked, by their import paths.
type checker struct {
	files *token.FileSet
	sizes types.Sizes
	done  map[string]*types.Package
}

// check checks a package, and returns what is wrong with it.
func (c *checker) check(p pkg) (errs []error) {
	if p.ImportPath == "unsafe" {
		return nil
	}
	assembled, err := p.assembled()
	if err != nil {
		return []error{err}
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		f, err := parser.ParseFile(c.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return []error{err}
		}
		files = append(files, f)
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && p.own() && d.Body == nil && !assembled[d.Name.Name] {
				errs = append(errs, fmt.Errorf("%s: %s has no body, and is not in the assembly of this platform", c.files.Position(d.Pos()), d.Name.Name))
			}
		}
	}
	conf := types.Config{Sizes: c.sizes, IgnoreFuncBodies: !p.own(), Importer: imports{c, p.ImportMap}, Error: func(err error) { errs = append(errs, err) }}
	path, _, _ := strings.Cut(p.ImportPath, " ")
	c.done[p.ImportPath], _ = conf.Check(path, c.files, files, nil)
	if !p.own() { // an import that only a body had looks unused without it
		return nil
	}
	return errs
}

var text = regexp.MustCompile(`(?m)^TEXT ·(\w+)(?:<\w+>)?\(SB\)`)

// assembled are the functions in the package's assembly.
func (p pkg) assembled() (map[string]bool, error) {
	names := map[string]bool{}
	for _, name := range p.SFiles {
		source, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		for _, m := range text.FindAllSubmatch(source, -1) {
			names[string(m[1])] = true
		}
	}
	return names, nil
}

// imports finds what a package imports.
type imports struct {
	*checker
	by map[string]string // the package that an import means, where not the one of that path
}

func (i imports) Import(path string) (*types.Package, error) {
	if is, ok := i.by[path]; ok {
		path = is
	}
	if p := i.done[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %q", path)
}
