package wordcount

import (
	"iter"
	"math/bits"
	"sync"
	"sync/atomic"

	"hybrid/internal/lexicon"
	"hybrid/simd"
)

// A tableSet is a table that several threads add to, in shards by the highest bits
// of the hash. A shard of a million words in all fits a second-level cache.
type tableSet struct {
	isa     simd.ISA
	seed    lexicon.Seed
	bits    int // of a hash that say which shard
	reserve func(bytes int) (release func(), err error)
	shards  []shard
	granted atomic.Int64          // bytes that shards may take without asking whether there are so many
	none    atomic.Pointer[error] // why the set has stopped to count, if it has
	bytes   atomic.Int64          // that all shards take which are not empty, when it was measured last
}

// aheadBytes is what a set asks for beyond what it needs, where there is plenty: to look how
// much memory is free takes as long as a shard takes to grow.
const aheadBytes = 4 << 20

type shard struct {
	mu    sync.Mutex
	table *lexicon.Table
	_     [40]byte // to the end of the cache line
}

func newTableSet(o Options, seed lexicon.Seed) (*tableSet, error) {
	t := &tableSet{isa: o.ISA, seed: seed}
	t.bits = max(7, 2+bits.Len(uint(o.Threads-1))) // four shards a thread at least, so that none waits for long
	t.shards = make([]shard, 1<<t.bits)
	t.reserve = func(bytes int) (func(), error) {
		if err := t.failed(); err != nil {
			return nil, err
		}
		if bytes < leastBytes || t.granted.Add(-int64(bytes)) >= 0 {
			return func() {}, nil
		}
		growing.Lock()
		_, plenty := o.plentyFor(bytes + aheadBytes)
		growing.Unlock()
		if plenty {
			t.granted.Store(aheadBytes)
			return func() {}, nil
		}
		release, err := o.reserve("the table of different words", bytes)
		if err != nil {
			t.none.Store(&err)
		}
		return release, err
	}
	return t, t.reset()
}

// reset empties the set and gives its memory back.
func (t *tableSet) reset() error {
	for i := range t.shards {
		table, err := lexicon.New(t.isa, t.seed, t.bits)
		if err != nil {
			return err
		}
		table.OnGrow(t.reserve)
		t.shards[i].table = table
	}
	t.measure()
	return nil
}

// failed is why the set has stopped to count, if it has.
func (t *tableSet) failed() error {
	if err := t.none.Load(); err != nil {
		return *err
	}
	return nil
}

// measure finds out how large the set is.
func (t *tableSet) measure() {
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		n += s.table.Bytes()
		s.mu.Unlock()
	}
	t.bytes.Store(int64(n))
}

// shard is the index of the one for a hash.
func (t *tableSet) shard(hash uint64) int { return int(hash >> (64 - t.bits)) }

// add adds to the count of a word.
func (t *tableSet) add(e lexicon.Entry) {
	s := &t.shards[t.shard(e.Hash)]
	s.mu.Lock()
	s.table.AddHashed(e.Word, e.Hash, e.Count)
	s.mu.Unlock()
}

// addRecords adds words of one shard.
func (t *tableSet) addRecords(shard int, records []lexicon.Record) {
	s := &t.shards[shard]
	s.mu.Lock()
	s.table.AddRecords(records)
	s.mu.Unlock()
}

// addPacked adds words of one shard.
func (t *tableSet) addPacked(shard int, words []lexicon.Packed) {
	s := &t.shards[shard]
	s.mu.Lock()
	s.table.AddPacked(words)
	s.mu.Unlock()
}

// addTable adds all words of a table.
func (t *tableSet) addTable(from *lexicon.Table) {
	from.Batches(t.bits, func(bits uint64, b *lexicon.Batch) {
		s := &t.shards[bits]
		s.mu.Lock()
		s.table.AddBatch(b)
		s.mu.Unlock()
	})
}

// owner is the rank, of so many, that owns the words of a hash. It takes other bits
// than a table.
func owner(hash uint64, ranks int) int { return int(hash & (1<<32 - 1) * uint64(ranks) >> 32) }

func (t *tableSet) all() iter.Seq[lexicon.Entry] {
	return func(yield func(lexicon.Entry) bool) {
		for i := range t.shards {
			for e := range t.shards[i].table.All() {
				if !yield(e) {
					return
				}
			}
		}
	}
}
