package lexicon

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// A Seed chooses one of many hashes, so that no one who writes a text can know which
// of its words collide. Tables between which words move have the same one.
type Seed [2]uint64

// marks are bytes that a seed has and no key, so that no factor of mix is zero.
const marks = 0xff

// NewSeed returns one at random.
func NewSeed() Seed { return Seed{rand.Uint64() | marks, rand.Uint64() | marks} }

// mix is the hash of a short word: both halves of a product of 128 bits (Wang Yi
// et al., wyhash).
func (s Seed) mix(key [2]uint64) uint64 {
	hi, lo := bits.Mul64(key[0]^s[0], key[1]^s[1])
	return hi ^ lo
}

// Hash is the hash of a word, the same in every process that has the seed.
func (s Seed) Hash(word []byte) uint64 {
	if len(word) <= short {
		return s.mix(shortKey(word))
	}
	h := uint64(len(word))
	for rest := word; len(rest) > short; rest = rest[short:] {
		h = s.mix([2]uint64{binary.LittleEndian.Uint64(rest) ^ h, binary.LittleEndian.Uint64(rest[8:])})
	}
	last := word[len(word)-short:]
	return s.mix([2]uint64{binary.LittleEndian.Uint64(last) ^ h, binary.LittleEndian.Uint64(last[8:])})
}

// shortKey is a word of at most 16 bytes, filled up with zeros.
func shortKey(word []byte) (key [2]uint64) {
	var b [short]byte
	copy(b[:], word)
	return [2]uint64{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])}
}
