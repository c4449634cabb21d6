package ptx

import (
	"fmt"
	"strconv"
	"strings"
)

// An Entry is a kernel that a file declares.
type Entry struct {
	Name   string
	Params []Param // in order
}

// A Param is a parameter of a kernel.
type Param struct {
	Name                string
	Type                string // the PTX type without its dot: "u64", "f32"; "b8" for a structure
	Size, Align, Offset int    // bytes, in the parameter block
}

// Entries reads the kernels that a file defines, in its order. name stands for the
// file in errors, which are *SyntaxError. The cost is one pass over the bytes.
func Entries(name string, src []byte) ([]Entry, error) {
	r := &reader{scanner: scanner{file: name, text: string(src), line: 1}}
	var all []Entry
	for {
		switch word := r.word(); word {
		case "":
			return all, r.err
		case "{":
			r.skip("{", "}")
		case ".entry":
			all = append(all, r.entry())
		}
	}
}

// A reader takes tokens one after the other. The first error stays, and there are no
// tokens after it.
type reader struct {
	scanner
	err error
}

func (r *reader) word() string {
	if r.err != nil {
		return ""
	}
	t, err := r.next()
	r.err = err
	return t.Text
}

func (r *reader) wrong(format string, args ...any) {
	if r.err == nil {
		_, r.err = r.fail(format, args...)
	}
}

// skip passes over everything to the bracket that closes the one just read.
func (r *reader) skip(open, end string) {
	for depth := 1; depth > 0; {
		switch r.word() {
		case open:
			depth++
		case end:
			depth--
		case "":
			r.wrong("%q has no %q", open, end)
			return
		}
	}
}

// accept passes over a word if it is the next one.
func (r *reader) accept(word string) bool {
	before := *r
	if r.word() == word {
		return true
	}
	*r = before
	return false
}

// entry reads a kernel from its name to its last parameter.
func (r *reader) entry() Entry {
	e := Entry{Name: r.word()}
	if !r.accept("(") {
		return e
	}
	end := 0
	for r.err == nil && !r.accept(")") {
		if !r.accept(".param") {
			r.wrong("expected a parameter of %s, found %q", e.Name, r.word())
		}
		p := r.param()
		p.Offset = (end + p.Align - 1) / p.Align * p.Align
		end = p.Offset + p.Size
		e.Params = append(e.Params, p)
		r.accept(",")
	}
	return e
}

// param reads ".align 8 .b8 name[16]" after ".param".
func (r *reader) param() Param {
	p, count, pointer := Param{}, 1, false
	for p.Name == "" && r.err == nil {
		switch word := r.word(); word {
		case ".align":
			if n := r.number(); !pointer {
				p.Align = n // else of what it points to
			}
		case ".v2", ".v4":
			count = int(word[2] - '0')
		case ".ptr":
			pointer = true
		case ".global", ".shared", ".const", ".local": // where it points to
		case "":
			r.wrong("expected a parameter, found the end of the file")
		default:
			if strings.HasPrefix(word, ".") {
				p.Type = word[1:]
			} else {
				p.Name = word
			}
		}
	}
	p.Size = count * bytesOf(p.Type)
	if p.Size == 0 {
		r.wrong("parameter %s has no type of known size", p.Name)
	}
	if p.Align == 0 {
		p.Align = max(p.Size, 1)
	}
	for r.accept("[") {
		p.Size *= r.number()
		if !r.accept("]") {
			r.wrong("expected %q after the size of parameter %s, found %q", "]", p.Name, r.word())
		}
	}
	return p
}

// number reads a whole number above 0.
func (r *reader) number() int {
	word := r.word()
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > 1<<20 {
		r.wrong("expected a size, found %q", word)
		return 1
	}
	return n
}

// bytesOf is the size of a type such as "u64", 0 if it is none.
func bytesOf(name string) int {
	var kind byte
	var bits int
	if n, _ := fmt.Sscanf(name, "%c%d", &kind, &bits); n != 2 || bits%8 != 0 || !strings.ContainsRune("busf", rune(kind)) {
		return 0
	}
	return bits / 8
}
