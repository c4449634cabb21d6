package words

import (
	"encoding/binary"
	"unicode/utf8"

	"hybrid/simd"
)

// MaxBlock is the most text of a block, in bytes: what stays in the first-level
// cache together with its words.
const MaxBlock = 8 << 10

// Slack is the number of bytes behind a block's text that may be read.
const Slack = 64

// A Block is a piece of text, folded, with its words.
type Block struct {
	// Text is followed by Slack bytes of any value, unless it is one Long word.
	Text []byte
	// Edges are the offsets in Text at which words begin and end: word i is
	// Text[Edges[2i]:Edges[2i+1]].
	Edges []uint16
	// Long says that Text is one word as a whole, too long for a block; or none, if it
	// is empty.
	Long bool
}

// A Scanner cuts text into words. A block that it returns is good until the next
// one.
type Scanner struct {
	*Alphabet
	Invalid int64 // bytes met so far that are not UTF-8; ASCII does not count them

	edge  edgeKernel // nil: edgesGo
	class class
	text  []byte
	edges []uint16
	long  []byte

	filled, edgesFilled int // of text and edges, while segments are put there
}

// A class is what the kernels know of an alphabet, a byte each.
type class struct {
	fold   byte // set in every byte of the text: 0x20 folds letters and leaves digits
	digits byte // how many of '0', '1', ... are in words
}

// An edgeKernel finds the words of so many vectors of 64 bytes. A byte of a word
// is a letter A to Z or a to z, or a digit that the class has. It writes the text,
// folded, to dst, and to edges the offset, plus base, of every byte that is of a
// word where the byte before is not, or the other way round; before the first comes
// one of a word if inside is 1. It returns how many it wrote, and inside for what
// follows. It may write up to 64 edges more, of any value. c is the first byte of a
// class.
type edgeKernel func(dst, src *byte, vectors int, c *byte, edges *uint16, base, inside int) (n, after int)

const vector = 64 // bytes

// NewScanner returns a scanner for an alphabet, with the kernels of an instruction
// set, which must be one that this processor has.
func NewScanner(a *Alphabet, isa simd.ISA) (*Scanner, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	s := &Scanner{Alphabet: a, edge: kernel(isa)}
	if a.fold {
		s.class.fold = 'a' - 'A'
	}
	if a.utf8 {
		s.class.digits = 10
	}
	const most = MaxBlock / 2 * 3 // characters of two bytes may fold to one of three
	s.text = make([]byte, most+Slack)
	s.edges = make([]uint16, most+vector)
	return s, nil
}

// Next scans a block from the beginning of text, which begins and ends at breaks
// and is not empty, and returns what is left.
func (s *Scanner) Next(text []byte) (rest []byte, b Block) {
	if s.segments {
		return s.nextSegments(text)
	}
	n := len(text)
	if n > MaxBlock {
		n = s.LastBreak(text[:MaxBlock])
	}
	if n == 0 {
		return s.longWord(text)
	}
	block := text[:n]
	if s.utf8 && !isASCII(block) {
		return text[n:], s.runes(block)
	}
	return text[n:], s.bytes(block)
}

// bytes scans a block in which words have bytes below 0x80 alone.
func (s *Scanner) bytes(block []byte) Block {
	edges, inside := 0, 0
	whole := len(block) / vector
	if whole > 0 {
		edges, inside = s.find(s.text, block, whole, 0, 0, 0)
	}
	if at := whole * vector; at < len(block) {
		var tail [vector]byte // ends the last word with a zero
		copy(tail[:], block[at:])
		edges, inside = s.find(s.text[at:], tail[:], 1, edges, at, inside)
	}
	if inside == 1 {
		s.edges[edges] = uint16(len(block))
		edges++
	}
	return Block{Text: s.text[:len(block)], Edges: s.edges[:edges]}
}

// find calls the kernel for vectors at base, of a block with so many edges before.
func (s *Scanner) find(dst, src []byte, vectors, edges, base, inside int) (n, after int) {
	if s.edge == nil {
		n, after = s.edgesGo(dst, src[:vectors*vector], s.edges[edges:], base, inside)
	} else {
		n, after = s.edge(&dst[0], &src[0], vectors, &s.class.fold, &s.edges[edges], base, inside)
	}
	return edges + n, after
}

// edgesGo is the reference of every edge kernel.
func (s *Scanner) edgesGo(dst, src []byte, edges []uint16, base, inside int) (n, after int) {
	dst = dst[:len(src)]
	for i, b := range src {
		is := int(s.ascii[b])
		edges[n] = uint16(base + i) // overwritten unless it is one
		n += is ^ inside
		inside = is
		dst[i] = b | s.class.fold
	}
	return n, inside
}

// runes scans a block of UTF-8.
func (s *Scanner) runes(block []byte) Block {
	text, edges, outputs := s.text, s.edges, s.outputs
	at, n, inside := 0, 0, 0 // in text and in edges; 1 in a word
	for i := 0; i < len(block); {
		is, size := 0, 0
		edges[n] = uint16(at) // overwritten unless it is one
		if r, width := two(block[i:]); r == softHyphen {
			i += width
			continue
		} else if width > 0 {
			o := outputs[r]
			is, size = o.word(), o.length()
			binary.LittleEndian.PutUint32(text[at:], uint32(o))
			i += width
		} else {
			r, width := utf8.DecodeRune(block[i:])
			invalid := r == utf8.RuneError && width == 1
			i += width
			switch {
			case !invalid && s.has(r):
				if s.fold {
					r = s.simple(r)
				}
				is, size = 1, utf8.EncodeRune(text[at:], r)
			case invalid:
				s.Invalid++
				fallthrough
			default:
				text[at], size = ' ', 1
			}
		}
		n += is ^ inside
		inside = is
		at += size
	}
	edges[n] = uint16(at)
	n += inside
	return Block{Text: text[:at], Edges: edges[:n]}
}

// two is the character that b begins with if that has one or two bytes.
func two(b []byte) (r, width int) {
	if b[0] < utf8.RuneSelf {
		return int(b[0]), 1
	}
	if len(b) >= 2 && b[0]-0xc2 < 0x1e && b[1]&0xc0 == 0x80 {
		return int(b[0]&0x1f)<<6 | int(b[1]&0x3f), 2
	}
	return 0, 0
}

// foldBit is what tells small letters from capitals.
func (s *Scanner) foldBit() rune { return rune(s.class.fold) }

// longWord takes the word that text begins with, and which is no block.
func (s *Scanner) longWord(text []byte) (rest []byte, b Block) {
	n := s.firstEnd(text)
	return text[n:], Block{Text: s.folded(text[:n]), Long: true}
}

// firstEnd returns where the word ends that text begins with.
func (s *Scanner) firstEnd(text []byte) int {
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c < utf8.RuneSelf || !s.utf8 {
			if s.ascii[c] == 0 {
				return i
			}
		} else if c, size = utf8.DecodeRune(text[i:]); c == utf8.RuneError && size == 1 || !s.has(c) {
			return i
		}
		i += size
	}
	return len(text)
}

func isASCII(b []byte) bool {
	const high = 0x8080808080808080
	for ; len(b) >= 64; b = b[64:] {
		x := binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) |
			binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:]) |
			binary.LittleEndian.Uint64(b[32:]) | binary.LittleEndian.Uint64(b[40:]) |
			binary.LittleEndian.Uint64(b[48:]) | binary.LittleEndian.Uint64(b[56:])
		if x&high != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
