package model

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/task"
)

// MaxFile is the longest text of a model, in bytes.
const MaxFile = 64 << 10

// A document is a text that values were read from: a model's file, or a flag.
type document struct {
	name  string
	text  string
	flag  bool
	entry string // that a flag sets
	toml  string // of a flag: the same with a key of TOML, as long as the flag's own; "": the text
}

// A node is a value of a document with its place, or a table of them.
type node struct {
	kind  unstable.Kind // Table too of an inline one
	key   string
	text  string // a string's content, a number as it is written
	items []*node

	in           *document
	lo, hi       int // the value in the document, of a table and an array what stands for it
	keyLo, keyHi int
}

// find is an entry of a table, nil where there is none.
func (n *node) find(key string) *node {
	if n == nil {
		return nil
	}
	for _, item := range n.items {
		if item.key == key {
			return item
		}
	}
	return nil
}

// keys are those of a table.
func (n *node) keys() []string {
	var keys []string
	if n != nil {
		for _, item := range n.items {
			keys = append(keys, item.key)
		}
	}
	return keys
}

// readTOML makes a tree of a document, in its order. It panics with a refusal.
func readTOML(d *document) *node {
	end := len(strings.TrimRight(d.text, " \t\r\n")) // where what is missing would stand
	root := &node{kind: unstable.Table, in: d, lo: end, hi: end, keyLo: end, keyHi: end}
	if len(d.text) > MaxFile {
		d.refuse(0, 0, "a model of %d bytes: %d are the most", len(d.text), MaxFile)
	}
	if i := strings.Index(strings.ToValidUTF8(d.text, "\xff"), "\xff"); i >= 0 {
		d.refuse(i, i+1, "this is no text in UTF-8: byte %d is %#x", i+1, d.text[i])
	}
	t := &tomlReader{document: d}
	text := cmp.Or(d.toml, d.text)
	t.parser.Reset([]byte(text))
	table := root
	headers := map[*node]bool{}
	for t.parser.NextExpression() {
		e := t.parser.Expression()
		switch e.Kind {
		case unstable.Table:
			table = t.descend(root, e.Key())
			if headers[table] {
				d.refuse(table.keyLo, table.keyHi, "a second [%s]: put its lines under the first", table.key)
			}
			headers[table] = true
		case unstable.ArrayTable:
			k := e.Key()
			k.Next()
			d.refuse(int(k.Node().Raw.Offset), int(k.Node().Raw.Offset+k.Node().Raw.Length), "[[%s]] is a list of tables, which no model has: write [%s]", k.Node().Data, k.Node().Data)
		case unstable.KeyValue:
			t.entry(table, e)
		}
	}
	t.fail(t.parser.Error())
	var rest map[string]any
	t.fail(toml.Unmarshal([]byte(text), &rest)) // what the parser does not look at: digits, how tables are extended
	return root
}

type tomlReader struct {
	*document
	parser unstable.Parser
}

// fail refuses a document with an error of the library, if there is one.
func (t *tomlReader) fail(err error) {
	if err == nil {
		return
	}
	lo := len(t.text)
	hi := lo
	var syntax *unstable.ParserError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &syntax) && len(syntax.Highlight) > 0:
		r := t.parser.Range(syntax.Highlight)
		lo, hi = int(r.Offset), int(r.Offset+r.Length)
	case errors.As(err, &decode):
		row, column := decode.Position()
		lines := strings.SplitAfter(t.text, "\n")
		lo = min(len(strings.Join(lines[:min(max(row-1, 0), len(lines))], ""))+column-1, len(t.text))
		hi = lo
	}
	say := strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "toml: ")), " ")
	if strings.HasSuffix(say, "value out of range") {
		say = "the number is too large"
	}
	line := strings.TrimSpace(lineOf(t.text, lo))
	key, value, is := strings.Cut(line, "=")
	letter, size := utf8.DecodeRuneInString(t.text[lo:])
	switch value = strings.TrimSpace(value); {
	case size > 1 && unicode.IsLetter(letter):
		hi = lo + size
		say = fmt.Sprintf("the character %q: names are of the letters a to z, A to Z, digits and _", letter)
	case strings.ContainsRune(curly, letter):
		hi = lo + size
		say = "a quotation mark that is curly: write straight ones, as u = \"sin(x)\""
	case strings.HasPrefix(t.text[lo:], "//"):
		hi = lo + len("//")
		say = "a comment begins with #"
	case is && strings.Contains(key, "/"):
		say += "; a rule has the name of its field, as u = \"laplacian(u)\" in [equations] for its derivative in time"
	case is && (strings.ContainsAny(line, "*/^()") || value == ""):
		say += "; a formula stands in quotation marks, as u = \"sin(x)\""
	case is && unicode.IsLetter(rune(value[0])):
		say += "; a text stands in quotation marks, as dt = \"auto\""
	}
	t.refuse(lo, hi, "this is not TOML: %s", say)
}

// curly are quotation marks as word processors write them.
const curly = "\u201c\u201d\u201e\u2018\u2019\u201a"

func lineOf(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	to := len(text)
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		to = at + n
	}
	return text[from:to]
}

// descend finds the table of a key with points, and makes those that are missing.
func (t *tomlReader) descend(table *node, key unstable.Iterator) *node {
	for key.Next() {
		k := key.Node()
		lo, hi := int(k.Raw.Offset), int(k.Raw.Offset+k.Raw.Length)
		next := table.find(string(k.Data))
		if next == nil {
			next = t.add(table, &node{kind: unstable.Table, key: string(k.Data), lo: lo, hi: hi, keyLo: lo, keyHi: hi})
		}
		if next.kind != unstable.Table {
			t.twice(lo, hi, next)
		}
		next.keyLo, next.keyHi = lo, hi
		table = next
	}
	return table
}

func (t *tomlReader) add(table, n *node) *node {
	const most = 4096
	if len(table.items) == most {
		t.refuse(n.keyLo, n.keyHi, "more than %d entries in a table", most)
	}
	n.in = t.document
	table.items = append(table.items, n)
	return n
}

func (t *tomlReader) twice(lo, hi int, first *node) {
	t.refuse(lo, hi, "%s is there twice: first %s", first.key, first.in.place(first.keyLo))
}

// entry adds a key and its value to a table.
func (t *tomlReader) entry(table *node, e *unstable.Node) {
	var keys []*unstable.Node
	for k := e.Key(); k.Next(); {
		keys = append(keys, k.Node())
	}
	for _, k := range keys[:len(keys)-1] {
		lo, hi := int(k.Raw.Offset), int(k.Raw.Offset+k.Raw.Length)
		next := table.find(string(k.Data))
		if next == nil {
			next = t.add(table, &node{kind: unstable.Table, key: string(k.Data), lo: lo, hi: hi, keyLo: lo, keyHi: hi})
		}
		if next.kind != unstable.Table {
			t.twice(lo, hi, next)
		}
		table = next
	}
	k := keys[len(keys)-1]
	lo, hi := int(k.Raw.Offset), int(k.Raw.Offset+k.Raw.Length)
	if first := table.find(string(k.Data)); first != nil {
		t.twice(lo, hi, first)
	}
	n := t.value(e.Value(), lo, hi, 0)
	n.key, n.keyLo, n.keyHi = string(k.Data), lo, hi
	t.add(table, n)
}

// value is a value at a depth of arrays and tables; lo and hi are the place of its key.
func (t *tomlReader) value(v *unstable.Node, lo, hi, depth int) *node {
	const most = 8
	n := &node{kind: v.Kind, text: string(v.Data), in: t.document, lo: lo, hi: hi, keyLo: lo, keyHi: hi}
	place := v.Raw
	if place.Length == 0 && len(v.Data) > 0 && v.Kind != unstable.String {
		place = t.parser.Range(v.Data)
	}
	if place.Length > 0 {
		n.lo, n.hi = int(place.Offset), int(place.Offset+place.Length)
	}
	if depth == most {
		t.refuse(n.lo, n.hi, "arrays and tables are nested deeper than %d", most)
	}
	switch v.Kind {
	case unstable.Array:
		for c := v.Children(); c.Next(); {
			if c.Node().Kind != unstable.Comment {
				t.add(n, t.value(c.Node(), n.lo, n.hi, depth+1))
			}
		}
	case unstable.InlineTable:
		n.kind = unstable.Table
		for c := v.Children(); c.Next(); {
			t.entry(n, c.Node())
		}
	}
	return n
}

// line is the number of the line that has a byte.
func (d *document) line(at int) int { return 1 + strings.Count(d.text[:min(at, len(d.text))], "\n") }

// place says where a byte is, in an error about another.
func (d *document) place(at int) string {
	if d.flag {
		return "in " + d.name
	}
	return fmt.Sprintf("in line %d", d.line(at))
}

// refuse panics with an error about a place: the file, the line and, below, the place marked.
func (d *document) refuse(lo, hi int, format string, args ...any) {
	d.refuseWith(formula.Underline(d.text, lo, hi, "    "), lo, format, args...)
}

func (d *document) refuseWith(lines string, at int, format string, args ...any) {
	place, msg := fmt.Sprintf("%s:%d", d.name, d.line(at)), fmt.Sprintf(format, args...)
	if d.flag { // which names the entry
		place = d.name
		msg = strings.TrimPrefix(strings.TrimPrefix(msg, "parameters."), d.entry+": ")
	}
	panic(refusal{&task.StatusError{Err: &task.PlaceError{Err: fmt.Errorf("%s: %s", place, msg), Lines: lines}, Status: task.BadUsage}})
}

// refuse panics with an error about a value, or its key.
func (n *node) refuse(format string, args ...any) { n.in.refuse(n.lo, n.hi, format, args...) }

func (n *node) refuseKey(format string, args ...any) { n.in.refuse(n.keyLo, n.keyHi, format, args...) }

// refuseFormula panics with the error of a formula that stands in the value, at the byte from of
// its content. It marks the place in the file where the value is written as it is read.
func (n *node) refuseFormula(from int, what string, err error) {
	var e *formula.Error
	if !errors.As(err, &e) {
		n.refuse("%s: %v", what, err)
	}
	raw := n.in.text[n.lo:n.hi]
	if at := strings.Index(raw, n.text); at >= 0 && n.text != "" {
		n.in.refuse(n.lo+at+from+e.Lo, n.lo+at+from+e.Hi, "%s: %s", what, e.Msg)
	}
	n.in.refuseWith(formula.Underline(e.Text, e.Lo, e.Hi, "    "), n.lo, "%s: %s", what, e.Msg)
}

// A location is where a formula stands: from a byte of a value's content on.
type location struct {
	node *node
	from int
}

// refuse panics with an error about an entry of the model, by its name in Texts, or about a part
// of its formula. It names its place where the model was read from a file.
func (s *Spec) refuse(what string, e *formula.Expr, format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if e != nil && e.Hi <= len(s.Texts[what]) {
		err = &formula.Error{Text: s.Texts[what], Lo: e.Lo, Hi: e.Hi, Msg: err.Error()}
	}
	if at, ok := s.places[what]; ok {
		at.node.refuseFormula(at.from, what, err)
	}
	panic(refusal{err})
}

// what a value is, for a message.
func (n *node) what() string {
	switch n.kind {
	case unstable.Table:
		return "a table"
	case unstable.Array:
		return fmt.Sprintf("an array of %d", len(n.items))
	case unstable.String:
		return fmt.Sprintf("the text %.40q", n.text)
	case unstable.Bool, unstable.Integer, unstable.Float:
		return n.text
	}
	return "a date or a time"
}

// scalar tells whether the value is a text or a number.
func (n *node) scalar() bool {
	return slices.Contains([]unstable.Kind{unstable.String, unstable.Integer, unstable.Float}, n.kind)
}
