//go:build unix

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// A table counts how sessions ended, and where.
type table struct {
	runs, sessions int
	counts         map[string]map[string]int // by where and how
}

func (t *table) add(r *run) {
	t.runs++
	if t.counts == nil {
		t.counts = map[string]map[string]int{}
	}
	for _, s := range r.sessions {
		how := s.how
		if s.complete {
			how = "end"
		}
		if t.counts[s.where] == nil {
			t.counts[s.where] = map[string]int{}
		}
		t.counts[s.where][how]++
		t.sessions++
	}
}

func (t *table) print(out io.Writer) {
	ways := []string{"kill", "term", "limit", "full", "power", "end"}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "sessions\t"+strings.Join(ways, "\t")+"\t")
	for _, where := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Fprint(w, where)
		for _, how := range ways {
			fmt.Fprintf(w, "\t%d", t.counts[where][how])
		}
		fmt.Fprintln(w, "\t")
	}
	w.Flush() // what cannot be printed is not the runs' fault
	fmt.Fprintf(out, "%d sessions of %d runs\n", t.sessions, t.runs)
}
