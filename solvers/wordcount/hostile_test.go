package wordcount

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// hostile are texts that a table of words could be slow or wrong with.
func hostile() map[string]string {
	g := rand.New(rand.NewPCG(9, 10))
	var place, prefixes, lengths, once, all strings.Builder
	n := 100_000
	if testing.Short() {
		n /= 10
	}
	for i := range n {
		// Words that differ in one place only.
		w := []byte("aaaaaaaaaaaaaaa")
		at := i % len(w)
		w = append(w[:at], append(fmt.Appendf(nil, "%c%c%c", 'b'+i%25, 'b'+i/25%25, 'b'+i/625%25), w[at:]...)...)
		place.Write(append(w, ' '))
		fmt.Fprintf(&prefixes, "thesameprefix%dofaword ", i)
		fmt.Fprintf(&once, "%x\n", g.Uint64()) // each once
	}
	for n := range 300 {
		lengths.WriteString(strings.Repeat("x", n) + "\xff" + strings.Repeat("y", n%40) + "\x00" + strings.Repeat("é", n) + "\xc3 ")
	}
	for range 3 {
		all.WriteString(place.String() + prefixes.String() + lengths.String())
	}
	return map[string]string{
		"empty": "", "separators": strings.Repeat(" \xff\n", 5000), "one place": place.String(), "one prefix": prefixes.String(),
		"lengths": lengths.String(), "each once": once.String(), "one long word": strings.Repeat("long", 300_000), "all": all.String(),
	}
}

// TestHostile counts each of them on some of many numbers of ranks and threads.
func TestHostile(t *testing.T) {
	dir := t.TempDir()
	divisions := [][2]int{{1, 1}, {1, 2}, {2, 3}, {1, 5}, {3, 1}, {4, 4}, {7, 1}, {1, 3}, {5, 2}, {6, 1}, {1, 4}}
	turn := 0
	for name, text := range hostile() {
		if testing.Short() && name == "all" {
			continue // three times what the others are
		}
		p := Problem{Paths: []string{write(t, filepath.Join(dir, name), text)}, Binary: true, Top: 5}
		want := expect(p, text)
		for range 3 {
			ranks, threads := divisions[turn%len(divisions)][0], divisions[turn%len(divisions)][1]
			if turn++; testing.Short() && turn%3 > 0 {
				continue
			}
			n, got, err := run(p, ranks, ".tsv", func(int) Options { return Options{Threads: threads, piece: 100_000} })
			if err != nil || got != want {
				t.Fatalf("%s, %d ranks of %d threads: %v, other counts\n%.200s\nwant\n%.200s", name, ranks, threads, err, got, want)
			}
			check(t, n, want)
		}
	}
}
