package wordcount

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"hybrid/internal/guard"
	"hybrid/internal/lexicon"
	"hybrid/internal/words"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A job is one rank's part of a count.
type job struct {
	problem  Problem
	o        Options
	comm     *mpi.Comm
	alphabet *words.Alphabet
	seed     lexicon.Seed // of all tables of all ranks
	inv      *inventory
	notes    notes

	workers []*worker
	readers []*reader // of each worker
	checks  []*checker
	local   *tableSet // words that this rank has met
	owned   *tableSet // words that it owns; with one rank the same set

	sequential []int // files that are read from beginning to end
	decoded    bool  // some of them because they are not plain text

	bytes  int64 // of text, counted by this rank
	read   int64 // of files, read by this rank
	counts Counts
}

// Run counts. It is collective; the result has this rank's share of the words and
// what all ranks have together. The error is that of the problem or of a file, on
// every rank, or of the context of any rank, after at most what is being read.
//
// With b bytes in all and d different words, p ranks of t threads read and scan
// b/(p t) bytes each and send d words at most. A rank's memory is some 100 bytes
// for each word that it owns, 64 MiB for those that it has not sent yet, and some
// 4 MiB for each thread.
func (p Problem) Run(ctx context.Context, c *mpi.Comm, o Options) (*Counts, error) {
	if p.Words == "" {
		p.Words = Unicode
	}
	err := p.Validate()
	if err == nil {
		o, err = o.resolve(p, c)
	}
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	j := &job{problem: p, o: o, comm: c, alphabet: p.alphabet()}
	began := time.Now()
	if err := j.prepare(); err != nil {
		return nil, err
	}
	defer func() {
		for _, r := range j.readers {
			r.close()
		}
	}()
	if err := j.countFiles(ctx); err != nil {
		return nil, err
	}
	if err := j.inOrder(); err != nil {
		return nil, err
	}
	if err := j.countInOrder(ctx); err != nil {
		return nil, err
	}
	for _, path := range j.inv.streams {
		if err := j.countStream(ctx, path); err != nil {
			return nil, err
		}
	}
	j.counts.CountTime = time.Since(began)
	if err := j.exchange(); err != nil {
		return nil, err
	}
	return j.finish(ctx, began)
}

// prepare makes the tables and lists the files. It is collective.
func (j *job) prepare() (err error) {
	j.seed = lexicon.NewSeed()
	if err := mpi.Bcast(j.comm, j.seed[:], 0); err != nil {
		return err
	}
	if j.local, err = newTableSet(j.o, j.seed); err != nil {
		return err
	}
	j.owned = j.local
	if j.comm.Size() > 1 {
		if j.owned, err = newTableSet(j.o, j.seed); err != nil {
			return err
		}
	}
	if j.inv, err = take(j.comm, j.problem.Paths, &j.notes); err != nil {
		return err
	}
	for range j.o.Threads {
		w, err := newWorker(j)
		if err != nil {
			return err
		}
		j.workers = append(j.workers, w)
		consume := w.count
		j.readers = append(j.readers, newReader(j, j.o, consume))
		if j.o.Verify {
			j.checks = append(j.checks, newChecker(j.problem))
		}
	}
	return nil
}

// share is the run of bytes [lo, hi) of n that a rank has.
func share(n int64, rank, size int) (lo, hi int64) {
	cut := func(r int) int64 {
		high, low := bits.Mul64(uint64(n), uint64(r))
		q, _ := bits.Div64(high, low, uint64(size)) // r <= size, so the quotient is at most n
		return int64(q)
	}
	return cut(rank), cut(rank + 1)
}

// passBytes is what a thread reads between two agreements of the ranks, at most:
// some 50 ms.
const passBytes = 64 << 20

// rounds calls f on every rank until none has more to do. In between the ranks
// agree on errors, send words off where a table is full, and tell how far they are.
// It is collective.
func (j *job) rounds(f func() (more bool, err error)) error {
	total := j.inv.bytes()
	for {
		more, err := f()
		if err := j.comm.Agree(err); err != nil {
			return err
		}
		state := []int64{0, 0, j.read} // goes on, wants an exchange; bytes read
		if more {
			state[0] = 1
		}
		if j.full() {
			state[1] = 1
		}
		if err := mpi.Allreduce(j.comm, state, state, mpi.Sum); err != nil {
			return err
		}
		if state[1] > 0 {
			if err := j.exchange(); err != nil {
				return err
			}
		}
		if j.o.Progress != nil && total > 0 {
			j.o.Progress(min(state[2], total), total)
		}
		if state[0] == 0 {
			return nil
		}
	}
}

// countFiles counts this rank's share of the files that can be cut. It is
// collective.
func (j *job) countFiles(ctx context.Context) error {
	lo, hi := share(j.inv.bytes(), j.comm.Rank(), j.comm.Size())
	begin := lo
	err := j.rounds(func() (more bool, err error) {
		lo, err = j.pass(ctx, lo, hi)
		j.read = lo - begin
		for _, r := range j.readers {
			j.read -= r.later
		}
		j.bytes = j.read
		return lo < hi, err
	})
	if err != nil {
		return err
	}
	return j.reportMissing()
}

// full reports whether it is time to send off the words that other ranks own.
func (j *job) full() bool {
	return j.comm.Size() > 1 && j.local.bytes.Load() > int64(j.o.capacity)
}

// pass counts from lo on, at most to hi, and returns where it stopped. It stops
// early when the rank's table is full.
func (j *job) pass(ctx context.Context, lo, hi int64) (next int64, err error) {
	hi = min(hi, lo+passBytes*int64(j.o.Threads))
	return j.spread(lo, hi, j.o.piece, j.full, func(thread int, lo, hi int64) error {
		err := j.readers[thread].read(ctx, lo, hi)
		j.local.measure()
		return err
	})
}

// spread runs f on every thread, for pieces of [lo, hi) as they come, until there
// is an error or stop says so, and returns where the pieces end that were taken.
func (j *job) spread(lo, hi, piece int64, stop func() bool, f func(thread int, lo, hi int64) error) (next int64, err error) {
	var at atomic.Int64
	at.Store(lo)
	err = j.each(func(thread int) error {
		for !stop() {
			from := at.Add(piece) - piece
			if from >= hi {
				break
			}
			if err := f(thread, from, min(hi, from+piece)); err != nil {
				at.Store(hi) // the others need not go on
				return err
			}
		}
		return nil
	})
	return min(at.Load(), hi), err
}

// each runs f on every thread, and then empties the threads' tables.
func (j *job) each(f func(thread int) error) error {
	errs := make([]error, j.o.Threads)
	var wg sync.WaitGroup
	run := func(thread int) {
		errs[thread] = f(thread)
		j.workers[thread].drain()
	}
	for thread := 1; thread < j.o.Threads; thread++ {
		guard.Go(&wg, func() { run(thread) })
	}
	run(0)
	wg.Wait()
	j.local.measure()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return j.local.failed()
}

// reportMissing decides what to do about files that could not be opened. One that no rank
// could open is left out, unless it was named; one of which a part was counted
// makes the whole wrong. It is collective.
func (j *job) reportMissing() error {
	type failure struct {
		Index int
		Host  string
		missing
	}
	var own []failure
	for _, r := range j.readers {
		for i, m := range r.missed {
			own = append(own, failure{i, j.comm.Host(), *m})
		}
	}
	all, err := gather.Values(j.comm, own)
	if err != nil {
		return err
	}
	if j.comm.Rank() == 0 {
		every := map[int]*failure{} // the first rank's, with the bytes of all
		for rank, list := range all {
			for _, f := range list {
				if first := every[f.Index]; first != nil {
					first.Bytes += f.Bytes
					continue
				}
				f.Err = fmt.Sprintf("cannot open it on rank %d (%s): %s", rank, f.Host, f.Err)
				every[f.Index] = &f
			}
		}
		for i, f := range every {
			file := j.inv.files[i]
			switch {
			case f.Bytes < file.size:
				err = &InputError{file.path, errors.New(f.Err + "; another part of it was counted: every rank must be able to read it")}
			case file.named:
				err = &InputError{file.path, errors.New(f.Err)}
			default:
				j.notes.add(Unreadable, file.path)
			}
		}
	}
	return j.comm.Agree(err)
}
