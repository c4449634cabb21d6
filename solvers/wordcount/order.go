package wordcount

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"sync"
	"unicode/utf8"
	"unsafe"

	"hybrid/internal/guard"
	"hybrid/internal/lexicon"
)

// A Word is a word and how often it occurs.
type Word struct {
	Word  string `json:"word"`
	Count uint64 `json:"count"`
}

// A list is words in order: the most frequent first, those of one count by their
// bytes.
type list struct {
	items []item
	text  []byte // of all words
}

// An item sorts by its first two fields, mostly.
type item struct {
	count  uint64
	prefix uint64 // the first 8 bytes of the word, the first one highest, then zeros
	at     int    // where the word is in the text
	length int
}

func (l *list) word(i item) []byte { return l.text[i.at:][:i.length] }

// newList sorts the words of a set that are not too short, on the threads.
func newList(t *tableSet, minLength int, o Options) (*list, error) {
	words, bytes := 0, 0
	each := func(f func(e lexicon.Entry)) {
		for e := range t.all() {
			if minLength <= 1 || utf8.RuneCount(e.Word) >= minLength {
				f(e)
			}
		}
	}
	each(func(e lexicon.Entry) { words, bytes = words+1, bytes+len(e.Word) })
	const itemBytes = int(unsafe.Sizeof(item{}))
	need := words*itemBytes + bytes
	if o.Threads > 1 {
		need += words * itemBytes // to merge into
	}
	release, err := o.room("the sorted list of different words", need)
	if err != nil {
		return nil, err
	}
	l := &list{items: make([]item, 0, words), text: make([]byte, 0, bytes)}
	each(l.add)
	release()
	l.sort(o.Threads)
	return l, nil
}

func (l *list) add(e lexicon.Entry) {
	var head [8]byte
	copy(head[:], e.Word)
	l.items = append(l.items, item{e.Count, binary.BigEndian.Uint64(head[:]), len(l.text), len(e.Word)})
	l.text = append(l.text, e.Word...)
}

func (l *list) compare(a, b item) int {
	if c := cmp.Or(-cmp.Compare(a.count, b.count), cmp.Compare(a.prefix, b.prefix)); c != 0 {
		return c
	}
	return bytes.Compare(l.word(a), l.word(b))
}

// sort sorts parts side by side and merges them two by two.
func (l *list) sort(threads int) {
	const worth = 1 << 14 // items, of a part that another thread sorts
	parts := make([][]item, max(1, min(threads, len(l.items)/worth)))
	var wg sync.WaitGroup
	for i := range parts {
		lo, hi := share(int64(len(l.items)), i, len(parts))
		parts[i] = l.items[lo:hi]
		guard.Go(&wg, func() { slices.SortFunc(parts[i], l.compare) })
	}
	wg.Wait()
	for len(parts) > 1 {
		merged := make([][]item, (len(parts)+1)/2)
		for i := range merged {
			if 2*i+1 == len(parts) {
				merged[i] = parts[2*i]
				continue
			}
			guard.Go(&wg, func() { merged[i] = l.merge(parts[2*i], parts[2*i+1]) })
		}
		wg.Wait()
		parts = merged
	}
	l.items = parts[0]
}

func (l *list) merge(a, b []item) []item {
	m := make([]item, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if l.compare(a[0], b[0]) <= 0 {
			m, a = append(m, a[0]), a[1:]
		} else {
			m, b = append(m, b[0]), b[1:]
		}
	}
	return append(append(m, a...), b...)
}

// all yields the words in order.
func (l *list) all() iter.Seq[lexicon.Entry] {
	return func(yield func(lexicon.Entry) bool) {
		for _, i := range l.items {
			if !yield(lexicon.Entry{Word: l.word(i), Count: i.count}) {
				return
			}
		}
	}
}

// before is the order of a list.
func before(a, b lexicon.Entry) bool {
	if a.Count != b.Count {
		return a.Count > b.Count
	}
	return bytes.Compare(a.Word, b.Word) < 0
}
