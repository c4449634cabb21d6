package wordcount

import (
	"hybrid/internal/lexicon"
	"hybrid/internal/words"
)

// A worker counts the words of text on one thread.
type worker struct {
	scanner *words.Scanner
	table   *lexicon.Table
	rank    *tableSet // where a full table goes; nil: table is the rank's
	most    int       // words of a table that is full
	total   uint64    // words counted
}

// tableWords is how many different words the tables of a rank's threads have
// together, 8 to 16 MiB; but a thread's has leastWords, which is most of what a
// text consists of.
const (
	tableWords = 1 << 18
	leastWords = 1 << 14
)

func newWorker(j *job) (*worker, error) {
	s, err := words.NewScanner(j.alphabet, j.o.ISA)
	if err != nil {
		return nil, err
	}
	w := &worker{scanner: s}
	if j.o.Threads == 1 {
		w.table = j.local.shards[0].table
		return w, nil
	}
	w.rank, w.most = j.local, max(tableWords/j.o.Threads, leastWords)
	w.table, err = lexicon.New(j.o.ISA, j.seed, 0)
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
			w.table.Add(b.Text, 1)
			w.total++
		default:
			w.table.CountWords(b.Text, b.Edges)
			w.total += uint64(len(b.Edges) / 2)
		}
		if err := w.table.Err(); err != nil {
			return err
		}
		if w.rank != nil && w.table.Len() > w.most {
			w.drain()
		}
	}
	return nil
}

// drain empties the table into the rank's.
func (w *worker) drain() {
	if w.rank == nil {
		return
	}
	w.rank.addTable(w.table)
	w.table.Reset()
	w.rank.measure()
}
