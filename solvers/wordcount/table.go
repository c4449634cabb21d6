package wordcount

import (
	"iter"
	"sync"
	"sync/atomic"

	"hybrid/internal/lexicon"
	"hybrid/simd"
)

// A tableSet is a table that several threads add to, in shards by the highest bits
// of the hash. With one thread there is one shard.
type tableSet struct {
	isa    simd.ISA
	seed   lexicon.Seed
	bits   int // of a hash that say which shard
	room   func(bytes int) (release func(), err error)
	shards []shard
	bytes  atomic.Int64 // that all shards take which are not empty, when it was measured last
}

type shard struct {
	mu    sync.Mutex
	table *lexicon.Table
	_     [40]byte // to the end of the cache line
}

func newTableSet(o Options, seed lexicon.Seed) (*tableSet, error) {
	t := &tableSet{isa: o.ISA, seed: seed}
	if o.Threads > 1 {
		t.bits = 6
	}
	t.shards = make([]shard, 1<<t.bits)
	var none atomic.Pointer[error] // the first one, for all shards
	t.room = func(bytes int) (func(), error) {
		if err := none.Load(); err != nil {
			return nil, *err
		}
		release, err := o.room("the table of different words", bytes)
		if err != nil {
			none.Store(&err)
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
		table.OnGrow(t.room)
		t.shards[i].table = table
	}
	t.measure()
	return nil
}

// err is why the set has stopped to count, if it has. No one adds to it meanwhile.
func (t *tableSet) err() error {
	for i := range t.shards {
		if err := t.shards[i].table.Err(); err != nil {
			return err
		}
	}
	return nil
}

// measure finds out how large the set is.
func (t *tableSet) measure() {
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		if s.table.Len() > 0 {
			n += s.table.Bytes()
		}
		s.mu.Unlock()
	}
	t.bytes.Store(int64(n))
}

// add adds to the count of a word.
func (t *tableSet) add(e lexicon.Entry) {
	s := &t.shards[e.Hash>>(64-t.bits)]
	s.mu.Lock()
	s.table.AddHashed(e.Word, e.Hash, e.Count)
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
