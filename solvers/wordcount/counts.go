package wordcount

import (
	"context"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// Counts is what was counted. The words themselves are divided over the ranks.
type Counts struct {
	Total    uint64 // words, each as often as it occurs
	Distinct uint64 // different words
	Top      []Word // the most frequent ones, those of one count by their bytes

	Bytes   int64  // of text in the files and streams, as UTF-8; those left out included
	Files   int    // files and streams, those left out included
	Invalid int64  // bytes that are not UTF-8; 0 if words are ASCII
	Notes   []Note // what was left out, and the like

	// CountTime is what reading and counting took, of the slowest rank; Time is all.
	CountTime, Time time.Duration
	// Verdict says whether the whole, counted again by other means, one character after
	// the other and cut elsewhere, has the same sums: of all words, of
	// invalid bytes, and of a checksum of each word as often as it occurs. Files
	// were read again for it. It is set where that was asked for.
	Verdict *task.Verdict

	comm *mpi.Comm
	list *list
	job  *job
}

// finish sorts, sums up and verifies. It is collective.
func (j *job) finish(ctx context.Context, began time.Time) (*Counts, error) {
	n := &j.counts
	n.comm, n.job = j.comm, j
	list, err := newList(j.owned, j.problem.MinLength, j.o)
	if err := j.comm.Agree(err); err != nil {
		return nil, err
	}
	n.list = list
	if j.o.Sort {
		list.sort(j.o.Threads)
	}
	n.Time = time.Since(began)
	sums := []int64{0, int64(len(n.list.items)), j.bytes, j.invalid()}
	for _, i := range n.list.items {
		sums[0] += int64(i.count)
	}
	if err := mpi.Allreduce(j.comm, sums, sums, mpi.Sum); err != nil {
		return nil, err
	}
	n.Total, n.Distinct, n.Bytes, n.Invalid = uint64(sums[0]), uint64(sums[1]), sums[2], sums[3]
	n.Files = len(j.inv.files) + len(j.inv.streams)
	times := []int64{int64(n.CountTime), int64(n.Time)}
	if err := mpi.Allreduce(j.comm, times, times, mpi.Max); err != nil {
		return nil, err
	}
	n.CountTime, n.Time = time.Duration(times[0]), time.Duration(times[1])
	if n.Notes, err = j.notes.gather(j.comm); err != nil {
		return nil, err
	}
	if err := n.top(j.problem.Top); err != nil {
		return nil, err
	}
	if j.o.Verify {
		v, err := j.verify(ctx)
		if err != nil {
			return nil, err
		}
		n.Verdict = &v
	}
	j.owned = nil // the list has the words
	return n, nil
}

func (j *job) invalid() (n int64) {
	for _, w := range j.workers {
		n += w.scanner.Invalid
	}
	return n
}

// top finds the most frequent words among those of each rank. It is collective.
func (n *Counts) top(want int) error {
	var own []Word
	for _, i := range n.list.top(want) {
		own = append(own, Word{string(n.list.word(i)), i.count})
	}
	all, err := gather.Values(n.comm, own)
	if err != nil {
		return err
	}
	n.Top = []Word{}
	for len(n.Top) < want {
		best := -1
		for r := range all {
			if len(all[r]) > 0 && (best < 0 || all[r][0].before(all[best][0])) {
				best = r
			}
		}
		if best < 0 {
			break
		}
		n.Top = append(n.Top, all[best][0])
		all[best] = all[best][1:]
	}
	return nil
}

// before is the order of a list.
func (w Word) before(o Word) bool {
	if w.Count != o.Count {
		return w.Count > o.Count
	}
	return w.Word < o.Word
}
