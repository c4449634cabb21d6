package formula

import (
	"slices"
	"strconv"
	"strings"
)

// String writes a formula with no more parentheses than it needs, so that Parse reads the
// same from it.
func (e *Expr) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

// The levels of what binds tighter than the operators in levels.
const (
	signLevel  = 5
	powerLevel = 6
	atomLevel  = 7
)

// level is how tightly the outermost operator of a formula binds.
func (e *Expr) level() int {
	switch {
	case e.Kind == Binary && e.Name == "^":
		return powerLevel
	case e.Kind == Binary:
		return slices.IndexFunc(levels, func(ops []string) bool { return slices.Contains(ops, e.Name) })
	case e.Kind == Unary && e.Name == "not":
		return compare
	case e.Kind == Unary, e.Kind == Number && e.Value < 0:
		return signLevel
	}
	return atomLevel
}

func (e *Expr) write(b *strings.Builder) {
	switch e.Kind {
	case Number:
		b.WriteString(strconv.FormatFloat(e.Value, 'g', -1, 64))
	case Name:
		b.WriteString(e.Name)
	case Call:
		b.WriteString(e.Name)
		b.WriteByte('(')
		for i, a := range e.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			a.write(b)
		}
		b.WriteByte(')')
	case Shift:
		b.WriteString(e.Name)
		for i, o := range e.Offset {
			b.WriteByte("[,"[min(i, 1)])
			b.WriteString(strconv.Itoa(o))
		}
		b.WriteByte(']')
	case Unary:
		b.WriteString(e.Name)
		if e.Name == "not" {
			b.WriteByte(' ')
		}
		e.Args[0].writeFrom(b, e.level())
	case Binary:
		e.writeBinary(b)
	}
}

func (e *Expr) writeBinary(b *strings.Builder) {
	level := e.level()
	left, right := level, level+1
	switch {
	case e.Name == "^":
		left, right = atomLevel, signLevel
	case level == compare:
		left = level + 1 // not is of this level too, but takes no part in a comparison
	}
	e.Args[0].writeFrom(b, left)
	if level <= 3 {
		b.WriteString(" " + e.Name + " ")
	} else {
		b.WriteString(e.Name)
	}
	e.Args[1].writeFrom(b, right)
}

// writeFrom writes a formula where one of some level or a tighter one may stand.
func (e *Expr) writeFrom(b *strings.Builder, level int) {
	if e.level() >= level {
		e.write(b)
		return
	}
	b.WriteByte('(')
	e.write(b)
	b.WriteByte(')')
}
