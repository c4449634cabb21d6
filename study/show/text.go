package show

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"hybrid/study/result"
)

// columns is how wide a terminal is taken to be.
const columns = 100

// Text writes the tables for a terminal, without colours, and the sentences
// between them. Lines have at most 100 characters, unless a name in the result
// is as long itself.
func Text(w io.Writer, r *result.Result) error {
	r = Named(r)
	p := &printer{w: bufio.NewWriter(w)}
	for _, f := range machine(r) {
		p.wrap(pad(f.Name, 14, false), f.Is.String())
	}
	for _, a := range answers(r) {
		p.line("")
		p.line(a.Question)
		for _, s := range a.Sentence {
			p.wrap(gap, s.String())
		}
	}
	for _, s := range sections(r) {
		p.line("")
		p.line("")
		p.line(strings.ToUpper(s.Title))
		for _, part := range s.Parts {
			p.part(part)
		}
	}
	return p.w.Flush()
}

// A printer writes lines; its writer keeps the first error.
type printer struct{ w *bufio.Writer }

func (p *printer) line(s string) {
	p.w.WriteString(strings.ReplaceAll(strings.TrimRight(s, " "), unbroken, " "))
	p.w.WriteByte('\n')
}

// wrap writes a text in lines that begin under its first word.
func (p *printer) wrap(head, s string) {
	indent := utf8.RuneCountInString(head)
	for i, line := range fold(s, columns-indent) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		p.line(head + line)
	}
}

func (p *printer) part(of part) {
	if of.Title != "" {
		p.line("")
		p.line(of.Title)
	}
	for _, s := range of.Lead {
		p.wrap(gap, s.String())
	}
	for _, t := range of.Tables {
		p.line("")
		p.wrap(gap, t.Caption)
		p.table(t)
	}
	if len(of.Notes) > 0 {
		p.line("")
	}
	width := 0
	for _, n := range of.Notes {
		width = max(width, utf8.RuneCountInString(n.Name))
	}
	for _, n := range of.Notes {
		if n.Name == "" {
			p.wrap(gap, n.Is.String())
		} else {
			p.wrap(gap+pad(n.Name, width, false)+gap, n.Is.String())
		}
	}
}
