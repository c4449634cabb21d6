package lexicon

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/internal/pages"
	"hybrid/simd"
)

// A Cache counts the frequent words of a text in as much memory as a second-level
// cache has. A line of it has the two words of a hash that it met last, save that the more
// frequent one stays:
//
//	line    "the\0..." 5127 hash    "unmarshaler\0..." 1 hash
//
// A word that is not there takes the place of the less frequent one, which goes out to
// whoever keeps all words. So a frequent word seldom needs the table of all of
// them, which is far larger, and what is rare needs one line of it each time.
// Words of more than 16 bytes are not counted.
type Cache struct {
	lines []Record // two for each
	shift int      // of a hash, to the index of its line
	most  int      // lines, in the end
	few   int      // words to come until then; only so many fill a cache in vain

	count cacheKernel // nil: countGo
	batch batch
	out   [CacheWords]Record
	long  [CacheWords]uint16
}

// CacheWords is how many words a cache counts at a time.
const CacheWords = 512

// Bytes of a cache, until fewWords are counted and in the end. A kernel asks for a line long before it
// looks at it, so that some of them may be in the third-level cache.
const (
	leastBytes = 256 << 10
	mostBytes  = 1 << 20
	fewWords   = 1 << 20
	lineBytes  = 2 * int(unsafe.Sizeof(Record{}))
)

// linesFor is how many lines a cache has in the end, a power of two, beside a second-level cache of so
// many bytes, or 0 where nobody knows.
func linesFor(secondLevel int) int {
	fit := min(max(secondLevel, leastBytes), mostBytes) / lineBytes
	return 1 << (bits.Len(uint(fit)) - 1)
}

// A Record is a word of at most 16 bytes with its count and hash.
type Record struct {
	key   [2]uint64
	Count uint64
	Hash  uint64
}

// NewCache returns an empty cache; see New.
func NewCache(isa simd.ISA, seed Seed) (*Cache, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	secondLevel := 0
	for _, c := range cores.Caches() {
		if c.Level == 2 {
			secondLevel = c.Bytes
		}
	}
	c := &Cache{most: linesFor(secondLevel), few: fewWords, count: kernels(isa).count, batch: batch{seed: seed}}
	c.resize(leastBytes / lineBytes)
	return c, nil
}

// resize gives the cache n lines, a power of two and no fewer than it has. The words of a line go
// to several ones, each of which has room for both.
func (c *Cache) resize(n int) {
	old := c.lines
	c.lines, c.shift = pages.Make[Record](2*n), 64-bits.Len(uint(n-1))
	for _, r := range old {
		if r.Count == 0 {
			continue
		}
		line := c.lines[2*(r.Hash>>c.shift):][:2]
		if line[0].Count > 0 {
			line = line[1:]
		}
		line[0] = r
	}
}

// A cacheKernel counts words, at least one, whose edges are given. It writes to long
// the numbers of those of more than 16 bytes, which it does not count, and to out what
// has lost its place, and returns how many of both.
// batch is the first key of a batch, which has the seed. 16 bytes are read from
// where a word begins.
type cacheKernel func(text *byte, edges *uint16, words int, lines *uint64, shift int, batch *uint64, out *uint64, long *uint16) (nout, nlong int)

// A batch is the words that a kernel looks at before it looks for them, so that
// their places are on the way to the first-level cache.
type batch struct {
	keys [2 * batchWords]uint64
	_    [batchWords]uint64 // their hashes
	seed Seed
	_    [batchWords]uint8 // the numbers of those that the cache does not have
}

const batchWords = 64

// CountWords adds one for each word of a text, CacheWords at most: word i is
// text[edges[2i]:edges[2i+1]]. Behind the text there must be 16 bytes that may be
// read, within its capacity. out is the words that have lost their places, and long
// the numbers of words that are not counted, until the next call.
func (c *Cache) CountWords(text []byte, edges []uint16) (out []Record, long []uint16) {
	words := len(edges) / 2
	if words == 0 {
		return nil, nil
	}
	if c.few -= words; c.few < 0 && 2*c.most > len(c.lines) {
		c.resize(c.most)
	}
	text = text[: len(text)+short : cap(text)]
	_ = c.long[words-1]
	if c.count == nil {
		return c.countGo(text, edges)
	}
	nout, nlong := c.count(&text[0], &edges[0], words, &c.lines[0].key[0], c.shift, &c.batch.keys[0], &c.out[0].key[0], &c.long[0])
	return c.out[:nout], c.long[:nlong]
}

// countGo is the reference of every kernel.
func (c *Cache) countGo(text []byte, edges []uint16) (out []Record, long []uint16) {
	out, long = c.out[:0], c.long[:0]
	var missing [batchWords]Record
	for first := 0; first < len(edges)/2; first += batchWords {
		misses := missing[:0]
		for i := first; i < min(first+batchWords, len(edges)/2); i++ {
			begin, end := edges[2*i], edges[2*i+1]
			n := end - begin
			if n > short {
				long = append(long, uint16(i))
				continue
			}
			b := text[begin:][:short]
			key := [2]uint64{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
			key[0] &= 1<<(8*n) - 1 // all of it from 8 bytes on
			key[1] &= 1<<(8*max(n, 8)-64) - 1
			r := Record{key, 1, c.batch.seed.mix(key)}
			if _, found := c.find(r); !found {
				misses = append(misses, r)
			}
		}
		for _, r := range misses {
			line, found := c.find(r) // if the batch has it twice
			if found {
				continue
			}
			least := 0
			if line[1].Count < line[0].Count {
				least = 1
			}
			if line[least].Count > 0 {
				out = append(out, line[least])
			}
			line[least] = r
		}
	}
	return out, long
}

// find counts a word if its line has it.
func (c *Cache) find(r Record) (line []Record, found bool) {
	line = c.lines[2*(r.Hash>>c.shift):][:2]
	for i := range line {
		if line[i].key == r.key {
			line[i].Count++
			return line, true
		}
	}
	return line, false
}

// Drain empties the cache and gives f its words, in an order as Table.All has.
func (c *Cache) Drain(f func(Record)) {
	for i := range c.lines {
		at := bits.Reverse64(uint64(i)) >> (64 - bits.Len(uint(len(c.lines)-1)))
		if r := &c.lines[at]; r.Count > 0 {
			f(*r)
			*r = Record{}
		}
	}
}

// An addKernel adds records, at least one, to slots that have room for all, and
// returns how many words are new. The slots end where end says.
type addKernel func(records *uint64, n int, slots *uint64, end uintptr, skip, shift int) (added int)

// A kernelSet is the kernels of an instruction set; each nil where Go does the same.
type kernelSet struct {
	count     cacheKernel
	add       addKernel
	addPacked packedKernel
}

// AddRecords adds words whose hashes are of the table's seed.
func (t *Table) AddRecords(records []Record) {
	for batch := range slices.Chunk(records, batchWords) {
		if !t.room(len(batch)) {
			return
		}
		if t.kernels.add == nil {
			for _, r := range batch {
				t.add(nil, r.key, r.Hash, r.Count)
			}
			continue
		}
		t.used += t.kernels.add(&batch[0].key[0], len(batch), &t.slots[0].key[0], t.end(), t.skip, t.shift)
	}
}

// room makes room for so many words more, if there is memory for it.
func (t *Table) room(words int) bool {
	for 2*(t.used+words) > len(t.slots) && t.err == nil {
		t.resize(2 * len(t.slots))
	}
	return t.err == nil
}

// end is the address behind the last slot.
func (t *Table) end() uintptr {
	return uintptr(unsafe.Pointer(&t.slots[0])) + uintptr(len(t.slots))*slotBytes
}
