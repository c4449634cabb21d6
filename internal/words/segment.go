package words

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// Segments is the alphabet of the word boundaries of Unicode (UAX #29, version 15.0,
// default rules), in which "won't", "3.14" and "can_open" are one word each. A
// segment is a word if it has a letter or a number. Two things are tailored, as
// section 4 of the annex allows: a single hyphen between two words joins them, so
// that "x-rays" and "out-of-the-box" are words; and a picture is of no word, though a
// joiner may stand before it. Format characters are left out of
// words, the soft hyphen among them, save those that change how letters join.
//
// The rules look at characters on both sides, and as far as it takes. So text is cut,
// see NextBreak, where there is a character that no word can have, a space for one.
func Segments(fold bool) *Alphabet {
	return newUnicode(fold, true)
}

// inSegments are characters that may stand in a word and are not of segmentTables:
// the classes MidLetter, MidNum, MidNumLet, Single_Quote, Double_Quote, and what is
// of other categories in ALetter, Numeric, Katakana and ExtendNumLet; with the
// hyphens.
var inSegments = func() (all []rune) {
	all = []rune{
		'"', '\'', ',', '.', ':', ';', '-', '_', 0xb7, 0x37e, 0x387, 0x55a, 0x55b, 0x55c, 0x55e, 0x55f, 0x589, 0x58a, 0x5f3, 0x5f4,
		0x60c, 0x60d, 0x66b, 0x66c, 0x7f8, 0x2010, 0x2011, 0x2018, 0x2019, 0x2024, 0x2027, 0x202f, 0x2044,
		0x309b, 0x309c, 0x30a0, 0xfe10, 0xfe13, 0xfe14, 0xfe50, 0xfe52, 0xfe54, 0xfe55, 0xfe63,
		0xff07, 0xff0c, 0xff0d, 0xff0e, 0xff1a, 0xff1b,
	}
	// Signs that modify letters, and Katakana in circles and squares.
	for _, r := range [][2]rune{{0x2c2, 0x2df}, {0x2e5, 0x2ff}, {0xa708, 0xa721}, {0xa789, 0xa78a}, {0xab5b, 0xab5b}, {0x32d0, 0x32fe}, {0x3300, 0x3357}} {
		for c := r[0]; c <= r[1]; c++ {
			all = append(all, c)
		}
	}
	return all
}()

// segmentTables are categories of which all or some may stand in a word, beyond
// ASCII. Pictures are not among them: by the rules a joiner could join one to a
// letter.
var segmentTables = []*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.Pc, unicode.Cf, unicode.Other_Alphabetic}

// skin are the signs of skin colours, which belong to the character before them.
const skinLow, skinHigh = 0x1f3fb, 0x1f3ff

// inSegment reports whether a character beyond the basic plane may stand in a word.
func inSegment(r rune) bool {
	return unicode.In(r, segmentTables...) || r >= skinLow && r <= skinHigh
}

// dropped reports whether scanned words do not have the character.
func (a *Alphabet) dropped(r rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	if !a.segments {
		return a.utf8 && r == softHyphen
	}
	return r >= softHyphen && unicode.Is(unicode.Cf, r) && r != nonJoiner && r != joiner && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

const softHyphen = 0xad

// isHyphen reports whether a segment is a hyphen.
func isHyphen(segment []byte) bool {
	switch r, _ := utf8.DecodeRune(segment); r {
	case '-', 0x2010, 0x2011, 0xfe63, 0xff0d:
		return true
	}
	return false
}

// hasLetter reports whether there is a letter or a number.
func hasLetter(segment []byte) bool {
	for i := 0; i < len(segment); {
		if c := segment[i]; c < utf8.RuneSelf {
			if isASCIILetter(c) {
				return true
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(segment[i:])
		if unicode.In(r, unicode.L, unicode.N) {
			return true
		}
		i += size
	}
	return false
}

func isASCIILetter(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// nextSegments is Next for words of segments.
func (s *Scanner) nextSegments(text []byte) (rest []byte, b Block) {
	n := len(text)
	if n > MaxBlock {
		n = s.LastBreak(text[:MaxBlock])
	}
	s.filled, s.edgesFilled = 0, 0
	if n == 0 {
		return s.longRun(text)
	}
	block := text[:n]
	for i := 0; i < n; {
		end := s.runEnd(block, i)
		if end > i {
			s.run(block[i:end])
			i = end
			continue
		}
		// A separator.
		r, size := utf8.DecodeRune(block[i:])
		if r == utf8.RuneError && size == 1 {
			s.Invalid++
		}
		i += size
	}
	return text[n:], s.block()
}

func (s *Scanner) block() Block {
	return Block{Text: s.text[:s.filled], Edges: s.edges[:s.edgesFilled]}
}

// runEnd is the end of the characters from i on that may stand in a word.
func (s *Scanner) runEnd(text []byte, i int) int { return i + s.firstEnd(text[i:]) }

// run puts the words of a run of characters that may stand in one into the block.
func (s *Scanner) run(run []byte) {
	// Most are letters, with a comma or quotes around them that join nothing.
	lo, hi := 0, len(run)
	for lo < hi && outside(run[lo]) {
		lo++
	}
	for lo < hi && outside(run[hi-1]) {
		hi--
	}
	plain := lo < hi
	for _, c := range run[lo:hi] {
		plain = plain && isASCIILetter(c)
	}
	if plain {
		s.putPlain(run[lo:hi])
		return
	}
	for g := range groups(run) {
		s.put(run[g.begin:g.end])
	}
}

// outside reports whether c is of no word where it has nothing of one on one side.
func outside(c byte) bool {
	switch c {
	case '.', ',', ':', ';', '"', '\'', '-':
		return true
	}
	return false
}

// A group is a word of one segment, or several with hyphens between. sure is the
// number of segments that were seen behind it: with two, nothing that follows makes
// it another one.
type group struct {
	begin, end, sure int
}

// groups yields the words of a run.
func groups(run []byte) func(yield func(group) bool) {
	return func(yield func(group) bool) {
		it := words.FromBytes(run)
		var g group
		hyphen := -1 // where one ends that follows g
		for it.Next() {
			segment, begin, end := it.Value(), it.Start(), it.End()
			switch {
			case hasLetter(segment) && g.end > 0 && hyphen == begin:
				g = group{g.begin, end, 0}
			case hasLetter(segment):
				if g.end > 0 && !yield(g) {
					return
				}
				g = group{begin, end, 0}
			case isHyphen(segment) && g.end > 0 && g.end == begin:
				hyphen = end
				g.sure++
			default:
				g.sure++
			}
		}
		if g.end > 0 {
			yield(g)
		}
	}
}

// certain yields the words of the beginning of a run, or of a whole one, that what
// follows cannot change.
func certain(run []byte, whole bool) func(yield func(group) bool) {
	return func(yield func(group) bool) {
		var last group
		for g := range groups(run) {
			if last.end > 0 && !yield(last) {
				return
			}
			last = g
		}
		if last.end > 0 && (whole || last.sure >= 2) {
			yield(last)
		}
	}
}

// longRun takes words from the beginning of a run that is no block: those that end
// in as much text as a block has, or one that is longer. To look at twice as much
// each time costs at most twice the length of what is taken.
func (s *Scanner) longRun(text []byte) (rest []byte, b Block) {
	for size := MaxBlock; ; size *= 2 {
		run := text[:s.firstEnd(text[:min(size, len(text))])]
		whole := len(run) < size
		taken := 0
		for g := range certain(run, whole) {
			if size > MaxBlock {
				return text[g.end:], Block{Text: s.folded(run[g.begin:g.end]), Long: true}
			}
			s.put(run[g.begin:g.end])
			taken = g.end
		}
		if taken == 0 && whole {
			taken = len(run) // there is no word
		}
		if taken > 0 {
			return text[taken:], s.block()
		}
	}
}

// putPlain is put for a word of letters and digits of ASCII.
func (s *Scanner) putPlain(word []byte) {
	text := s.text[s.filled:][:len(word)]
	for i, c := range word {
		text[i] = c | s.class.fold // digits have the bit
	}
	s.edges[s.edgesFilled], s.edges[s.edgesFilled+1] = uint16(s.filled), uint16(s.filled+len(word))
	s.filled, s.edgesFilled = s.filled+len(word), s.edgesFilled+2
}

// put puts a word into the block.
func (s *Scanner) put(word []byte) {
	s.edges[s.edgesFilled] = uint16(s.filled)
	s.filled += copy(s.text[s.filled:], s.folded(word))
	s.edges[s.edgesFilled+1] = uint16(s.filled)
	s.edgesFilled += 2
}

// folded is a word as it is counted, good until the next one.
func (s *Scanner) folded(word []byte) []byte {
	s.long = s.long[:0]
	for i := 0; i < len(word); {
		c, size := rune(word[i]), 1
		switch {
		case c >= utf8.RuneSelf:
			if c, size = utf8.DecodeRune(word[i:]); s.dropped(c) {
				i += size
				continue
			}
			if s.fold {
				c = s.simple(c)
			}
		case c >= 'A' && c <= 'Z':
			c |= s.foldBit()
		}
		i += size
		s.long = utf8.AppendRune(s.long, c)
	}
	return s.long
}
