// Package lexicon counts words in a compact hash table, without a Go string or a
// pointer for any of them.
//
// A Table has all words, and a Cache the frequent ones of one thread.
//
// A slot of a table is 32 bytes, half a cache line. A word of at most 16 bytes is in its
// slot, filled up with zeros, which no word contains; of a longer one the slot has
// a hash and the length, and an arena has the bytes:
//
//	slot         key                        count    word
//	             "receive\0" "\0\0\0..."      8123       0
//	             "unmarsha" "ler\0\0..."        77       0
//	             hash       0xff | length       12     40   ---+
//	arena        ..........................................[acceptsEncodingGzip]...
//
// Collisions go to the next slot (linear probing); at most half of the slots are
// in use. Words are text: they contain neither the byte 0 nor 0xff.
//
// The highest bits of a hash say which slot, so tables of any size have their words
// in about the same order. To add one to another touches the memory of both in that
// order, a block after the other (see merge.go).
package lexicon

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/simd"
)

// MaxWord is the most bytes of a word.
const MaxWord = 16 << 20

// Table is a multiset of words. It is not safe for use by several goroutines.
type Table struct {
	seed  Seed
	slots []slot
	skip  int // bits of a hash, the highest, that do not say which slot it has
	shift int // of the others, to the index of the slot
	used  int
	arena []byte

	reserve func(bytes int) (release func(), err error)
	err     error // of reserve: no word is added any more

	late    []Packed // that are not in the slots yet
	kernels kernelSet
	touched uint64 // keeps loads that are made early, for the cache
}

// A slot is empty if its key is zero.
type slot struct {
	key   [2]uint64
	count uint64
	word  uint64 // where a long word begins in the arena
}

const (
	slotBytes = 32
	short     = 16         // bytes of a word that fits a key
	longMark  = 0xff << 56 // in key[1] of a long word, above its length
	least     = 1 << 7     // slots
)

// New returns an empty table that counts with the kernels of an instruction set,
// which must be one that this processor has. The hashes of its words may have
// their highest bits in common, skip of them: those by which the table was chosen.
func New(isa simd.ISA, seed Seed, skip int) (*Table, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	t := &Table{seed: seed, skip: skip, kernels: kernels(isa)}
	t.resize(least)
	return t, nil
}

// OnGrow has the table ask reserve before it takes that much memory; it holds it when
// it calls release. If there is none, the table counts nothing from then on, and Err
// says so.
func (t *Table) OnGrow(reserve func(bytes int) (release func(), err error)) { t.reserve = reserve }

// Err is why the table has stopped to count, if it has.
func (t *Table) Err() error { return t.err }

// take asks for memory. ok is false if there is none.
func (t *Table) take(bytes int) (release func(), ok bool) {
	if t.reserve == nil {
		return func() {}, true
	}
	release, t.err = t.reserve(bytes)
	return release, t.err == nil
}

// Len is the number of different words.
func (t *Table) Len() int {
	t.takeIn()
	return t.used
}

// Bytes is the memory that the table takes, 0 if it has no words.
func (t *Table) Bytes() int {
	if t.used+len(t.late) == 0 {
		return 0
	}
	return len(t.slots)*slotBytes + cap(t.arena) + cap(t.late)*int(unsafe.Sizeof(Packed{}))
}

// Size is the memory that the table needs for the words that it has.
func (t *Table) Size() int { return 2*t.used*slotBytes + len(t.arena) }

// Add adds n to the count of a word of 1 to MaxWord bytes. A table of d words
// takes amortized constant time and some 64 to 128 d bytes.
func (t *Table) Add(word []byte, n uint64) {
	t.AddHashed(word, t.seed.Hash(word), n)
}

// AddHashed is Add where the word's Hash is known.
func (t *Table) AddHashed(word []byte, hash, n uint64) {
	if t.err != nil {
		return
	}
	if len(word) <= short {
		t.add(nil, shortKey(word), hash, n)
		return
	}
	t.add(word, [2]uint64{hash, longMark | uint64(len(word))}, hash, n)
}

// home is the index of the slot where a hash belongs.
func (t *Table) home(hash uint64) uint64 { return hash << t.skip >> t.shift }

// add adds to the count of a long word, or of a short one that the key has.
func (t *Table) add(long []byte, key [2]uint64, hash, n uint64) {
	for i := t.home(hash); ; i = (i + 1) & uint64(len(t.slots)-1) {
		s := &t.slots[i]
		switch {
		case s.key == key && (long == nil || string(t.long(s)) == string(long)):
			s.count += n
			return
		case s.key == [2]uint64{}:
			if long != nil {
				s.word = uint64(len(t.arena))
				if !t.keep(long) {
					return
				}
			}
			s.key, s.count = key, n
			t.used++
			if 2*t.used > len(t.slots) {
				t.resize(2 * len(t.slots))
			}
			return
		}
	}
}

// long is the word of a slot that has a long one.
func (t *Table) long(s *slot) []byte {
	return t.arena[s.word:][:s.key[1]&^longMark]
}

// keep puts a long word into the arena.
func (t *Table) keep(long []byte) bool {
	if n := len(t.arena) + len(long); n > cap(t.arena) {
		n += n / 4
		release, ok := t.take(n)
		if !ok {
			return false
		}
		defer release()
		t.arena = append(make([]byte, 0, n), t.arena...)
	}
	t.arena = append(t.arena, long...)
	return true
}

// resize moves all words to so many slots, a power of two, if there is memory for
// them.
func (t *Table) resize(n int) {
	release, ok := t.take(n * slotBytes)
	if !ok {
		return
	}
	defer release()
	old := t.slots
	t.slots = pages.Make[slot](n)
	// A page that is read before it is written is mapped twice, and the second time all
	// processors must forget the first.
	clear(t.slots)
	t.shift = 64 - bits.TrailingZeros(uint(n))
	for i := range old {
		s := &old[i]
		if s.key == [2]uint64{} {
			continue
		}
		at := t.home(t.hash(s))
		for t.slots[at].key != [2]uint64{} {
			at = (at + 1) & uint64(n-1)
		}
		t.slots[at] = *s
	}
}

// Reset empties the table and keeps its memory.
func (t *Table) Reset() {
	clear(t.slots)
	t.used, t.arena, t.late = 0, t.arena[:0], t.late[:0]
}

// hash is the hash of the word in a slot.
func (t *Table) hash(s *slot) uint64 {
	if s.key[1]>>56 == longMark>>56 {
		return s.key[0]
	}
	return t.seed.mix(s.key)
}

// An Entry is a word with its count. The bytes of Word are good until the next
// entry.
type Entry struct {
	Word  []byte
	Hash  uint64
	Count uint64
}

// All yields every word, in an order that is good for adding them to another table:
// see blocks.
func (t *Table) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		var word [short]byte
		for block := range t.blocks() {
			for i := range block {
				s := &block[i]
				if s.key == [2]uint64{} {
					continue
				}
				e := Entry{Hash: t.hash(s), Count: s.count}
				if s.key[1]>>56 == longMark>>56 {
					e.Word = t.long(s)
				} else {
					binary.LittleEndian.PutUint64(word[:], s.key[0])
					binary.LittleEndian.PutUint64(word[8:], s.key[1])
					e.Word = word[:s.length()]
				}
				if !yield(e) {
					return
				}
			}
		}
	}
}

// length is the number of bytes of a short word.
func (s *slot) length() int {
	if s.key[1] != 0 {
		return 16 - bits.LeadingZeros64(s.key[1])/8
	}
	return 8 - bits.LeadingZeros64(s.key[0])/8
}
