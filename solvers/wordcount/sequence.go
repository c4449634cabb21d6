package wordcount

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"hybrid/internal/guard"
	"hybrid/mpi/gather"
)

// A sequence reads files that cannot be cut anywhere, because what is at some byte
// is known only to who has read all before: those that are decoded, and those that
// do not say how long they are. Each file is read by one goroutine, several files
// side by side, and the text is handed out to the threads in blocks:
//
//	decoders   a.gz -> | block | block | block |
//	           b.zst -> | block | block |          ...
//	threads    0 1 1 0 2 0 1 ...
//
// Memory is needed for some blocks and what the decoders hold, however much text
// comes out of a file.
type sequence struct {
	job   *job
	o     Options
	notes *notes
	files []int // of the inventory, that this rank reads

	next   atomic.Int64 // of files, to be opened
	blocks chan block   // closed when all files are read
	empty  chan []byte
	stop   chan struct{}
	text   atomic.Int64 // bytes of text counted
	raw    atomic.Int64 // bytes of files read
	ended  atomic.Bool
}

// A block is text that begins and ends at breaks, or an error.
type block struct {
	text []byte
	file int
	err  error
}

// inOrder gathers which files have to be read from beginning to end: those found to
// be coded, and those of a stated size of 0, such as the ones below /proc, which
// may have contents. It is collective.
func (j *job) inOrder() error {
	var own []int
	for _, r := range j.readers {
		own = append(own, r.coded...)
	}
	all, err := gather.Values(j.comm, own)
	if err != nil {
		return err
	}
	j.sequential = slices.Concat(all...)
	j.decoded = len(j.sequential) > 0
	for i, f := range j.inv.files {
		if f.size == 0 {
			j.sequential = append(j.sequential, i)
		}
	}
	slices.Sort(j.sequential)
	return nil
}

// assign gives each rank the files that it reads from beginning to end: the largest
// first, each to the rank that has the least to do. What has no size is rank 0's,
// whose /proc and /sys are meant.
func (j *job) assign(rank int) (own []int) {
	files := slices.Clone(j.sequential)
	slices.SortStableFunc(files, func(a, b int) int { return -cmp.Compare(j.inv.files[a].size, j.inv.files[b].size) })
	load := make([]int64, j.comm.Size())
	for _, i := range files {
		to, size := 0, j.inv.files[i].size
		if size > 0 {
			to = slices.Index(load, slices.Min(load))
		}
		load[to] += size
		if to == rank {
			own = append(own, i)
		}
	}
	return own
}

// newSequence starts to read the files that are assigned to a rank.
func (j *job) newSequence(o Options, rank int, notes *notes) *sequence {
	s := &sequence{job: j, o: o, notes: notes, files: j.assign(rank), stop: make(chan struct{})}
	decoders := min(o.Threads, len(s.files))
	n := decoders + o.Threads // each has one in hand
	s.blocks, s.empty = make(chan block), make(chan []byte, n)
	for range n {
		s.empty <- make([]byte, o.buffer)
	}
	var wg sync.WaitGroup
	for range decoders {
		guard.Go(&wg, func() {
			for {
				k := int(s.next.Add(1)) - 1
				if k >= len(s.files) || !s.read(s.files[k]) {
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(s.blocks) }()
	return s
}

// close lets the decoders go.
func (s *sequence) close() { close(s.stop) }

func (s *sequence) give(b block) bool {
	select {
	case s.blocks <- b:
		return true
	case <-s.stop:
		return false
	}
}

// read hands out the text of a file, and reports whether to go on with another.
func (s *sequence) read(i int) bool {
	file := s.job.inv.files[i]
	in, err := s.o.open(file.path)
	if err != nil {
		return s.failed(i, false, err)
	}
	defer in.Close() // it was only read
	raw := &counted{in: io.NewSectionReader(in, 0, math.MaxInt64), n: &s.raw}
	text, free, err := decode(raw, s.job.problem.Binary)
	defer free()
	if err != nil {
		return s.failed(i, false, err)
	}
	begun := false
	take := func() []byte {
		select {
		case b := <-s.empty:
			return b
		case <-s.stop:
			return nil
		}
	}
	open := true
	err = split(text, s.job.alphabet, take, func(text []byte, _ bool) bool {
		begun = begun || len(text) > 0
		open = s.give(block{text: text, file: i})
		return open
	})
	if err != nil {
		return s.failed(i, begun, err)
	}
	return open
}

// failed deals with a file of which nothing was counted, or a part. Of what was found
// in a directory, that which is no text is noted, and that which cannot be read
// though it has no size.
func (s *sequence) failed(i int, begun bool, err error) bool {
	file := s.job.inv.files[i]
	var noText *notTextError
	switch {
	case file.named || begun:
	case errors.As(err, &noText):
		s.notes.add(Binary, file.path)
		return true
	case file.size == 0:
		s.notes.add(Unreadable, file.path)
		return true
	}
	return s.give(block{err: &InputError{file.path, withoutPath(err)}})
}

// count gives blocks to f on every thread, until so many bytes of text are counted,
// or stop says so. more says that there is more.
func (s *sequence) count(ctx context.Context, text int64, stop func() bool, f func(thread int, text []byte) error) (more bool, err error) {
	until := s.text.Load() + text
	err = s.job.each(func(thread int) error {
		for !stop() && !s.ended.Load() && s.text.Load() < until {
			select {
			case b, ok := <-s.blocks:
				if !ok {
					s.ended.Store(true)
					return nil
				}
				if b.err != nil {
					s.ended.Store(true)
					return b.err
				}
				if err := f(thread, b.text); err != nil {
					s.ended.Store(true)
					return inFile(s.job.inv.files[b.file].path, err)
				}
				s.text.Add(int64(len(b.text)))
				s.empty <- b.text
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	return !s.ended.Load(), err
}

// countInOrder counts the files that cannot be cut. It is collective.
func (j *job) countInOrder(ctx context.Context) error {
	s := j.newSequence(j.o, j.comm.Rank(), &j.notes)
	defer s.close()
	bytes, read := j.bytes, j.read
	return j.rounds(func() (more bool, err error) {
		more, err = s.count(ctx, passBytes*int64(j.o.Threads), j.full, func(thread int, text []byte) error {
			err := j.workers[thread].count(text)
			j.local.measure()
			return err
		})
		j.bytes, j.read = bytes+s.text.Load(), read+s.raw.Load()
		return more, err
	})
}

// counted counts the bytes that are read.
type counted struct {
	in io.Reader
	n  *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n.Add(int64(n))
	return n, err
}
