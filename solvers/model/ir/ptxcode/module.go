package ptxcode

import (
	"fmt"
	"strings"

	"hybrid/solvers/model/ir"
)

// A Layout is the distances in memory, in cells, from a cell to the next one of its column
// and from a plane to the next. Those of a row lie side by side.
type Layout struct{ Row, Plane int }

// A Module is the text of kernels that share a layout.
type Module struct {
	typ     ir.Type
	layout  Layout
	entries strings.Builder
}

// New begins a module.
func New(t ir.Type, l Layout) *Module { return &Module{typ: t, layout: l} }

// head says what devices and drivers take the text: all that NVIDIA's release 11.8 knows,
// from compute capability 6.1 on.
const head = ".version 7.8\n.target sm_61\n.address_size 64\n"

// PTX is the text.
func (m *Module) PTX() []byte { return []byte(head + m.entries.String()) }

// A Param is what an argument of a kernel is.
type Param struct {
	Kind  ParamKind
	Field int // of In and Out: its number, or that of the program's output
	Axis  int // of Table, Size, From and To
}

// A ParamKind is a kind of argument.
type ParamKind uint8

const (
	In    ParamKind = iota // pointer: a field, where the box begins
	Out                    // pointer: where an output goes, likewise
	Table                  // pointer: coordinates along an axis, likewise
	Boxes                  // pointer: see Module.Ghosts
	Size                   // int32: cells of the box along an axis
	From                   // int32: the number in memory of the box's first cell along an axis
	To                     // int32: and that behind its last one
	Chunk                  // int32: slabs that a block of threads makes
	Step                   // integer of the type's width: bits of a number of Entry.Uniforms
)

// An Entry is a kernel of a module.
type Entry struct {
	Name   string
	Params []Param // in the order of the arguments; those of kind Step last

	uniforms []uniform
}

// A use is a program at one of the times of a launch, by its number.
type use struct {
	p  *ir.Program
	at int
}

// A uniform is a node whose value is the same for all cells of a launch.
type uniform struct {
	use
	v ir.Value
}

// Uniforms are the arguments of kind Step. A kernel of Cells or Ghosts has one time, one of
// Walk those of its versions, then those of what they write.
func (e *Entry) Uniforms(times ...float64) []uint64 {
	all := make([]uint64, len(e.uniforms))
	for i := 0; i < len(all); {
		u, n := e.uniforms[i].use, 0
		q := *u.p
		q.Uniforms = nil
		for ; i+n < len(all) && e.uniforms[i+n].use == u; n++ {
			q.Uniforms = append(q.Uniforms, e.uniforms[i+n].v)
		}
		q.Steps = n
		q.PutUniforms(all[i:i+n], ir.PerStep, ir.Place{Time: times[u.at]})
		i += n
	}
	return all
}

// A body is the text of a kernel while it is written.
type body struct {
	*Module
	entry  *Entry
	params []string // declarations
	text   strings.Builder
	shared int            // bytes of a block
	regs   map[string]int // by class, as in "%p": how many there are
	labels int
}

func (m *Module) body(name string) *body {
	return &body{Module: m, entry: &Entry{Name: name}, regs: map[string]int{}}
}

// classes are those of registers, and their types.
var classes = []struct{ prefix, typ string }{{"%p", "pred"}, {"%r", "b32"}, {"%rd", "b64"}, {"%f", "f32"}, {"%fd", "f64"}}

// close puts the kernel into its module.
func (b *body) close(threads int) *Entry {
	e := &b.Module.entries
	fmt.Fprintf(e, "\n.visible .entry %s(\n\t%s\n)\n.maxntid %d, 1, 1\n{\n", b.entry.Name, strings.Join(b.params, ",\n\t"), threads)
	for _, c := range classes {
		if n := b.regs[c.prefix]; n > 0 {
			fmt.Fprintf(e, "\t.reg .%s %s<%d>;\n", c.typ, c.prefix, n)
		}
	}
	if b.shared > 0 {
		fmt.Fprintf(e, "\t.shared .align 16 .b8 %s[%d];\n", b.memory(), b.shared)
	}
	e.WriteString(b.text.String())
	e.WriteString("}\n")
	return b.entry
}

// memory is the name of a block's shared memory.
func (b *body) memory() string { return b.entry.Name + "_shared" }

// reg is a register that nobody has.
func (b *body) reg(class string) string {
	b.regs[class]++
	return fmt.Sprint(class, b.regs[class]-1)
}

// float and integer are the classes of the type's floats and integers.
func (b *body) float() string   { return []string{ir.F64: "%fd", ir.F32: "%f"}[b.typ] }
func (b *body) integer() string { return []string{ir.F64: "%rd", ir.F32: "%r"}[b.typ] }

// do writes an instruction. In its text F, B, U and S are the types of the program's floats,
// bits, unsigned and signed integers.
func (b *body) do(op string, operands ...any) {
	width := fmt.Sprint(b.typ.Width())
	for _, c := range []string{"F", "B", "U", "S"} {
		op = strings.ReplaceAll(op, "."+c, "."+strings.ToLower(c)+width)
	}
	fmt.Fprintf(&b.text, "\t%s ", op)
	for i, o := range operands {
		if i > 0 {
			b.text.WriteString(", ")
		}
		fmt.Fprint(&b.text, o)
	}
	b.text.WriteString(";\n")
}

// set writes an instruction whose result is a new register of the class.
func (b *body) set(class, op string, operands ...any) string {
	r := b.reg(class)
	b.do(op, append([]any{r}, operands...)...)
	return r
}

// label is one that nobody has; mark puts it where it stands.
func (b *body) label() string {
	b.labels++
	return fmt.Sprint("$L", b.labels, "_", b.entry.Name)
}

func (b *body) mark(label string) { fmt.Fprintf(&b.text, "%s:\n", label) }

// param declares a parameter and reads it into a register.
func (b *body) param(p Param) string {
	class, typ := "%rd", "b64"
	switch p.Kind {
	case Size, From, To, Chunk:
		class, typ = "%r", "b32"
	case Step:
		class, typ = b.integer(), fmt.Sprint("b", b.typ.Width())
	}
	name := fmt.Sprintf("%s_%d", b.entry.Name, len(b.params))
	b.params = append(b.params, fmt.Sprintf(".param .%s %s", typ, name))
	b.entry.Params = append(b.entry.Params, p)
	r := b.set(class, "ld.param."+typ, "["+name+"]")
	if p.Kind < Size {
		r = b.set(class, "cvta.to.global.u64", r)
	}
	return r
}

// bytes is the place of a cell so many behind an address, for ld and st.
func (b *body) bytes(address string, cells int) string {
	n := cells * b.typ.Bytes()
	if n >= 1<<23 || n < -1<<23 { // what an instruction has room for
		address, n = b.set("%rd", "add.s64", address, n), 0
	}
	return fmt.Sprintf("[%s+%d]", address, n)
}

// behind is the address so many cells behind another, as a register of 64 bits has it.
func (b *body) behind(address, cells string) string {
	shift := map[ir.Type]int{ir.F64: 3, ir.F32: 2}[b.typ]
	return b.set("%rd", "add.s64", address, b.set("%rd", "shl.b64", cells, shift))
}
