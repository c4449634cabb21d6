// Package links is what a run can be told of the ways that halos take from GPU to GPU, and what it says
// of them.
package links

import (
	"errors"
	"fmt"
	"strings"

	"hybrid/halo"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// A Link is how halos travel between the GPUs of two ranks.
type Link struct {
	Ranks  [2]int    `json:"ranks"`
	Path   halo.Path `json:"path"`
	Reason string    `json:"reason,omitempty"` // why a faster path that was tried is not taken
}

// name is that of the option.
const name = "gpu-halo"

// Declare declares the option: auto, or a halo.Path.
func Declare(o *option.Set, to *string) {
	o.Choice(to, name, "how halos get from GPU to GPU, with the same bits. A way that two ranks cannot go is an error", option.Arg("WAY"), option.Aside, option.Explained(
		"auto", "for each two neighbours the first of these that works when it is tried at the start",
		"peer", "ranks of one process: a GPU copies from the other's memory",
		"ipc", "processes of one machine: a GPU copies from memory that the other process shares",
		"mpi", "the MPI library takes the GPUs' memory, where MPIX_Query_cuda_support says that it can",
		"staged", "through pinned memory of the hosts"))
}

// Path is what the option asks for, as halo.Connect has it.
func Path(way string) halo.Path {
	if way == "auto" {
		return ""
	}
	return halo.Path(way)
}

// Gather has the links of all ranks, each once; rank 0 has them. It is collective.
func Gather(c *mpi.Comm, of []halo.Link) ([]Link, error) {
	var own []Link
	for _, l := range of {
		if c.Rank() < l.Rank {
			own = append(own, Link{[2]int{c.Rank(), l.Rank}, l.Path, l.Reason})
		}
	}
	all, err := gather.ToRoot(c, own)
	var links []Link
	for _, some := range all {
		links = append(links, some...)
	}
	return links, err
}

// words say how halos travel.
var words = map[halo.Path]string{
	halo.Peer: "from GPU to GPU (peer access)", halo.IPC: "from GPU to GPU (IPC)",
	halo.Direct: "from GPU to GPU by MPI", halo.Staged: "through the hosts' memory",
}

// Tell says which halos do not take the way that they might, and why, and where a way was asked for that no halo can
// take. It is collective.
func Tell(j *task.Job, of []halo.Link, way string) error {
	links, err := Gather(j.Comm, of)
	if err == nil && len(links) == 0 && way != "auto" {
		j.Warn("%s is %s, but no two ranks exchange halos between GPUs here: it changes nothing", j.Name(name), way)
	}
	told := map[string][]Link{}
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
		j.Warn("halos between the GPUs of %s go %s: %s", pairs(some), words[some[0].Path], plain.Line(reason))
	}
	return err
}

// pairs names a few pairs of ranks and how many more there are.
func pairs(links []Link) string {
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

// Say adds which ranks take which path to a report.
func Say(r *task.Report, links []Link) {
	var lines []string
	for _, path := range []halo.Path{halo.Peer, halo.IPC, halo.Direct, halo.Staged} {
		var some []Link
		for _, l := range links {
			if l.Path == path {
				some = append(some, l)
			}
		}
		if len(some) > 0 {
			lines = append(lines, fmt.Sprintf("%s between %s", words[path], pairs(some)))
		}
	}
	if len(lines) > 0 {
		r.Rate("halos", "%s", strings.Join(lines, "\n"))
	}
}

// Refused names the option in the error of a way that two ranks cannot go.
func Refused(j *task.Job, err error) error {
	var e *halo.PathError
	if errors.As(err, &e) {
		return fmt.Errorf("%s is %s, but the GPUs of ranks %d and %d cannot exchange halos so: %s; leave it out, or give staged",
			j.Name(name), e.Want, e.Ranks[0], e.Ranks[1], e.Reason)
	}
	return err
}
