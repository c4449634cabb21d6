package wordcount

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"

	"hybrid/internal/guard"
	"hybrid/internal/lexicon"
	"hybrid/internal/pages"
)

// A Word is a word and how often it occurs.
type Word struct {
	Word  string `json:"word"`
	Count uint64 `json:"count"`
}

// A list is words, in no order until it is sorted: the most frequent first, those of
// one count by their bytes.
type list struct {
	items  []item
	text   []byte // of all words
	sorted bool
}

// An item sorts by its first two fields, mostly.
type item struct {
	count  uint64
	prefix uint64 // the first 8 bytes of the word, the first one highest, then zeros
	at     int    // where the word is in the text
	length int
}

func (l *list) word(i item) []byte { return l.text[i.at:][:i.length] }

// newList copies the words of a set that are not too short, on the threads.
func newList(t *tableSet, minLength int, o Options) (*list, error) {
	each := func(shard int, f func(e lexicon.Entry)) {
		for e := range t.shards[shard].table.All() {
			if minLength <= 1 || utf8.RuneCount(e.Word) >= minLength {
				f(e)
			}
		}
	}
	type place struct{ words, bytes int } // of a shard's words, and in the list
	places := make([]place, len(t.shards)+1)
	parallel(o.Threads, len(t.shards), func(shard int) {
		p := place{}
		each(shard, func(e lexicon.Entry) { p = place{p.words + 1, p.bytes + len(e.Word)} })
		places[shard+1] = p
	})
	if err := t.failed(); err != nil { // of words that their tables had put off
		return nil, err
	}
	for i := range t.shards {
		places[i+1].words += places[i].words
		places[i+1].bytes += places[i].bytes
	}
	all := places[len(t.shards)]
	need := all.words*itemBytes + all.bytes
	if o.Threads > 1 {
		need += all.words * itemBytes // to sort into
	}
	release, err := o.reserve("the sorted list of different words", need)
	if err != nil {
		return nil, err
	}
	defer release()
	l := &list{items: pages.Make[item](all.words), text: pages.Make[byte](all.bytes)}
	parallel(o.Threads, len(t.shards), func(shard int) {
		p := places[shard]
		each(shard, func(e lexicon.Entry) {
			l.items[p.words] = item{e.Count, prefix(e.Word), p.bytes, len(e.Word)}
			p = place{p.words + 1, p.bytes + copy(l.text[p.bytes:], e.Word)}
		})
	})
	return l, nil
}

const itemBytes = int(unsafe.Sizeof(item{}))

func prefix(word []byte) uint64 {
	var head [8]byte
	copy(head[:], word)
	return binary.BigEndian.Uint64(head[:])
}

// parallel calls f for 0 to n-1, on the threads as they come for more.
func parallel(threads, n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(threads, n) {
		guard.Go(&wg, func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
}

func (l *list) compare(a, b item) int {
	switch {
	case a.count != b.count:
		return cmp.Compare(b.count, a.count)
	case a.prefix != b.prefix:
		return cmp.Compare(a.prefix, b.prefix)
	}
	return bytes.Compare(l.word(a), l.word(b))
}

// sort sorts the list on the threads: items go to buckets by keys of a sample, and each
// bucket is sorted (W. Frazer, A. McKellar, Samplesort, J. ACM 17, 1970). No two items
// are equal, so buckets are of about the same size, whatever the words.
func (l *list) sort(threads int) {
	const worth = 1 << 12 // items, of a bucket
	buckets := min(1024, len(l.items)/worth)
	switch {
	case l.sorted:
		return
	case threads == 1 || buckets < 2:
		slices.SortFunc(l.items, l.compare)
		l.sorted = true
		return
	}
	const oversampling = 16
	sample := make([]item, buckets*oversampling)
	for i := range sample {
		sample[i] = l.items[len(l.items)/len(sample)*i] // in the order of hashes, so at random
	}
	slices.SortFunc(sample, l.compare)
	bounds := make([]item, buckets-1) // bucket i has what is before bounds[i]
	for i := range bounds {
		bounds[i] = sample[(i+1)*oversampling]
	}
	parts := 4 * threads
	to := make([]uint16, len(l.items)) // the bucket of every item
	starts := make([][]int, parts)     // of every bucket, for the items of a part
	part := func(i int) (lo, hi int64) { return share(int64(len(l.items)), i, parts) }
	parallel(threads, parts, func(p int) {
		starts[p] = make([]int, buckets)
		for lo, hi := part(p); lo < hi; lo++ {
			b, found := slices.BinarySearchFunc(bounds, l.items[lo], l.compare)
			if found {
				b++
			}
			to[lo] = uint16(b)
			starts[p][b]++
		}
	})
	begins, at := make([]int, buckets+1), 0
	for b := range buckets {
		begins[b] = at
		for p := range parts {
			n := starts[p][b]
			starts[p][b] = at
			at += n
		}
	}
	begins[buckets] = at
	sorted := pages.Make[item](len(l.items))
	parallel(threads, parts, func(p int) {
		for lo, hi := part(p); lo < hi; lo++ {
			next := &starts[p][to[lo]]
			sorted[*next] = l.items[lo]
			*next++
		}
	})
	parallel(threads, buckets, func(b int) { slices.SortFunc(sorted[begins[b]:begins[b+1]], l.compare) })
	l.items, l.sorted = sorted, true
}

// top is the first n items of the order, or all.
func (l *list) top(n int) []item {
	if l.sorted {
		return l.items[:min(n, len(l.items))]
	}
	// Those to keep, and as many again before all but the first n go.
	best := make([]item, 0, min(2*n, len(l.items)))
	cut := func() {
		slices.SortFunc(best, l.compare)
		best = best[:min(n, len(best))]
	}
	full := false
	for _, i := range l.items {
		if n == 0 || full && l.compare(best[n-1], i) < 0 {
			continue
		}
		if best = append(best, i); len(best) == 2*n {
			cut()
			full = true
		}
	}
	cut()
	return best
}

// all yields the words, in order if they are sorted.
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
