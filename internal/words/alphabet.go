package words

import (
	"unicode"
	"unicode/utf8"
)

// An Alphabet says which characters words are made of, and which of them are the
// same. It is not changed by its use and may be shared.
type Alphabet struct {
	utf8, fold bool
	segments   bool // words are segments, see Segments; what follows is of runs of them

	ascii [256]uint8 // 1 for the bytes below 0x80 that words have

	// Of an alphabet in UTF-8, the characters below 0x10000, where nearly all text is.
	letters []uint64 // a bit for each that words have
	folded  []uint16 // what each becomes; nil if the alphabet does not fold
	outputs []output // of those of one or two bytes
}

// An output is what a character becomes in scanned text: in the lower 24 bits its
// bytes, the first one lowest, then how many these are, and isWord if words have it.
// What separates words becomes a space.
type output uint32

const isWord = 1 << 31

func (o output) length() int { return int(o >> 24 & 3) }
func (o output) word() int   { return int(o >> 31) }

// ASCII is the alphabet of the letters A to Z and a to z.
func ASCII(fold bool) *Alphabet {
	a := &Alphabet{fold: fold}
	for c := byte('a'); c <= 'z'; c++ {
		a.ascii[c], a.ascii[c-'a'+'A'] = 1, 1
	}
	return a
}

const plane = 0x10000 // characters of the basic multilingual plane

// Unicode is the alphabet of all letters, marks and numbers. A soft hyphen in a
// word is left out. Making it takes a millisecond.
func Unicode(fold bool) *Alphabet {
	return newUnicode(fold, false)
}

func newUnicode(fold, segments bool) *Alphabet {
	a := &Alphabet{utf8: true, fold: fold, segments: segments, letters: make([]uint64, plane/64)}
	set := func(c rune) { a.letters[c/64] |= 1 << (c % 64) }
	tables, others := []*unicode.RangeTable{unicode.L, unicode.M, unicode.N}, []rune{softHyphen}
	if segments {
		tables, others = segmentTables, inSegments
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
				if c >= utf8.RuneSelf || isASCIILetter(byte(c)) {
					set(c)
				}
			}
		}
	}
	for _, c := range others {
		set(c)
	}
	for c := range rune(utf8.RuneSelf) {
		if a.has(c) {
			a.ascii[c] = 1
		}
	}
	if fold {
		a.folded = make([]uint16, plane)
		for c := range a.folded {
			a.folded[c] = uint16(c)
		}
		for _, r := range unicode.CaseRanges {
			for c := r.Lo; c <= min(r.Hi, plane-1); c++ {
				a.folded[c] = uint16(foldRune(rune(c)))
			}
		}
	}
	a.outputs = make([]output, 0x800)
	for c := range a.outputs {
		o, r := output(0), rune(' ')
		if a.has(rune(c)) {
			o, r = isWord, rune(c)
			if fold {
				r = a.simple(r)
			}
		}
		b := utf8.AppendRune(nil, r)
		o |= output(len(b)) << 24
		for i, c := range b {
			o |= output(c) << (8 * i)
		}
		a.outputs[c] = o
	}
	return a
}

// has reports whether words have the character.
func (a *Alphabet) has(r rune) bool {
	switch {
	case !a.utf8:
		return r < utf8.RuneSelf && a.ascii[r] != 0
	case r < plane:
		return a.letters[r/64]>>(r%64)&1 != 0
	}
	if a.segments {
		return inSegment(r)
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// simple is what a character becomes by folding.
func (a *Alphabet) simple(r rune) rune {
	if r < plane {
		return rune(a.folded[r])
	}
	return foldRune(r)
}

// foldRune is the simple case folding of Unicode. The small letters of Cherokee,
// younger than its capitals, become capitals.
func foldRune(r rune) rune {
	if unicode.SimpleFold(r) == r {
		return r
	}
	upper := unicode.ToUpper(r)
	if unicode.Is(unicode.Cherokee, upper) {
		return upper
	}
	return unicode.ToLower(upper)
}
