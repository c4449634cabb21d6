package words

import "unicode/utf8"

// Context is the number of bytes before an offset that the place of the next
// break may depend on.
const Context = utf8.UTFMax

// NextBreak returns the first break in text. before is what comes before it, of
// which the last Context bytes count; where it is empty the text begins here, and
// 0 is a break. atEnd says that nothing follows, which makes the end a break.
// Otherwise ok is false where the next break depends on what follows.
func (a *Alphabet) NextBreak(before, text []byte, atEnd bool) (at int, ok bool) {
	before = before[max(0, len(before)-Context):]
	switch {
	case len(before) == 0:
		return 0, true
	case len(text) < Context && !atEnd:
		return 0, false
	}
	joined := append(append(make([]byte, 0, 2*Context), before...), text[:min(len(text), Context)]...)
	at = a.boundary(joined, len(before)) - len(before)
	if !a.lastIs(joined[:len(before)+at]) {
		return at, true
	}
	for at < len(text) {
		if c := text[at]; c < utf8.RuneSelf || !a.utf8 {
			if a.ascii[c] == 0 {
				return at, true
			}
			at++
			continue
		}
		if !atEnd && !utf8.FullRune(text[at:]) {
			return 0, false
		}
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 || !a.has(r) {
			return at, true
		}
		at += size
	}
	return at, atEnd
}

// boundary returns the first place from at on that is not inside a character.
// A byte that is not part of a valid character is one by itself. A character
// begins with a byte that does not continue one, so that at most three bytes
// before at tell.
func (a *Alphabet) boundary(b []byte, at int) int {
	if !a.utf8 || at >= len(b) || utf8.RuneStart(b[at]) {
		return at
	}
	for s := at - 1; s >= max(0, at-utf8.UTFMax+1); s-- {
		if utf8.RuneStart(b[s]) {
			if _, size := utf8.DecodeRune(b[s:]); size > at-s {
				return s + size
			}
			break
		}
	}
	return at
}

// lastIs reports whether b ends with a character of words.
func (a *Alphabet) lastIs(b []byte) bool {
	c := b[len(b)-1]
	if c < utf8.RuneSelf || !a.utf8 {
		return a.ascii[c] != 0
	}
	r, size := utf8.DecodeLastRune(b)
	return !(r == utf8.RuneError && size == 1) && a.has(r)
}

// LastBreak returns the last break in text that is one whatever follows, 0 if
// only the beginning is: text[:LastBreak(text)] can be scanned by itself. text
// begins at a break. It looks at the bytes behind the break, mostly a few.
func (a *Alphabet) LastBreak(text []byte) int {
	for i := len(text); i > 0; {
		c := text[i-1]
		if c < utf8.RuneSelf || !a.utf8 {
			if a.ascii[c] == 0 {
				return i
			}
			i--
			continue
		}
		r, size := utf8.DecodeLastRune(text[:i])
		switch {
		case r != utf8.RuneError || size > 1:
			if !a.has(r) {
				return i
			}
		case len(text)-i >= utf8.UTFMax || !a.open(text[i-1:]):
			return i
		}
		i -= size
	}
	return 0
}

// open reports whether b, a byte that no valid character ends with and what
// follows, may be part of a character that the end of the text cuts off.
func (a *Alphabet) open(b []byte) bool {
	return !utf8.RuneStart(b[0]) || !utf8.FullRune(b)
}
