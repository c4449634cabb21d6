package heat

import (
	"errors"
	"fmt"
	"strings"

	"hybrid/halo"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi/gather"
)

// A haloLink is how halos travel between the GPUs of two ranks.
type haloLink struct {
	Ranks  [2]int    `json:"ranks"`
	Path   halo.Path `json:"path"`
	Reason string    `json:"reason,omitempty"` // why a faster path that was tried is not taken
}

// haloLinks are those of all ranks, each once; rank 0 has them. It is collective.
func (t *run[T]) haloLinks() ([]haloLink, error) {
	var own []haloLink
	me := t.job.Comm.Rank()
	for _, l := range t.solver.Links() {
		if me < l.Rank {
			own = append(own, haloLink{[2]int{me, l.Rank}, l.Path, l.Reason})
		}
	}
	all, err := gather.ToRoot(t.job.Comm, own)
	var links []haloLink
	for _, some := range all {
		links = append(links, some...)
	}
	return links, err
}

// pathWords say how halos travel.
var pathWords = map[halo.Path]string{
	halo.Peer: "from GPU to GPU (peer access)", halo.IPC: "from GPU to GPU (IPC)",
	halo.Direct: "from GPU to GPU by MPI", halo.Staged: "through the hosts' memory",
}

// tellLinks says which halos do not take the way that they might, and why. It is
// collective.
func (t *run[T]) tellLinks() error {
	links, err := t.haloLinks()
	told := map[string][]haloLink{}
	var reasons []string
	for _, l := range links {
		if l.Reason == "" {
			continue
		}
		if told[l.Reason] == nil {
			reasons = append(reasons, l.Reason)
		}
		told[l.Reason] = append(told[l.Reason], l)
	}
	for _, reason := range reasons {
		some := told[reason]
		t.job.Warn("halos between the GPUs of %s go %s: %s", pairs(some), pathWords[some[0].Path], plain.Line(reason))
	}
	return err
}

// pairs names a few pairs of ranks and how many more there are.
func pairs(links []haloLink) string {
	const most = 4
	var words []string
	for _, l := range links[:min(len(links), most)] {
		words = append(words, fmt.Sprintf("%d and %d", l.Ranks[0], l.Ranks[1]))
	}
	text := "ranks " + strings.Join(words, ", ")
	if more := len(links) - most; more > 0 {
		text += ", and " + units.Count(more, "more pair")
	}
	return text
}

// linksTable says for each path which ranks take it.
func linksTable(links []haloLink) []string {
	var lines []string
	for _, path := range []halo.Path{halo.Peer, halo.IPC, halo.Direct, halo.Staged} {
		var some []haloLink
		for _, l := range links {
			if l.Path == path {
				some = append(some, l)
			}
		}
		if len(some) > 0 {
			lines = append(lines, fmt.Sprintf("%s between %s", pathWords[path], pairs(some)))
		}
	}
	return lines
}

// halosRefused names the option of a way that two ranks cannot go.
func (t *run[T]) halosRefused(err error) error {
	var e *halo.PathError
	if errors.As(err, &e) {
		return fmt.Errorf("%s is %s, but the GPUs of ranks %d and %d cannot exchange halos so: %s; leave it out, or give staged",
			t.job.Name("gpu-halo"), e.Want, e.Ranks[0], e.Ranks[1], e.Reason)
	}
	return err
}
