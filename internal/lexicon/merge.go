package lexicon

import (
	"iter"
	"math/bits"
)

// blockSlots is the number of slots in a block, and of words in a Batch at most.
const blockSlots = 64

// blocks yields the slots a block at a time, the blocks in bit-reversed order: 0,
// 1/2, 1/4, 3/4, 1/8, ... of the way through. So the words seen at any time are spread
// evenly over the hashes. In the order of the slots, the words that are added to a
// smaller table before it grows would all belong into a small part of it, one
// next to the other, and finding a place would take time proportional to their number.
func (t *Table) blocks() iter.Seq[[]slot] {
	return func(yield func([]slot) bool) {
		t.takeIn()
		n := len(t.slots) / blockSlots // a power of two, 2 at least
		for i := range n {
			at := int(bits.Reverse64(uint64(i)) >> (65 - bits.Len(uint(n))))
			if !yield(t.slots[at*blockSlots:][:blockSlots]) {
				return
			}
		}
	}
}

// A Batch is words of one table that are to be added to another one. It is good
// until the table changes.
type Batch struct {
	from   *Table
	n      int
	slots  [blockSlots]*slot
	hashes [blockSlots]uint64
}

// Batches calls f with all words, those of a batch having the same highest bits
// of their hashes.
func (t *Table) Batches(highest int, f func(bits uint64, b *Batch)) {
	b := &Batch{from: t}
	of := uint64(0) // the batch
	flush := func() {
		if b.n > 0 {
			f(of, b)
			b.n = 0
		}
	}
	for block := range t.blocks() {
		for i := range block {
			s := &block[i]
			if s.key == [2]uint64{} {
				continue
			}
			hash := t.hash(s)
			if h := hash >> (64 - highest); h != of {
				flush()
				of = h
			}
			b.slots[b.n], b.hashes[b.n] = s, hash
			b.n++
		}
		flush()
	}
}

// AddBatch adds the words of a batch from a table with the same seed.
func (t *Table) AddBatch(b *Batch) {
	// The loads of the slots do not wait for each other here, as they do where
	// each word may change the table.
	touched := uint64(0)
	for _, h := range b.hashes[:b.n] {
		touched |= t.slots[t.home(h)].key[0]
	}
	t.touched = touched
	for i, s := range b.slots[:b.n] {
		if t.err != nil {
			return
		}
		var long []byte
		if s.key[1]>>56 == longMark>>56 {
			long = b.from.long(s)
		}
		t.add(long, s.key, b.hashes[i], s.count)
	}
}
