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
	boxes   [][]lexicon.Record
	long    *lexicon.Table
	rank    *tableSet
	total   uint64 // words counted
}

const (
	boxRecords = 64      // that a shard is locked for
	longBytes  = 2 << 20 // of a full table
)

func newWorker(j *job) (w *worker, err error) {
	w = &worker{rank: j.local, boxes: make([][]lexicon.Record, len(j.local.shards))}
	for i := range w.boxes {
		w.boxes[i] = make([]lexicon.Record, 0, boxRecords)
	}
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
		if len(w.boxes) == 1 {
			w.rank.addRecords(0, out)
		} else {
			for i := range out {
				w.put(&out[i])
			}
		}
		for _, i := range long {
			w.long.Add(b.Text[edges[2*i]:edges[2*i+1]], 1)
		}
		edges = edges[n:]
	}
}

// put puts a word into the box of its shard.
func (w *worker) put(r *lexicon.Record) {
	shard := w.rank.shard(r.Hash)
	box := append(w.boxes[shard], *r)
	if len(box) == boxRecords {
		w.rank.addRecords(shard, box)
		box = box[:0]
	}
	w.boxes[shard] = box
}

// drain empties the worker's tables into the rank's.
func (w *worker) drain() {
	w.cache.Drain(func(r lexicon.Record) { w.put(&r) })
	for i, box := range w.boxes {
		w.rank.addRecords(i, box)
		w.boxes[i] = box[:0]
	}
	w.drainLong()
}

func (w *worker) drainLong() {
	w.rank.addTable(w.long)
	w.long.Reset()
}
