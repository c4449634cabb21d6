package formula

import (
	"errors"
	"strings"
	"testing"
)

// TestParse reads formulas, and what String makes of them again.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "1e3": "1000", "2.5E-3": "0.0025", ".5": "0.5", "5.": "5", "1e-300": "1e-300", "0.1": "0.1", "1e300": "1e+300",
		"a": "a", "_a1": "_a1", "(a)": "a", "((a))": "a", " a\n+\tb\r\n": "a + b",
		"a+b-c": "a + b - c", "a-(b-c)": "a - (b - c)", "a-(b+c)": "a - (b + c)", "(a-b)-c": "a - b - c",
		"a*b/c": "a*b/c", "a/(b*c)": "a/(b*c)", "a*(b+c)": "a*(b + c)", "a+b*c": "a + b*c", "(a*b)*c": "a*b*c", "a*(b*c)": "a*(b*c)",
		"-a^2": "-a^2", "(-a)^2": "(-a)^2", "-(a^2)": "-a^2", "2^-3": "2^-3", "2^3^2": "2^3^2", "(2^3)^2": "(2^3)^2", "2^(3^2)": "2^3^2", "a^(b+c)": "a^(b + c)", "a^-b^c": "a^-b^c",
		"-a*b": "-a*b", "-(a*b)": "-(a*b)", "a*-b": "a*-b", "a - -b": "a - -b", "--a": "--a", "+a": "a", "a*+b": "a*b", "-(a+b)": "-(a + b)",
		"a<b": "a < b", "a<=b and c>d or not e!=f": "a <= b and c > d or not e != f", "(a or b) and c": "(a or b) and c", "a and (b and c)": "a and (b and c)",
		"not not a<b": "not not a < b", "not (a and b)": "not (a and b)", "(not a<b) == c": "(not a < b) == c", "(a<b) == c": "(a < b) == c", "a == (b<c)": "a == (b < c)", "1 + (a<b)": "1 + (a < b)",
		"f(a)": "f(a)", "f()": "f()", "f(a,b+c , -d)": "f(a, b + c, -d)", "f(g(a))^2": "f(g(a))^2", "f(a<b, (c), d)": "f(a < b, c, d)",
		"u[-1,0]": "u[-1,0]", "u[ +1 , - 2,16]": "u[1,-2,16]", "u[0]^2": "u[0]^2",
		"Du*laplacian(u) - u*v^2 + F*(1 - u)": "Du*laplacian(u) - u*v^2 + F*(1 - u)",
	} {
		e, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := e.String(); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
		if again, err := Parse(e.String()); err != nil || !same(e, again) {
			t.Errorf("%q is written %q, which is read as something else: %v", text, e, err)
		}
		if e.Lo < 0 || e.Hi > len(text) || strings.TrimSpace(text[e.Lo:e.Hi]) != text[e.Lo:e.Hi] {
			t.Errorf("%q has its place at %d to %d", text, e.Lo, e.Hi)
		}
	}
}

// same tells whether formulas are alike, apart from places.
func same(a, b *Expr) bool {
	if a.Kind != b.Kind || a.Type != b.Type || a.Name != b.Name || a.Value != b.Value || len(a.Args) != len(b.Args) || len(a.Offset) != len(b.Offset) {
		return false
	}
	for i := range a.Offset {
		if a.Offset[i] != b.Offset[i] {
			return false
		}
	}
	for i := range a.Args {
		if !same(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}

// TestMistakes has each formula with its mistake between two «»; behind | is a part of
// the message.
func TestMistakes(t *testing.T) {
	for _, c := range []string{
		"«»|the formula is empty", "  «»|the formula is empty",
		"a +«»|ends where", "a + «*» b|* where a number", "«*»a|* where", "a «)»|closes nothing", "a + «(»b|not closed: a ) is missing", "f«(»a|not closed: a ) is missing",
		"f(a,«)»|) where a number", "f(«,»a)|, where", "a«,» b|a comma outside", "1«,»5|a number has a point",
		"u«**»2|a power is written ^", "«2u»|no operator between 2 and u: a product is written 2*u", "1 + «2 u»|2*u", "«2(»a|between 2 and (: a product is written with *", "(a«)(»b)|between ) and (", "«a b»|a*b", "«a 2»|a*2", "«sin x»|sin is a function: write sin(a)", "1 + «min 2», u|min is a function: write min(a, b)", "«dx u»|dx*u", "2*«laplacian u»|write laplacian(u)", "«e1 e2»|e1*e2",
		"«1e»+|between 1 and e", "«1.2.»3|no number", "«1_»000|1_ is no number", "«1e999»|largest number", "a «=» b|to compare, write ==", "a «&&» b|write and", "a «||» b|write or", "«!»a|write not", "a «%» b|a remainder is", "a «//» b|floor", "a «<>» b|!=",
		"«é»t|names are of the letters a to z", "a«²»|write ^2", "a «−» b|write -", "«π»*a|write pi", "np«.»exp(u)|write the name alone", "u «.*» u|write *", "v «.^» 2|write ^", "1 «if» u > 0 else 2|select(condition, a, b)", "a«@»b|not of this language", "«\x00»|not of this language", "a «\xff»|not of this language", "a «#» b|comments", "«\"»a|not of this language",
		"a < b «<» c|a < b and b < c", "a == b «!=» c|comparison of a comparison", "1 + «not» a|parentheses around", "«and» a|and where", "a and «or» b|or where", "a «not» b|not where an operator",
		"u«[»|this [ is not closed", "u[«]»|offset is a whole number", "u[«1.5»]|offset is a whole number", "u[«17»]|-16 to 16", "u[«-17»]|-16 to 16", "u[«a»]|offset is a whole number", "u[1 «2»]|a comma or a ]", "«u[1,2,3,4»]|more than 3 offsets", "u[-1«»|a comma or a ]", "u[«99999999999999999999»]|whole number", "u[1«]v»|no operator",
	} {
		marked, want, _ := strings.Cut(c, "|")
		if i := strings.LastIndex(c, "|"); strings.Contains(c, "||") {
			marked, want = c[:i], c[i+1:]
		}
		lo := strings.Index(marked, "«")
		hi := strings.Index(marked, "»") - len("«")
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v, want an error", text, err)
			continue
		}
		if e.Lo != lo || e.Hi != hi || !strings.Contains(e.Msg, want) {
			t.Errorf("%q: at %d to %d: %s\nwant %d to %d: %s", text, e.Lo, e.Hi, e.Msg, lo, hi, want)
		}
	}
}

func TestBounds(t *testing.T) {
	deep := strings.Repeat("(", maxDepth) + "a" + strings.Repeat(")", maxDepth)
	long := "a" + strings.Repeat("+a", maxNodes/2-1)
	for _, text := range []string{deep, long, strings.Repeat("-", maxDepth) + "a", "a" + strings.Repeat("^a", maxDepth), strings.Repeat("not ", maxDepth) + "a", strings.Repeat("f(", maxDepth) + "a" + strings.Repeat(")", maxDepth), strings.Repeat("a", maxName)} {
		if _, err := Parse(text); err != nil {
			t.Errorf("%.20s...: %v", text, err)
		}
	}
	for _, text := range []string{"(" + deep + ")", long + "+a", "-" + strings.Repeat("-", maxDepth) + "a", "a^a" + strings.Repeat("^a", maxDepth), "not " + strings.Repeat("not ", maxDepth) + "a", strings.Repeat("f(", maxDepth+1),
		strings.Repeat("a", maxName+1), strings.Repeat(" ", maxText) + "a", strings.Repeat("(", maxText), strings.Repeat("f(", maxText/2), "u[" + strings.Repeat("1,", maxText/2-2)} {
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) || len(err.Error()) > 1000 {
			t.Errorf("%.20s... of %d bytes: %v", text, len(text), err)
		}
	}
}

func TestUnderline(t *testing.T) {
	for _, c := range []struct {
		text   string
		lo, hi int
		want   string
	}{
		{"a + b", 2, 3, "| a + b\n|   ^"},
		{"a + b", 5, 5, "| a + b\n|      ^"},
		{"a +\n  bad + c\n+ d", 6, 9, "|   bad + c\n|   ^^^"},
		{"a\tb\x1b[2J", 3, 4, "| a b\ufffd[2J\n|    ^"},
		{"ab\ncd", 1, 5, "| ab\n|  ^"},
		{strings.Repeat("a", 100) + "!" + strings.Repeat("b", 100), 100, 101, "| ..." + strings.Repeat("a", 30) + "!" + strings.Repeat("b", 30) + "...\n| " + strings.Repeat(" ", 33) + "^"},
		{strings.Repeat("a", 100), 0, 100, "| " + strings.Repeat("a", 60) + "\n| " + strings.Repeat("^", 60)},
		{"", 0, 0, "| \n| ^"},
		{"ab", 7, 9, "| ab\n|   ^"},
	} {
		if got := Underline(c.text, c.lo, c.hi, "| "); got != c.want {
			t.Errorf("%q %d %d:\n%s\nwant\n%s", c.text, c.lo, c.hi, got, c.want)
		}
	}
}
