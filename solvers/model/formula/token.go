package formula

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of a formula's text.
type token struct {
	kind   tokenKind
	text   string
	value  float64
	lo, hi int
}

type tokenKind uint8

const (
	end tokenKind = iota
	number
	word // a name, or one of and, or, not
	sign // an operator or a bracket
)

// instead says what to write in the place of what other languages, and papers, have.
var instead = []struct{ found, say string }{
	{"**", "a power is written ^, as in u^2"},
	{"&&", "write and"}, {"||", "write or"}, {"&", "write and"}, {"|", "write or; an absolute value is abs(u)"},
	{".*", "write *"}, {"./", "write /"}, {".^", "write ^"}, {".", "write the name alone, as in exp(u)"},
	{"<>", "write !="}, {"=<", "write <="}, {"=>", "write >="},
	{"//", "write floor(a/b); a formula has no comments"}, {"%", "a remainder is a - b*floor(a/b)"},
	{"#", "a formula has no comments: put them outside its quotation marks"},
	{"!", "write not"}, {"=", "to compare, write =="}, {"?", "write select(condition, a, b)"}, {";", "put a comma between arguments"},
	{"−", "write -"}, {"–", "write -"}, {"×", "write *"}, {"·", "write *"}, {"÷", "write /"},
	{"²", "write ^2"}, {"³", "write ^3"}, {"√", "write sqrt(u)"}, {"π", "write pi"}, {"∞", "there is no infinity: write a large number"},
	{"≤", "write <="}, {"≥", "write >="}, {"≠", "write !="}, {"∇", "write laplacian(u), dx(u) or gradient_squared(u)"}, {"∂", "write dx(u), d2x(u)"}, {"Δ", "write laplacian(u)"},
	{"'", "a derivative is dx(u)"}, {"{", "write parentheses ( )"}, {"}", "write parentheses ( )"}, {"$", "write the name alone"}, {"\\", "write the name alone"},
}

// signs are the operators and brackets, long ones first.
var signs = []string{"<=", ">=", "==", "!=", "+", "-", "*", "/", "^", "<", ">", "(", ")", "[", "]", ","}

// next reads the token at a place, behind white space.
func next(text string, at int) (token, *Error) {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	rest := text[at:]
	if rest == "" {
		return token{kind: end, lo: at, hi: at}, nil
	}
	if digit(rest, 0) || rest[0] == '.' && digit(rest, 1) {
		return readNumber(text, at)
	}
	if letter(rest[0]) {
		n := 1
		for n < len(rest) && (letter(rest[n]) || digit(rest, n)) {
			n++
		}
		if n > maxName {
			return token{}, wrong(text, at, at+n, "a name of %d letters: %d are the most", n, maxName)
		}
		return token{kind: word, text: rest[:n], lo: at, hi: at + n}, nil
	}
	for _, s := range signs {
		if strings.HasPrefix(rest, s) && (s != "*" || !strings.HasPrefix(rest, "**")) && (s != "/" || !strings.HasPrefix(rest, "//")) && (s != "<" || !strings.HasPrefix(rest, "<>")) {
			return token{kind: sign, text: s, lo: at, hi: at + len(s)}, nil
		}
	}
	for _, h := range instead {
		if strings.HasPrefix(rest, h.found) {
			return token{}, wrong(text, at, at+len(h.found), "%s is not of this language: %s", h.found, h.say)
		}
	}
	r, n := utf8.DecodeRuneInString(rest)
	what := "the character " + strconv.QuoteToGraphic(string(r))
	if unicode.IsLetter(r) {
		return token{}, wrong(text, at, at+n, "%s: names are of the letters a to z, A to Z, digits and _", what)
	}
	return token{}, wrong(text, at, at+n, "%s is not of this language: it has numbers, names, + - * / ^ ( ) [ ] , < <= > >= == != and or not", what)
}

func digit(s string, at int) bool { return at < len(s) && '0' <= s[at] && s[at] <= '9' }

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

// readNumber reads digits, which may have a point among them and an exponent behind them.
func readNumber(text string, at int) (token, *Error) {
	i := at
	digits := func() {
		for digit(text, i) {
			i++
		}
	}
	digits()
	if i < len(text) && text[i] == '.' {
		i++
		digits()
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		behind := i + 1
		if behind < len(text) && (text[behind] == '+' || text[behind] == '-') {
			behind++
		}
		if digit(text, behind) {
			i = behind
			digits()
		}
	}
	if i < len(text) && (text[i] == '.' || text[i] == '_') {
		return token{}, wrong(text, at, i+1, "%s%c is no number: want one such as 1000, 0.5 or 2.5e-3", short(text[at:i]), text[i])
	}
	v, err := strconv.ParseFloat(text[at:i], 64)
	if err != nil {
		return token{}, wrong(text, at, i, "%s is more than the largest number, 1.797e308", short(text[at:i]))
	}
	return token{kind: number, text: text[at:i], value: v, lo: at, hi: i}, nil
}

// short is a piece of a formula as a message has it.
func short(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
