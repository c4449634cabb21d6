package option

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// The columns of a help: where the text begins, and where it ends.
const (
	textColumn = 22
	endColumn  = 80
)

// Groups are the headings, in the order of their first parameters.
func (s *Set) Groups() []string {
	var groups []string
	for _, p := range s.params {
		if !slices.Contains(groups, p.Group) && p.listed() {
			groups = append(groups, p.Group)
		}
	}
	return groups
}

// listed tells whether a parameter has lines in a help: a flag has.
func (p *Param) listed() bool { return p.Kind != Operands && !p.EnvOnly }

// Help is the lines for the flags of a group.
func (s *Set) Help(group string) string {
	var b strings.Builder
	for _, p := range s.params {
		if p.Group == group && p.listed() {
			p.writeHelp(&b)
		}
	}
	return b.String()
}

func (p *Param) writeHelp(b *strings.Builder) {
	flag := "  --" + p.Name
	if p.Short != "" {
		flag = "  -" + strings.Join(strings.Split(p.Short, ""), ", -") + ", --" + p.Name
	}
	if p.Kind != Toggle {
		flag += " " + p.Arg
	}
	text, lines := p.sentence(), p.lines()
	width := 0
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.Word)+2)
	}
	for i, l := range lines {
		line := fmt.Sprintf("%-*s%s", width, l.Word, l.Help)
		switch {
		case i > 0:
			hang(b, "", line, textColumn, textColumn+width)
		case text == "": // the first one stands beside the flag
			hang(b, flag, line, textColumn, textColumn+width)
		default:
			hang(b, flag, text, textColumn, textColumn)
			hang(b, "", line, textColumn, textColumn+width)
		}
	}
	if len(lines) == 0 {
		hang(b, flag, text, textColumn, textColumn)
	}
}

// lines are those below the sentence, on what the value can be.
func (p *Param) lines() []Choice {
	if len(p.Forms) > 0 || !p.explained() {
		return p.Forms
	}
	lines := slices.Clone(p.Choices)
	if p.Kind == Word {
		lines[0].Help = behindFirst(lines[0].Help, " (default)")
	}
	return lines
}

func (p *Param) explained() bool { return len(p.Choices) > 0 && p.Choices[0].Help != "" }

// sentence is the help with unit, range, choices and default behind its first
// sentence.
func (p *Param) sentence() string {
	more := ""
	add := func(text string) {
		if text != "" {
			more += ", " + text
		}
	}
	add(p.Unit)
	add(p.limits())
	if p.Kind == Word && !p.explained() {
		more += ": " + AnyOf(p.Words())
		more = strings.Replace(more, p.Choices[0].Word, p.Choices[0].Word+" (default)", 1)
	}
	if p.Default != "" {
		colon := ""
		if strings.Contains(p.Default, " ") {
			colon = ":"
		}
		more += " (default" + colon + " " + p.Default + ")"
	}
	if p.Help == "" {
		return strings.TrimLeft(more, ",: ")
	}
	return behindFirst(p.Help, more)
}

// behindFirst puts a text behind the first sentence of another.
func behindFirst(text, more string) string {
	first, rest, several := strings.Cut(text, ". ")
	if !several {
		return text + more
	}
	return first + more + ". " + rest
}

// limits is the range of a whole number in words.
func (p *Param) limits() string {
	switch {
	case p.Kind != Count && p.Kind != Bytes:
		return ""
	case p.Most >= math.MaxInt64 && p.Most != math.MaxUint64:
		return fmt.Sprintf("from %s on", power(p.Least))
	}
	return power(p.Least) + " to " + power(p.Most)
}

// power writes a large number near a power of two as one.
func power(n uint64) string {
	switch {
	case n == math.MaxUint64:
		return "2^64-1"
	case n > math.MaxInt32 && n&(n-1) == 0:
		return fmt.Sprintf("2^%d", bits.TrailingZeros64(n))
	}
	return fmt.Sprint(n)
}

// hang writes a text behind a flag, folded, from one column on and its further
// lines from another.
func hang(b *strings.Builder, flag, text string, first, further int) {
	line := flag
	if pad := first - utf8.RuneCountInString(line); pad > 0 {
		line += strings.Repeat(" ", pad)
	} else {
		b.WriteString(line + "\n")
		line = strings.Repeat(" ", first)
	}
	// The spaces between the word of a choice and its help stay.
	empty := true
	for word := range strings.SplitSeq(text, " ") {
		space := " "
		if empty {
			space = ""
		}
		if !empty && utf8.RuneCountInString(line+space+word) > endColumn {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, space = strings.Repeat(" ", further), ""
		}
		line += space + word
		empty = false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
