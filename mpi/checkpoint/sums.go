package checkpoint

import (
	"cmp"
	"hash/crc32"
	"slices"
	"sync"
)

// sums are the checksums of pieces of a file, which come in any order and from several
// goroutines.
type sums struct {
	mu  sync.Mutex
	all []pieceSum
}

type pieceSum struct {
	at, bytes int64
	sum       uint32
}

// add takes down the piece at a byte of the file.
func (s *sums) add(at int64, piece []byte) {
	p := pieceSum{at, int64(len(piece)), crc32.Checksum(piece, castagnoli)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, p)
}

// of is the checksum of a file, whole if the pieces have every byte of it once.
func (s *sums) of(bytes int64) (sum uint32, whole bool) {
	slices.SortFunc(s.all, func(a, b pieceSum) int { return cmp.Compare(a.at, b.at) })
	end := int64(0)
	for _, p := range s.all {
		if p.at != end {
			return 0, false
		}
		sum = joined(sum, p.sum, p.bytes)
		end += p.bytes
	}
	return sum, end == bytes
}

// joined is the checksum of what has checksum a with so many bytes of checksum b behind it:
// a times x^(8 bytes), plus b, as polynomials over GF(2) modulo Castagnoli's (M. Adler, zlib,
// crc32_combine).
func joined(a, b uint32, bytes int64) uint32 {
	shift, square := uint32(1<<31), uint32(1<<23) // x^0 and x^8; the highest bit is that of x^0
	for ; bytes > 0; bytes >>= 1 {
		if bytes&1 != 0 {
			shift = product(shift, square)
		}
		square = product(square, square)
	}
	return product(shift, a) ^ b
}

// product multiplies two polynomials modulo Castagnoli's.
func product(a, b uint32) (p uint32) {
	for ; a != 0; a <<= 1 {
		if a>>31 != 0 {
			p ^= b
		}
		b = b>>1 ^ crc32.Castagnoli&-(b&1)
	}
	return p
}
