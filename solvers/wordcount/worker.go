package wordcount

import (
	"hybrid/internal/lexicon"
	"hybrid/internal/words"
)

// A worker counts the words of text on one thread, in tables of its own that keep
// the frequent words:
//
//	cache   words of at most 16 bytes; what loses its place goes to
//	boxes   one for each shard of the rank's table, and when it is full, to that
//	long    longer words; when it is full, all go to the rank's table
type worker struct {
	scanner *words.Scanner
	cache   *lexicon.Cache
	boxes   [][boxWords]lexicon.Packed
	filled  []uint8 // how many words each box has
	long    *lexicon.Table
	rank    *tableSet
	total   uint64 // words counted
}

const (
	boxWords  = 32      // that a shard is locked for
	longBytes = 2 << 20 // of a full table
)

func newWorker(j *job) (w *worker, err error) {
	shards := len(j.local.shards)
	w = &worker{rank: j.local, boxes: make([][boxWords]lexicon.Packed, shards), filled: make([]uint8, shards)}
	if w.scanner, err = words.NewScanner(j.alphabet, j.o.ISA); err != nil {
		return nil, err
	}
	if w.cache, err = lexicon.NewCache(j.o.ISA, j.seed); err != nil {
		return nil, err
	}
	w.long, err = lexicon.New(j.o.ISA, j.seed, 0)
	return w, err
}

// count counts the words of a text that begins and ends at breaks.
func (w *worker) count(text []byte) error {
	for len(text) > 0 {
		var b words.Block
		text, b = w.scanner.Next(text)
		switch {
		case len(b.Text) > lexicon.MaxWord:
			return errTooLong
		case b.Long && len(b.Text) == 0: // soft hyphens alone
		case b.Long:
			w.long.Add(b.Text, 1)
			w.total++
		default:
			w.countBlock(b)
			w.total += uint64(len(b.Edges) / 2)
		}
		if err := w.rank.failed(); err != nil {
			return err
		}
		if w.long.Size() > longBytes {
			w.drainLong()
		}
	}
	return nil
}

func (w *worker) countBlock(b words.Block) {
	for edges := b.Edges; len(edges) > 0; {
		n := min(len(edges), 2*lexicon.CacheWords)
		out, long := w.cache.CountWords(b.Text, edges[:n])
		w.put(out)
		for _, i := range long {
			w.long.Add(b.Text[edges[2*i]:edges[2*i+1]], 1)
		}
		edges = edges[n:]
	}
}

// put puts words into the boxes of their shards.
func (w *worker) put(records []lexicon.Record) {
	for i := range records {
		r := &records[i]
		shard := w.rank.shard(r.Hash)
		p, ok := r.Pack()
		if !ok { // a large count, or a word that just fits a record
			w.rank.addRecords(shard, records[i:i+1])
			continue
		}
		box, n := &w.boxes[shard], w.filled[shard]
		box[n%boxWords] = p
		if n++; n == boxWords {
			w.rank.addPacked(shard, box[:])
			n = 0
		}
		w.filled[shard] = n
	}
}

// drain empties the worker's tables into the rank's.
func (w *worker) drain() {
	w.cache.Drain(func(r lexicon.Record) { w.put([]lexicon.Record{r}) })
	for i := range w.boxes {
		w.rank.addPacked(i, w.boxes[i][:w.filled[i]])
		w.filled[i] = 0
	}
	w.drainLong()
}

func (w *worker) drainLong() {
	w.rank.addTable(w.long)
	w.long.Reset()
}
