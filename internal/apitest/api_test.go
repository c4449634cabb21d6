package apitest

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// public are the packages that programs outside the module build on.
var public = []string{"./gpu/...", "./halo/...", "./kernels_cuda", "./mpi/...", "./npy/...", "./simd/...", "./solvers/..."}

// No exported function, method, field or type of a public package mentions a type of an
// internal one.
func TestExportedTypesCanBeNamed(t *testing.T) {
	if names := internalTypes(t, public...); len(names) > 0 {
		t.Errorf("types of internal packages in what is exported:\n%s", strings.Join(names, "\n"))
	}
}

// The finder finds each way to mention one.
func TestInternalTypesAreFound(t *testing.T) {
	got := internalTypes(t, "./internal/apitest/testdata")
	for _, want := range []string{"Alias", "Chan", "Constraint", "Embedded.Step", "Field.Deep.Deeper", "Func", "Map", "Method.Do", "Generic", "Named.Key", "Parameter", "Slice.Bad", "Value"} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "hybrid/internal/apitest/testdata."+want+": ") }) {
			t.Errorf("%s was not found", want)
		}
	}
	for _, name := range got {
		if strings.Contains(name, ".Good") {
			t.Errorf("found without reason: %s", name)
		}
	}
}

// internalTypes lists what packages export of types of internal packages, by name.
func internalTypes(t *testing.T, packages ...string) []string {
	t.Helper()
	list := func(args ...string) []string {
		cmd := exec.Command("go", append(append([]string{"list"}, args...), packages...)...)
		cmd.Dir, cmd.Stderr = "../..", os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(cmd, err)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	exports := map[string]string{}
	for _, line := range list("-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}") {
		path, file, _ := strings.Cut(line, " ")
		exports[path] = file
	}
	from := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	f := finder{}
	for _, path := range list("-f", `{{if ne .Name "main"}}{{.ImportPath}}{{end}}`) {
		if path == "" || isInternal(path) && !strings.HasSuffix(path, "testdata") {
			continue
		}
		p, err := from.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range p.Scope().Names() {
			if o := p.Scope().Lookup(name); o.Exported() {
				f.object(path+"."+name, o)
			}
		}
	}
	slices.Sort(f.found)
	return slices.Compact(f.found)
}

func isInternal(path string) bool {
	return strings.HasPrefix(path, "hybrid/") && slices.Contains(strings.Split(path, "/"), "internal")
}

// A finder collects the mentions of internal types.
type finder struct{ found []string }

// object looks at what a name stands for; of a type that is its make and its methods.
func (f *finder) object(name string, o types.Object) {
	f.mentions(name, o.Type())
	if _, ok := o.(*types.TypeName); !ok {
		return
	}
	if named, ok := o.Type().(*types.Named); ok {
		f.params(name, named.TypeParams())
	}
	f.mentions(name, o.Type().Underlying())
	methods := types.NewMethodSet(types.NewPointer(o.Type()))
	for i := range methods.Len() {
		if m := methods.At(i).Obj(); m.Exported() {
			f.mentions(name+"."+m.Name(), m.Type())
		}
	}
}

func (f *finder) params(name string, list *types.TypeParamList) {
	for p := range list.TypeParams() {
		f.mentions(name, p.Constraint())
	}
}

// mentions looks for internal types in a type, as far as its text shows them.
func (f *finder) mentions(name string, t types.Type) {
	tuple := func(list *types.Tuple) {
		for v := range list.Variables() {
			f.mentions(name, v.Type())
		}
	}
	args := func(list *types.TypeList) {
		for a := range list.Types() {
			f.mentions(name, a)
		}
	}
	switch t := t.(type) {
	case *types.Named:
		if o := t.Obj(); o.Pkg() != nil && isInternal(o.Pkg().Path()) && !strings.HasSuffix(o.Pkg().Path(), "testdata") {
			f.found = append(f.found, fmt.Sprintf("%s: %s.%s", name, o.Pkg().Path(), o.Name()))
		}
		args(t.TypeArgs())
	case *types.Alias:
		f.mentions(name, t.Rhs())
	case interface{ Elem() types.Type }: // pointer, slice, array, channel, map
		if m, ok := t.(*types.Map); ok {
			f.mentions(name, m.Key())
		}
		f.mentions(name, t.Elem())
	case *types.Signature:
		f.params(name, t.TypeParams())
		tuple(t.Params())
		tuple(t.Results())
	case *types.Struct:
		for v := range t.Fields() {
			if v.Exported() {
				f.mentions(name+"."+v.Name(), v.Type())
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if m.Exported() {
				f.mentions(name+"."+m.Name(), m.Type())
			}
		}
		for e := range t.EmbeddedTypes() {
			f.mentions(name, e)
		}
	case *types.Union:
		for term := range t.Terms() {
			f.mentions(name, term.Type())
		}
	}
}
