// Package philox makes random numbers from counters: Philox4x32-10 of Salmon,
// Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
//
// A block of four words is a function of a key and a counter and of nothing
// before it, so a sample belongs to no rank and no thread: whoever needs it
// makes it. A Stream is the use that hybrid makes of the counter's words:
//
//	key      seed, low and high 32 bits
//	counter  index low | index high | sub-index | purpose
//
// The generator passes BigCrush; its period is 2^128 blocks a key. A block costs
// 20 multiplications of 32 by 32 bits.
package philox

// Rounds is the number of rounds of a block.
const Rounds = 10

// The multipliers of a round, and what is added to the key's words from one
// round to the next: the golden ratio and the square root of 3 less 1, both in
// units of 2^-32.
const (
	M0 = 0xD2511F53
	M1 = 0xCD9E8D57
	W0 = 0x9E3779B9
	W1 = 0xBB67AE85
)

// Purpose is the last word of a stream's counter. It keeps the random numbers
// of different uses apart under one seed.
type Purpose uint32

// The purposes. Their numbers are part of what a seed means and never change.
const (
	Pi Purpose = iota
	MatrixA
	MatrixB
	Walk
	Sort
	Edges // of the cells of an integral
	Noise // of the initial fields of models
)

// Key is what chooses one of 2^64 generators.
type Key [2]uint32

// Seed returns the key of a seed.
func Seed(seed uint64) Key { return Key{uint32(seed), uint32(seed >> 32)} }

// Next returns the key of the next round.
func (k Key) Next() Key { return Key{k[0] + W0, k[1] + W1} }

// Block returns the four random words of a counter.
func Block(k Key, c [4]uint32) [4]uint32 {
	r0, r1, r2, r3 := Words(k[0], k[1], c[0], c[1], c[2], c[3])
	return [4]uint32{r0, r1, r2, r3}
}

// Words is Block of the key k0, k1 and the counter c0 to c3, without arrays:
// Go keeps its arguments and results in registers.
func Words(k0, k1, c0, c1, c2, c3 uint32) (r0, r1, r2, r3 uint32) {
	for range Rounds {
		p0, p1 := M0*uint64(c0), M1*uint64(c2)
		c0, c1 = uint32(p1>>32)^c1^k0, uint32(p1)
		c2, c3 = uint32(p0>>32)^c3^k1, uint32(p0)
		k0, k1 = k0+W0, k1+W1
	}
	return c0, c1, c2, c3
}

// Stream is a sequence of 2^64 indices with 2^32 blocks each, for one seed and
// one purpose.
type Stream struct {
	Key     Key
	Purpose Purpose
}

// New returns the stream of a seed and a purpose.
func New(seed uint64, p Purpose) Stream { return Stream{Seed(seed), p} }

// At returns one block of the stream.
func (s Stream) At(index uint64, sub uint32) [4]uint32 {
	r0, r1, r2, r3 := s.Words(index, sub)
	return [4]uint32{r0, r1, r2, r3}
}

// Words is At without arrays.
func (s Stream) Words(index uint64, sub uint32) (r0, r1, r2, r3 uint32) {
	return Words(s.Key[0], s.Key[1], uint32(index), uint32(index>>32), sub, uint32(s.Purpose))
}

// Uniform maps a word to the midpoint (r+1/2)/2^32 of its cell of the interval
// (0, 1): never 0, never 1, exact, and with mean 1/2.
func Uniform(r uint32) float64 { return (float64(r) + 0.5) * 0x1p-32 }
