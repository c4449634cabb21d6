// Command gen writes what stands before and behind the table of MPI's functions, from the
// prototypes in mpi.h: their list, symbols.h; the functions of those names that jump to
// where a slot points, trampolines.c; and what translates the arguments of each for a
// library with an ABI of its own, wrappers.h.
package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
)

const head = "made by go generate from mpi.h; do not edit.\n"

// byHand are those whose wrappers are in translate.h.
var byHand = map[string]bool{
	"MPI_Type_create_struct": true, "MPI_Group_translate_ranks": true, "MPI_Op_create": true,
	"MPI_Comm_create_errhandler": true, "MPI_Comm_c2f": true, "MPI_Comm_f2c": true, "MPI_Get_count": true,
}

type parameter struct{ kind, name string } // its type, a * or [] with it

type function struct {
	result, name string
	parameters   []parameter
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile("mpi.h")
	if err != nil {
		return err
	}
	var all []function
	for _, m := range regexp.MustCompile(`(?m)^(\w+) (MPI_\w+)\((.*)\);$`).FindAllStringSubmatch(string(text), -1) {
		f := function{result: m[1], name: m[2]}
		for p := range strings.SplitSeq(m[3], ", ") {
			if p == "void" {
				continue
			}
			at := strings.LastIndexAny(p, " *") + 1
			q := parameter{strings.TrimSpace(p[:at]), p[at:]}
			if name, array := strings.CutSuffix(q.name, "[]"); array {
				q = parameter{q.kind + " *", name}
			}
			f.parameters = append(f.parameters, q)
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		return fmt.Errorf("mpi.h has no prototypes")
	}
	var symbols, trampolines, wrappers bytes.Buffer
	fmt.Fprintf(&symbols, "// %s#define LAZYMPI_SYMBOLS(X)", head)
	fmt.Fprintf(&trampolines, "//go:build mpi && lazympi && linux\n\n// %s\n#include \"lazympi.h\"\n", head)
	fmt.Fprintf(&wrappers, "// %s", head)
	for _, f := range all {
		fmt.Fprintf(&symbols, " \\\n\tX(%s)", f.name)
		fmt.Fprintf(&trampolines, "\n%s { return ((__typeof__(&%s))lazympi_slots[LAZYMPI_%[2]s])(%s); }\n", f.head(f.name), f.name, f.names())
		if !byHand[f.name] {
			f.wrapper(&wrappers)
		}
	}
	symbols.WriteString("\n")
	for name, b := range map[string]*bytes.Buffer{"symbols.h": &symbols, "trampolines.c": &trampolines, "wrappers.h": &wrappers} {
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// head is f's first line under a name.
func (f function) head(name string) string {
	var list []string
	for _, p := range f.parameters {
		list = append(list, strings.ReplaceAll(p.kind+" "+p.name, "* ", "*"))
	}
	if len(list) == 0 {
		list = []string{"void"}
	}
	return fmt.Sprintf("%s %s(%s)", f.result, name, strings.Join(list, ", "))
}

func (f function) names() string {
	var list []string
	for _, p := range f.parameters {
		list = append(list, p.name)
	}
	return strings.Join(list, ", ")
}

// simple are the parameters that a function of translate.h turns into the library's, by
// type and name.
var simple = map[parameter]string{
	{"const void *", "sendbuf"}: "to_buffer", {"void *", "recvbuf"}: "to_buffer",
	{"int", "source"}: "to_rank", {"int", "dest"}: "to_rank", {"int", "root"}: "to_rank",
	{"int", "tag"}: "to_tag", {"int", "recvtag"}: "to_tag",
	{"int", "required"}: "to_level", {"int", "errorcode"}: "to_code",
	{"int", "split_type"}: "to_split_type", {"int", "comm_keyval"}: "to_keyval",
}

// numbers are those by which the library answers with a number to translate.
var numbers = map[parameter]string{
	{"int *", "provided"}: "from_level", {"int *", "errorclass"}: "from_code",
}

var handle = regexp.MustCompile(`^MPI_(Op|Comm|Group|Info|Errhandler|Request|Datatype)( \*)?$`)

// wrapper writes f as it calls the library.
func (f function) wrapper(b *bytes.Buffer) {
	var types, args, before, after []string
	for _, p := range f.parameters {
		kind, arg := p.kind, p.name
		switch m := handle.FindStringSubmatch(kind); {
		case m != nil && m[2] == "":
			kind, arg = "native_handle", "to_handle("+p.name+")"
		case m != nil:
			first, class := "*"+p.name, strings.ToUpper(m[1])
			if strings.HasPrefix(p.name, "new") {
				first = "(void *)FIRST_" + class // a null handle
			}
			before = append(before, fmt.Sprintf("native_handle own_%s = to_handle(%s);", p.name, first))
			after = append(after, fmt.Sprintf("*%s = from_handle(own_%[1]s, FIRST_%s, LAST_%[2]s);", p.name, class))
			kind, arg = "native_handle *", "&own_"+p.name
		case kind == "MPI_Status *":
			before = append(before, "native_status own_"+p.name+" = {0};")
			after = append(after, fmt.Sprintf("if (%s) from_status(%[1]s, &own_%[1]s);", p.name))
			kind, arg = "native_status *", fmt.Sprintf("%s ? &own_%[1]s : native_STATUS_IGNORE", p.name)
		case kind == "const MPI_Status *":
			before = append(before, fmt.Sprintf("native_status own_%s = to_status(%[1]s);", p.name))
			kind, arg = "const native_status *", "&own_"+p.name
		case simple[p] != "":
			arg = simple[p] + "(" + arg + ")"
		case numbers[p] != "":
			after = append(after, fmt.Sprintf("*%s = %s(*%[1]s);", p.name, numbers[p]))
		}
		types, args = append(types, kind), append(args, arg)
	}
	if len(types) == 0 {
		types = []string{"void"}
	}
	call := fmt.Sprintf("((%s (*)(%s))real[LAZYMPI_%s])(%s)", f.result, strings.Join(types, ", "), f.name, strings.Join(args, ", "))
	fmt.Fprintf(b, "\nstatic %s {\n", f.head("wrapped_"+f.name))
	for _, line := range before {
		fmt.Fprintf(b, "\t%s\n", line)
	}
	if f.result != "int" {
		fmt.Fprintf(b, "\treturn %s;\n}\n", call)
		return
	}
	fmt.Fprintf(b, "\tint code = %s;\n", call)
	for _, line := range after {
		fmt.Fprintf(b, "\t%s\n", line)
	}
	b.WriteString("\treturn from_code(code);\n}\n")
}
