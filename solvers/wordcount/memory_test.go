package wordcount

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestMemory counts more different words than there is memory for, at every place
// that needs much: a table of slots, long words, and the list that is sorted.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	var short, long strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&short, "w%d ", i)
		fmt.Fprintf(&long, "word of more than sixteen bytes%d ", i)
	}
	paths := []string{
		write(t, filepath.Join(dir, "short"), short.String()),
		write(t, filepath.Join(dir, "long"), strings.ReplaceAll(long.String(), " of more than sixteen ", "ofmorethansixteen")),
		write(t, filepath.Join(dir, "packed"), gzipped(t, short.String())),
	}
	for _, path := range paths {
		for _, ranks := range []int{1, 3} {
			for _, threads := range []int{1, 3} {
				if testing.Short() && ranks != threads {
					continue
				}
				count := func(have uint64) error {
					_, _, err := run(Problem{Paths: []string{path}}, ranks, ".tsv", func(int) Options {
						return Options{Threads: threads, available: func() (uint64, bool) { return have, true }}
					})
					return err
				}
				if err := count(spare + 64<<20); err != nil {
					t.Errorf("%s, %d ranks of %d threads, with memory enough: %v", path, ranks, threads, err)
				}
				err := count(spare + 50<<10)
				var none *MemoryError
				if !errors.As(err, &none) || err != error(none) || none.Need <= none.Have || none.Have != spare+50<<10 {
					t.Fatalf("%s, %d ranks of %d threads, without memory: %v", path, ranks, threads, err)
				}
				wantError(t, err, "different words needs ", "more on node ", " free: count fewer files at once")
			}
		}
	}
	// The list is asked for last.
	asked := 0
	list := func() (uint64, bool) { asked++; return spare + 5<<20, true }
	_, _, err := run(Problem{Paths: paths[:1]}, 1, ".tsv", func(int) Options { return Options{available: list, Threads: 3} })
	wantError(t, err, "the sorted list of different words needs")
	if asked < 2 {
		t.Errorf("asked %d times", asked)
	}
}

// TestMemoryEndsAtEveryPlace has there be no memory for a moment, at the first thing that asks for
// some, at the second and so on, where tables take in the words last that they have put off among
// them: the words are all counted, or it is said that they are not.
func TestMemoryEndsAtEveryPlace(t *testing.T) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "w%d ", i*i)
	}
	path := write(t, filepath.Join(t.TempDir(), "words"), text.String())
	for _, ranks := range []int{1, 2} {
		want, last, refused := "", false, 0
		for n := 0; !last; n++ {
			var asked atomic.Int64
			available := func() (uint64, bool) {
				const moment = 4 // questions about one thing
				if k := int(asked.Add(1)); n > 0 && k >= n && k < n+moment {
					return spare + 50<<10, true
				}
				return spare + 1<<30, true // enough, and not plenty
			}
			_, got, err := run(Problem{Paths: []string{path}}, ranks, ".tsv", func(int) Options { return Options{Threads: 1, available: available} })
			last = n > int(asked.Load())
			if err != nil {
				refused++
			}
			if n == 0 {
				want = got
			}
			if err == nil && got != want {
				t.Fatalf("%d ranks, without memory at question %d: other words, and no error", ranks, n)
			}
		}
		if refused == 0 || strings.Count(want, "\n") != 100_000 {
			t.Errorf("%d ranks: %d refusals, %d words", ranks, refused, strings.Count(want, "\n"))
		}
	}
}
