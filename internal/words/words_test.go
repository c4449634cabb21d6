package words

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/cases"

	"hybrid/simd"
)

// alphabets are all that there are.
var alphabets = map[string]*Alphabet{
	"ascii": ASCII(false), "ascii fold": ASCII(true), "unicode": Unicode(false), "unicode fold": Unicode(true),
	"segments": Segments(false), "segments fold": Segments(true),
}

// plain cuts text into words one character after the other.
func plain(a *Alphabet, text []byte) (words []string, invalid int64) {
	if a.segments {
		return plainSegments(a, text)
	}
	var word []byte
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
		}
		word = word[:0]
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if !a.utf8 {
			r, size = rune(text[0]), 1
		}
		text = text[size:]
		is := r < 0x80 && unicode.IsLetter(r)
		if a.utf8 {
			if r == utf8.RuneError && size == 1 {
				invalid++
				r = ' '
			}
			is = unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
		}
		if a.utf8 && r == softHyphen {
			continue
		}
		if !is {
			end()
			continue
		}
		if a.fold {
			r = foldRune(r)
		}
		word = utf8.AppendRune(word, r)
	}
	end()
	return words, invalid
}

// plainSegments cuts text into words by another library.
func plainSegments(a *Alphabet, text []byte) (words []string, invalid int64) {
	word, hyphen, state := "", "", -1
	text = bytes.ReplaceAll(text, []byte("❤"), []byte(" "))
	end := func() {
		if word != "" {
			words = append(words, word)
		}
		word, hyphen = "", ""
	}
	for len(text) > 0 {
		var segment []byte
		segment, text, state = uniseg.FirstWord(text, state)
		has, own := false, []byte(nil)
		for i, r := range string(segment) {
			if _, size := utf8.DecodeRune(segment[i:]); r == utf8.RuneError && size == 1 {
				invalid++
			}
			has = has || unicode.IsLetter(r) || unicode.IsNumber(r)
			if unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && r != 0x200c && r != 0x200d {
				continue
			}
			if a.fold {
				r = foldRune(r)
			}
			own = utf8.AppendRune(own, r)
		}
		r, _ := utf8.DecodeRune(segment)
		switch {
		case has && hyphen != "":
			word, hyphen = word+hyphen+string(own), ""
		case has:
			end()
			word = string(own)
		case word != "" && hyphen == "" && strings.ContainsRune("-\u2010\u2011\ufe63\uff0d", r):
			hyphen = string(own)
		default:
			end()
		}
	}
	end()
	return words, invalid
}

// scanned cuts text, which begins and ends at breaks, into words by a scanner.
func scanned(s *Scanner, text []byte) (words []string) {
	for len(text) > 0 {
		var b Block
		text, b = s.Next(text)
		if b.Long {
			if len(b.Text) > 0 {
				words = append(words, string(b.Text))
			}
			continue
		}
		for i := 0; i < len(b.Edges); i += 2 {
			words = append(words, string(b.Text[b.Edges[i]:b.Edges[i+1]]))
		}
	}
	return words
}

// mixtures are texts of all kinds, of about n bytes.
func mixtures(n int) map[string][]byte {
	g := rand.New(rand.NewPCG(1, 2))
	make := func(pieces ...string) []byte {
		var b bytes.Buffer
		for b.Len() < n {
			b.WriteString(pieces[g.IntN(len(pieces))])
		}
		return b.Bytes()
	}
	long := strings.Repeat("Long", 3000)
	return map[string][]byte{
		"english": make("The ", "quick", "Brown", " fox", "\n", "9", "_", "jumps", " ", "@[`{/:"),
		"russian": make("Слово ", "и", "Дело", " ", ", ", "ещё", "№7", "X"),
		"chinese": make("春眠", "不覺曉", "，", "處處", "。", "𠀀", "\n"),
		"case":    make("ẞ", "ß", "K", "ſ", "Ⱥ", "İ", "ı", "Σ", "ς", "Ꭰ", "ꭰ", "𐐀", " ", "µ", "e\u0301"),
		"invalid": make("ab", " ", "\xff", "\xc3", "\xa9", "\xe2\x82", "\xf0\x9f", "\x80", "é", "\xed\xa0\x80", "\xc0\xaf", "\x00", "€", "я"),
		"long":    make(long, " ", "a", long+"я", strings.Repeat("ж", 5000)),
		"joined": make("won't", "x", "-", "rays", "\u2019", "'", ".", ",", ":", ";", "3", "14", "_", "\u00ad", "\u2010", "\u200d", "\u200c", "א", "\"",
			"ア", "ー", "字", "の", "\u0301", "❤", "\u2060", "🇩🇪", "é", " ", "\n", "+", "\u202f", "ไทย", "𝐀", "€", "Ⓐ", "\u0600", "\xe2"),
		"hyphens":     make("-"),
		"hyphenated":  make("out-of-", "x-", "ray-"),
		"low lines":   make("_"),
		"soft":        make("\u00ad"),
		"softened":    make("co\u00ad", "op\u00ad"),
		"ideographs":  make("字"),
		"separators":  make(" ", "\n", "--"),
		"one word":    make("x"),
		"one Russian": make("я"),
		"empty":       nil,
		"bytes": make(func() (all []string) { // every byte, as likely as any
			for c := range 256 {
				all = append(all, string([]byte{byte(c)}))
			}
			return all
		}()...),
	}
}

func TestScanner(t *testing.T) {
	for name, a := range alphabets {
		for _, isa := range simd.Available() {
			for kind, text := range mixtures(3*MaxBlock + 100) {
				for _, n := range []int{len(text), min(len(text), 63), min(len(text), 64), min(len(text), 129)} {
					s, err := NewScanner(a, isa)
					if err != nil {
						t.Fatal(err)
					}
					want, invalid := plain(a, text[:n])
					if got := scanned(s, text[:n]); !slices.Equal(got, want) || s.Invalid != invalid {
						t.Errorf("%s, %v, %s, %d bytes: %d words and %d invalid bytes, want %d and %d; %s",
							name, isa, kind, n, len(got), s.Invalid, len(want), invalid, difference(got, want))
					}
				}
			}
		}
	}
}

func difference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("word %d is %.40q, want %.40q", i, got[i], want[i])
		}
	}
	return "the first ones agree"
}

// TestNextBreak cuts texts at every offset: the parts, each up to the break after
// its end, have the words of the whole, however little is seen of what follows.
func TestNextBreak(t *testing.T) {
	for name, a := range alphabets {
		s, err := NewScanner(a, simd.Auto)
		if err != nil {
			t.Fatal(err)
		}
		for kind, text := range mixtures(120) {
			text = text[:min(len(text), 150)]
			want, _ := plain(a, text)
			for at := range len(text) {
				next, ok := a.NextBreak(text[:at], text[at:], true)
				if !ok {
					t.Fatalf("%s, %s: no break after %d, though the text ends", name, kind, at)
				}
				for seen := range len(text) - at {
					if n, ok := a.NextBreak(text[max(0, at-Context):at], text[at:at+seen], false); ok && n != next {
						t.Fatalf("%s, %s: next break after %d is %d, of %d bytes %d", name, kind, at, next, seen, n)
					}
				}
				cut := at + next
				if got := append(scanned(s, text[:cut]), scanned(s, text[cut:])...); !slices.Equal(got, want) {
					t.Fatalf("%s, %s: cut at %d: %q, want %q", name, kind, cut, got, want)
				}
			}
		}
	}
}

// TestLastBreak looks for it in all that a text begins with.
func TestLastBreak(t *testing.T) {
	for name, a := range alphabets {
		s, err := NewScanner(a, simd.Auto)
		if err != nil {
			t.Fatal(err)
		}
		for kind, text := range mixtures(120) {
			text = text[:min(len(text), 150)]
			want, _ := plain(a, text)
			for n := range len(text) {
				cut := a.LastBreak(text[:n])
				if got := append(scanned(s, text[:cut]), scanned(s, text[cut:])...); !slices.Equal(got, want) {
					t.Fatalf("%s, %s: the last break of %q is %d", name, kind, text[:n], cut)
				}
				if limit := utf8.UTFMax; n > limit && !slices.ContainsFunc(text[n-limit:n], func(c byte) bool { return c != ' ' && c != '\n' && (c != '-' || a.segments) }) && cut != n {
					t.Fatalf("%s, %s: the last break of %q is %d, want %d", name, kind, text[:n], cut, n)
				}
			}
		}
	}
}

// TestFold compares with the case folding of golang.org/x/text, which is full
// folding: it agrees with simple folding where it gives one character. It folds
// Cherokee to small letters, against CaseFolding.txt.
func TestFold(t *testing.T) {
	a, full := Unicode(true), cases.Fold()
	compared := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := foldRune(r)
		if r < plane && a.simple(r) != got {
			t.Fatalf("%U: the table has %U, want %U", r, a.simple(r), got)
		}
		if r != softHyphen && a.has(r) != unicode.In(r, unicode.L, unicode.M, unicode.N) {
			t.Fatalf("%U: of a word is %v", r, a.has(r))
		}
		if a.has(r) && !a.has(got) {
			t.Errorf("%U folds to %U, which words do not have", r, got)
		}
		if unicode.Is(unicode.Cherokee, r) {
			if want := unicode.ToUpper(r); got != want {
				t.Errorf("%U folds to %U, want %U", r, got, want)
			}
			continue
		}
		if !utf8.ValidRune(r) {
			continue
		}
		if want := []rune(full.String(string(r))); len(want) == 1 {
			compared++
			if got != want[0] {
				t.Errorf("%U folds to %U, want %U", r, got, want[0])
			}
		}
	}
	if compared < 1_000_000 {
		t.Errorf("%d characters compared", compared)
	}
}

func BenchmarkScanner(b *testing.B) {
	texts := mixtures(1 << 20)
	for _, kind := range []string{"english", "russian"} {
		text := texts[kind]
		for name, a := range map[string]*Alphabet{"ascii fold": alphabets["ascii fold"], "unicode fold": alphabets["unicode fold"]} {
			for _, isa := range simd.Available() {
				b.Run(fmt.Sprintf("%s/%s/%v", kind, name, isa), func(b *testing.B) {
					s, err := NewScanner(a, isa)
					if err != nil {
						b.Fatal(err)
					}
					want, _ := plain(a, text)
					if got := scanned(s, text); !slices.Equal(got, want) {
						b.Fatal(difference(got, want))
					}
					b.SetBytes(int64(len(text)))
					for b.Loop() {
						for rest := text; len(rest) > 0; {
							rest, _ = s.Next(rest)
						}
					}
				})
			}
		}
	}
}
