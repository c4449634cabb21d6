package lexicon

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hybrid/simd"
)

var testSeed = Seed{0xa0761d6478bd64ff, 0xe7037ed1a0b428ff}

func newTable(t testing.TB, isa simd.ISA) *Table {
	table, err := New(isa, testSeed, 0)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// contents is a table as a map; no word is in it twice.
func contents(t testing.TB, table *Table) map[string]uint64 {
	m := map[string]uint64{}
	for e := range table.All() {
		if _, twice := m[string(e.Word)]; twice {
			t.Fatalf("%q is in the table twice", e.Word)
		}
		if e.Hash != testSeed.Hash(e.Word) {
			t.Fatalf("%q has the hash %x, want %x", e.Word, e.Hash, testSeed.Hash(e.Word))
		}
		m[string(e.Word)] = e.Count
	}
	if len(m) != table.Len() {
		t.Fatalf("%d words, Len is %d", len(m), table.Len())
	}
	return m
}

// vocabulary is n words of 1 to 40 bytes, the shorter ones more often.
func vocabulary(n int) []string {
	g := rand.New(rand.NewPCG(3, 4))
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Repeat(string(rune('a'+g.IntN(26))), g.IntN(20)+1) + fmt.Sprint(i%(n/2+1))
		if g.IntN(4) == 0 {
			words[i] = string(rune('a' + g.IntN(3)))
		}
	}
	return words
}

func TestAdd(t *testing.T) {
	table, want := newTable(t, simd.Auto), map[string]uint64{}
	for round := range 2 {
		for i, w := range append(vocabulary(20_000), strings.Repeat("m", 16), strings.Repeat("m", 17), strings.Repeat("é", 8)) {
			n := uint64(i%7 + 1)
			table.Add([]byte(w), n)
			want[w] += n
		}
		if got := contents(t, table); !maps.Equal(got, want) {
			t.Fatalf("round %d: the counts differ", round)
		}
		if most := 128*len(want) + 40*len(want); table.Bytes() > most {
			t.Errorf("%d bytes for %d words, want at most %d", table.Bytes(), len(want), most)
		}
		table.Reset()
		clear(want)
		if len(contents(t, table)) != 0 {
			t.Fatal("words are left after Reset")
		}
	}
}

// TestAddBatch adds a table to others, small and large ones, that have the words of
// some hashes each.
func TestAddBatch(t *testing.T) {
	for _, words := range []int{1, 300, 20_000} {
		from, want := newTable(t, simd.Auto), map[string]uint64{}
		for i, w := range vocabulary(words) {
			from.Add([]byte(w), uint64(i%5+1))
			want[w] += 2 * uint64(i%5+1)
		}
		for _, highest := range []int{0, 1, 6} {
			shards := make([]*Table, 1<<highest)
			for i := range shards {
				var err error
				if shards[i], err = New(simd.Auto, testSeed, highest); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				from.Batches(highest, func(bits uint64, b *Batch) { shards[bits].AddBatch(b) })
			}
			got := map[string]uint64{}
			for i, shard := range shards {
				for w, n := range contents(t, shard) {
					if got[w] = n; highest > 0 && testSeed.Hash([]byte(w))>>(64-highest) != uint64(i) {
						t.Errorf("%q is in table %d", w, i)
					}
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%d words, %d tables: the counts differ", words, len(shards))
			}
		}
	}
}

// TestSpread adds words in the order of a large table to one that begins small: few
// of them may lie far from home at any time.
func TestSpread(t *testing.T) {
	const words = 1 << 16
	from, to := newTable(t, simd.Auto), newTable(t, simd.Auto)
	for i := range words {
		from.Add(fmt.Appendf(nil, "w%d", i), 1)
	}
	n, steps := 0, uint64(0)
	for e := range from.All() {
		mask := uint64(len(to.slots) - 1)
		at := to.home(e.Hash)
		for ; to.slots[at].key != [2]uint64{}; at = (at + 1) & mask {
			steps++
		}
		to.AddHashed(e.Word, e.Hash, e.Count)
		n++
	}
	if n != words || steps > 20*words {
		t.Errorf("%d words went past %d slots, want at most 20 each", n, steps)
	}
}

// A text is words with edges, and room behind them.
func textOf(words []string) (text []byte, edges []uint16) {
	for _, w := range words {
		text = append(text, ' ')
		edges = append(edges, uint16(len(text)))
		text = append(text, w...)
		edges = append(edges, uint16(len(text)))
	}
	return append(text, "what comes after"...)[:len(text)], edges
}

func newCache(t testing.TB, isa simd.ISA) *Cache {
	c, err := NewCache(isa, testSeed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCache counts far more words than have room, with a table behind, and has the cache grow
// among them. All kernels put the same words out.
func TestCache(t *testing.T) {
	words := vocabulary(60_000)
	type call struct {
		out  []Record
		long []uint16
	}
	var first []call
	for _, isa := range simd.Available() {
		cache, table, want := newCache(t, isa), newTable(t, isa), map[string]uint64{}
		cache.few, cache.most = len(words)/2, 2*len(cache.lines)
		turn := 0
		for round := range 2 {
			for rest := words; len(rest) > 0; turn++ {
				n := min(len(rest), 1+len(rest)%CacheWords)
				text, edges := textOf(rest[:n])
				out, long := cache.CountWords(text, edges)
				if first = append(first, call{slices.Clone(out), slices.Clone(long)}); isa != simd.Available()[0] &&
					!(slices.Equal(first[turn].out, out) && slices.Equal(first[turn].long, long)) {
					t.Fatalf("%v: other words are put out", isa)
				}
				table.AddRecords(out)
				for _, i := range long {
					table.Add(text[edges[2*i]:edges[2*i+1]], 1)
				}
				for _, w := range rest[:n] {
					want[w]++
				}
				rest = rest[n:]
			}
			if len(cache.lines) != 2*cache.most {
				t.Fatalf("%v: %d records, want %d", isa, len(cache.lines), 2*cache.most)
			}
			if out, long := cache.CountWords(nil, nil); len(out)+len(long) > 0 {
				t.Fatal("words of nothing")
			}
			cache.Drain(func(r Record) { table.AddRecords([]Record{r}) })
			if got := contents(t, table); !maps.Equal(got, want) {
				t.Errorf("%v, round %d: the counts differ", isa, round)
			}
		}
	}
}

// TestCollisions fills a table with words that all want its last slots, so that
// they go on at the beginning.
func TestCollisions(t *testing.T) {
	for _, isa := range simd.Available() {
		table, want := newTable(t, isa), map[string]uint64{}
		var records []Record
		for i := 0; len(want) < 20; i++ {
			w := fmt.Sprint("w", i)
			hash := testSeed.Hash([]byte(w))
			if hash>>table.shift < least-3 {
				continue
			}
			records = append(records, Record{shortKey([]byte(w)), 1, hash}, Record{shortKey([]byte(w)), 2, hash})
			want[w] = 3
		}
		table.AddRecords(records)
		if got := contents(t, table); !maps.Equal(got, want) {
			t.Errorf("%v: %v, want %v", isa, got, want)
		}
	}
}

// TestAddPacked adds words that the table puts off, whole batches and parts of them, so many
// that it grows, and with as many as it has slots waiting.
func TestAddPacked(t *testing.T) {
	words := append(vocabulary(60_000), strings.Repeat("m", 15), strings.Repeat("m", 16), strings.Repeat("é", 7))
	for _, isa := range simd.Available() {
		table, want := newTable(t, isa), map[string]uint64{}
		for round := range 2 {
			var box []Packed
			refused := 0
			for i, w := range words {
				if len(w) > short {
					continue
				}
				r := Record{shortKey([]byte(w)), uint64(i%257 + 1), testSeed.Hash([]byte(w))}
				want[w] += r.Count
				p, ok := r.Pack()
				if ok != (len(w) < short && r.Count < 256) {
					t.Fatalf("%q, %d times: packed is %v", w, r.Count, ok)
				}
				if !ok {
					table.AddRecords([]Record{r})
					refused++
					continue
				}
				if box = append(box, p); len(box) >= i%300 {
					table.AddPacked(box)
					box = box[:0]
				}
			}
			table.AddPacked(box)
			if refused < 100 {
				t.Errorf("%d words do not fit 16 bytes", refused)
			}
			if got := contents(t, table); !maps.Equal(got, want) {
				t.Errorf("%v, round %d: the counts differ", isa, round)
			}
		}
		table.AddPacked([]Packed{{lo: 'w', hi: 1 << countShift}})
		if table.Reset(); len(contents(t, table)) != 0 || table.Bytes() != 0 {
			t.Errorf("%v: words are left after Reset", isa)
		}
	}
}

// TestSeeds looks for words, of a set that collides under one seed, that do so under
// another.
func TestSeeds(t *testing.T) {
	const bits = 12
	var same []string
	for i := 0; len(same) < 64; i++ {
		if w := fmt.Sprint("w", i); testSeed.Hash([]byte(w))>>(64-bits) == 0 {
			same = append(same, w)
		}
	}
	for range 3 {
		seed, places := NewSeed(), map[uint64]bool{}
		for _, w := range same {
			places[seed.Hash([]byte(w))>>(64-bits)] = true
		}
		if len(places) < 32 {
			t.Errorf("seed %x: 64 words have %d places", seed, len(places))
		}
	}
}

func TestLines(t *testing.T) {
	for bytes, want := range map[int]int{0: 4096, 256 << 10: 4096, 1280 << 10: 16384, 512 << 10: 8192, 768 << 10: 8192, 4 << 20: 16384} {
		if got := linesFor(bytes); got != want {
			t.Errorf("%d bytes: %d lines, want %d", bytes, got, want)
		}
	}
}

func BenchmarkCountWords(b *testing.B) {
	words := vocabulary(CacheWords)
	text, edges := textOf(words)
	for _, isa := range simd.Available() {
		b.Run(isa.String(), func(b *testing.B) {
			cache := newCache(b, isa)
			for b.Loop() {
				cache.CountWords(text, edges)
			}
			b.ReportMetric(float64(b.N)*float64(len(words))/b.Elapsed().Seconds()/1e6, "Mwords/s")
		})
	}
}
