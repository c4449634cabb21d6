package wordcount

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// TestVerifyFindsWhatWasPlanted counts, changes what one of three ranks has, and has it
// verified.
func TestVerifyFindsWhatWasPlanted(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "w%d ", i*i%997)
	}
	for i := range 900 { // counts of all kinds, so that any third of the words has some that differ
		fmt.Fprintf(&text, "v%d ", int(math.Sqrt(float64(i))))
	}
	path := filepath.Join(t.TempDir(), "text")
	write(t, path, text.String())
	for _, fault := range []struct {
		name, want string
		spoil      func(n *Counts)
	}{
		{"none", "counted again", func(*Counts) {}},
		{"off by one", "differ", func(n *Counts) { n.list.items[5].count++ }},
		{"a flipped bit", "differ", func(n *Counts) { n.list.items[len(n.list.items)-1].count ^= 1 << 2 }},
		{"a lost word", "differ", func(n *Counts) { n.list.items = n.list.items[:len(n.list.items)-1] }},
		{"a lost rank", "differ", func(n *Counts) { n.list.items = nil }},
		{"another letter", "", func(n *Counts) { n.list.text[n.list.items[3].at+1] ^= 1 }},
		{"swapped counts", "differ", func(n *Counts) {
			items := n.list.items
			for i := range items {
				if a, b := &items[0], &items[i]; a.count != b.count {
					a.count, b.count = b.count, a.count
					return
				}
			}
		}},
		{"a word of which the parts were not added up", "is in the list twice", func(n *Counts) {
			half := n.list.items[2]
			n.list.items[2].count--
			half.count = 1
			n.list.items = append(n.list.items, half)
		}},
		{"a word of another rank", "which rank", func(n *Counts) {
			for i := range 1000 {
				if word := fmt.Sprint("w", i); owner(n.job.seed.Hash([]byte(word)), 3) != 1 {
					n.list.items = append(n.list.items, item{count: 1, at: len(n.list.text), length: len(word)})
					n.list.text = append(n.list.text, word...)
					return
				}
			}
		}},
	} {
		spoilt(t, path, fault.name, fault.want, func(rank int, n *Counts) {
			if rank == 1 {
				fault.spoil(n)
			}
		})
	}
	// What all ranks have.
	spoilt(t, path, "another total", "differ", func(_ int, n *Counts) { n.Total++ })
	spoilt(t, path, "a frequent word too often", "is said to occur", func(_ int, n *Counts) { n.Top[1].Count++ })
	spoilt(t, path, "a frequent word left out", "are more frequent than the last", func(_ int, n *Counts) { n.Top = append(n.Top[:1:1], n.Top[2:]...) })
}

func spoilt(t *testing.T, path, name, want string, spoil func(rank int, n *Counts)) {
	t.Helper()
	err := mpi.Run(3, func(c *mpi.Comm) error {
		ctx := context.Background()
		n, err := Problem{Paths: []string{path}, Fold: true, MinLength: 2, Top: 5}.Run(ctx, c, Options{Threads: 2, Verify: true, Sort: true})
		if err != nil {
			return err
		}
		spoil(c.Rank(), n)
		for i := range n.job.checks {
			n.job.checks[i] = newChecker(n.job.problem)
		}
		v, err := n.job.verify(ctx)
		if (v.Answer == task.Yes) != (name == "none") || v.Answer == task.CannotTell || !strings.Contains(v.Detail, want) {
			t.Errorf("%s: %+v, want %q", name, v, want)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
