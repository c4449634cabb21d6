package lexicon

import (
	"encoding/binary"
	"unsafe"
)

// CountWords adds one for each word of a text: word i is text[edges[2i]:edges[2i+1]].
// Behind the text there must be 16 bytes that may be read,
// within its capacity.
func (t *Table) CountWords(text []byte, edges []uint16) {
	words := len(edges) / 2
	if words == 0 || t.err != nil {
		return
	}
	text = text[: len(text)+short : cap(text)]
	if t.count == nil || t.skip > 0 {
		t.countGo(text, edges)
		return
	}
	if len(t.numbers) < words {
		t.numbers = make([]uint16, words)
	}
	for 2*(t.used+words) > len(t.slots) {
		if t.resize(2 * len(t.slots)); t.err != nil {
			return
		}
	}
	end := uintptr(unsafe.Pointer(&t.slots[0])) + uintptr(len(t.slots))*slotBytes
	long, added := t.count(&text[0], &edges[0], words, &t.slots[0].key[0], end, t.shift, &t.batch.keys[0], &t.numbers[0])
	t.used += added
	for _, i := range t.numbers[:long] {
		t.Add(text[edges[2*i]:edges[2*i+1]], 1)
	}
}

// countGo is the reference of every kernel.
func (t *Table) countGo(text []byte, edges []uint16) {
	for ; len(edges) >= 2 && t.err == nil; edges = edges[2:] {
		begin, end := edges[0], edges[1]
		n := end - begin
		if n > short {
			t.Add(text[begin:end], 1)
			continue
		}
		b := text[begin:][:short]
		key := [2]uint64{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
		key[0] &= 1<<(8*n) - 1 // all of it from 8 bytes on
		key[1] &= 1<<(8*max(n, 8)-64) - 1
		t.add(nil, key, t.seed.mix(key), 1)
	}
}

// A countKernel adds one for each of so many words, at least one, whose edges are
// given, but leaves in long the numbers of those of more than 16 bytes and returns
// how many there are, and how many words are new. The slots end where end says and
// have room for all. batch is the first key of a batch, which has the seed. 16 bytes are read from
// where a word begins.
type countKernel func(text *byte, edges *uint16, words int, slots *uint64, end uintptr, shift int, batch *uint64, long *uint16) (nlong, added int)

// A batch is the words that a kernel looks at before it looks for them, so that
// their slots are on the way to the cache.
type batch struct {
	keys [2 * batchWords]uint64
	_    [batchWords]uint64 // the addresses of their slots
	seed Seed
}

const batchWords = 64
