package wordcount

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSort sorts lists of many kinds on several threads, and asks for their first
// words.
func TestSort(t *testing.T) {
	g := rand.New(rand.NewPCG(11, 12))
	kinds := map[string]func(i int) (word string, count uint64){
		"zipf":       func(i int) (string, uint64) { return fmt.Sprintf("%x", i*2654435761), uint64(30_000 / (i + 1)) },
		"one count":  func(i int) (string, uint64) { return fmt.Sprint(i), 1 },
		"one prefix": func(i int) (string, uint64) { return fmt.Sprint("thesameprefix", i), uint64(i % 3) },
		"counts":     func(i int) (string, uint64) { return fmt.Sprint("w", i), uint64(i) << 40 },
	}
	for name, kind := range kinds {
		for _, n := range []int{0, 1, 100, 30_000} {
			for _, threads := range []int{1, 2, 5} {
				l := &list{}
				for _, i := range g.Perm(n) {
					w, count := kind(i)
					l.items = append(l.items, item{count, prefix([]byte(w)), len(l.text), len(w)})
					l.text = append(l.text, w...)
				}
				want := slices.Clone(l.items)
				slices.SortFunc(want, func(a, b item) int {
					return cmp.Or(cmp.Compare(b.count, a.count), bytes.Compare(l.word(a), l.word(b)))
				})
				for _, first := range []int{0, 1, 10, 20_000, 50_000} {
					if !slices.Equal(l.top(first), want[:min(first, n)]) {
						t.Fatalf("%s, %d words: other words are the first %d", name, n, first)
					}
				}
				l.sort(threads)
				if !slices.Equal(l.items, want) || !slices.Equal(l.top(10), want[:min(10, n)]) {
					t.Fatalf("%s, %d words on %d threads: not sorted", name, n, threads)
				}
			}
		}
	}
}
