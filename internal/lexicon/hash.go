package lexicon

import (
	"encoding/binary"
	"math/bits"
)

// The multipliers of the hash, from wyhash. A key is never equal to them, as it has no byte
// 0xff and they have one, so that no factor is zero.
const (
	mul0 = 0xa0761d6478bd64ff
	mul1 = 0xe7037ed1a0b428ff
)

// mix is the hash of a short word: both halves of a product of 128 bits (Wang Yi
// et al., wyhash).
func mix(key [2]uint64) uint64 {
	hi, lo := bits.Mul64(key[0]^mul0, key[1]^mul1)
	return hi ^ lo
}

// Hash is the hash of a word, the same in every process.
func Hash(word []byte) uint64 {
	if len(word) <= short {
		return mix(shortKey(word))
	}
	h := uint64(len(word))
	for rest := word; len(rest) > short; rest = rest[short:] {
		h = mix([2]uint64{binary.LittleEndian.Uint64(rest) ^ h, binary.LittleEndian.Uint64(rest[8:])})
	}
	last := word[len(word)-short:]
	return mix([2]uint64{binary.LittleEndian.Uint64(last) ^ h, binary.LittleEndian.Uint64(last[8:])})
}

// shortKey is a word of at most 16 bytes, filled up with zeros.
func shortKey(word []byte) (key [2]uint64) {
	var b [short]byte
	copy(b[:], word)
	return [2]uint64{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])}
}
