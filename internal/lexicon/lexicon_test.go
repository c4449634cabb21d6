package lexicon

import (
	"fmt"
	"maps"
	"math/rand/v2"
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

func TestCountWords(t *testing.T) {
	words := vocabulary(3000)
	for _, isa := range simd.Available() {
		table, want := newTable(t, isa), map[string]uint64{}
		for rest := words; len(rest) > 0; {
			n := min(len(rest), 1+len(rest)%300)
			var text []byte
			var edges []uint16
			for _, w := range rest[:n] {
				text = append(text, ' ')
				edges = append(edges, uint16(len(text)))
				text = append(text, w...)
				edges = append(edges, uint16(len(text)))
				want[w]++
			}
			rest = rest[n:]
			after := append(text, "what comes after"...)
			table.CountWords(after[:len(text)], edges)
		}
		table.CountWords(nil, nil)
		if got := contents(t, table); !maps.Equal(got, want) {
			t.Errorf("%v: the counts differ", isa)
		}
	}
}

// TestCollisions fills a table with words that all want its last slots, so that
// they go on at the beginning.
func TestCollisions(t *testing.T) {
	for _, isa := range simd.Available() {
		table, want := newTable(t, isa), map[string]uint64{}
		var text []byte
		var edges []uint16
		for i := 0; len(want) < 20; i++ {
			w := fmt.Sprint("w", i)
			if testSeed.Hash([]byte(w))>>table.shift < least-3 {
				continue
			}
			for range 2 {
				edges = append(edges, uint16(len(text)))
				text = append(text, w...)
				edges = append(edges, uint16(len(text)))
			}
			want[w] = 2
		}
		text = append(text, make([]byte, 16)...)
		table.CountWords(text[:len(text)-16], edges)
		if got := contents(t, table); !maps.Equal(got, want) {
			t.Errorf("%v: %v, want %v", isa, got, want)
		}
	}
}

func BenchmarkCountWords(b *testing.B) {
	words := vocabulary(1000)
	var text []byte
	var edges []uint16
	for _, w := range words {
		edges = append(edges, uint16(len(text)))
		text = append(text, w...)
		edges = append(edges, uint16(len(text)))
	}
	text = append(text, make([]byte, 16)...)[:len(text)]
	for _, isa := range simd.Available() {
		b.Run(isa.String(), func(b *testing.B) {
			table := newTable(b, isa)
			table.CountWords(text, edges)
			want := map[string]uint64{}
			for _, w := range words {
				want[w]++
			}
			if !maps.Equal(contents(b, table), want) {
				b.Fatal("the counts differ")
			}
			for b.Loop() {
				table.CountWords(text, edges)
			}
			b.ReportMetric(float64(b.N)*float64(len(words))/b.Elapsed().Seconds()/1e6, "Mwords/s")
		})
	}
}
