package wordcount

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"hybrid/internal/guard"
	"hybrid/internal/lexicon"
	"hybrid/internal/words"
	"hybrid/mpi"
)

// Bytes of a stream that are scattered at once: for each thread, of a rank at
// least, and of all ranks at most unless that is less than the least of each.
const (
	streamThread = 1 << 20
	streamLeast  = 64 << 10
	streamMost   = 32 << 20
)

// A batch is what rank 0 has read of a stream.
type batch struct {
	text []byte
	err  error // io.EOF: there is no more
}

// countStream counts what rank 0 reads from a stream: batches that end at breaks,
// of which every rank gets a part. It reads one while the one before is counted.
// It is collective.
func (j *job) countStream(ctx context.Context, path string) error {
	ranks := j.comm.Size()
	var batches, empty chan batch
	stop := make(chan struct{})
	defer close(stop)
	if j.comm.Rank() == 0 {
		size := max(min(j.o.Threads*streamThread*ranks, streamMost), streamLeast*ranks)
		batches, empty = make(chan batch), make(chan batch, 2)
		empty <- batch{text: make([]byte, size)}
		empty <- batch{text: make([]byte, size)}
		go guard.Run(func() { j.readStream(path, batches, empty, stop) })
	}
	for done := false; !done; {
		var b batch
		var err error
		cuts := make([]int64, ranks+2) // where the parts begin, the end, and whether it is the last batch
		if batches != nil {
			select {
			case b = <-batches:
			case <-ctx.Done():
				b.err = context.Cause(ctx)
			}
			if errors.Is(b.err, io.EOF) {
				cuts[ranks+1] = 1
			} else {
				err = b.err
			}
			j.divide(b.text, cuts[:ranks+1])
		} else if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err := j.comm.Agree(err); err != nil {
			return err
		}
		if err := mpi.Bcast(j.comm, cuts, 0); err != nil {
			return err
		}
		done = cuts[ranks+1] == 1
		own := b.text // which ends where the last part does
		if ranks > 1 {
			counts := make([]int, ranks)
			for r := range counts {
				counts[r] = int(cuts[r+1] - cuts[r])
			}
			own = make([]byte, counts[j.comm.Rank()])
			if err := mpi.Scatterv(j.comm, b.text, counts, nil, own, 0); err != nil {
				return err
			}
		}
		if err := j.comm.Agree(j.countText(path, own)); err != nil {
			return err
		}
		j.bytes += int64(len(own))
		if batches != nil && !done {
			empty <- b
		}
		full := []int64{0}
		if j.full() {
			full[0] = 1
		}
		if err := mpi.Allreduce(j.comm, full, full, mpi.Max); err != nil {
			return err
		}
		if full[0] > 0 {
			if err := j.exchange(); err != nil {
				return err
			}
		}
	}
	return nil
}

// divide cuts text into parts of about the same size, at breaks.
func (j *job) divide(text []byte, cuts []int64) {
	parts := len(cuts) - 1
	for i := 1; i < parts; i++ {
		at, _ := share(int64(len(text)), i, parts)
		next, _ := j.alphabet.NextBreak(text[:at], text[at:], true)
		cuts[i] = max(cuts[i-1], at+int64(next))
	}
	cuts[parts] = int64(len(text))
}

// countText counts text that begins and ends at breaks, on all threads.
func (j *job) countText(path string, text []byte) error {
	cuts := make([]int64, j.o.Threads+1)
	j.divide(text, cuts)
	return j.each(func(thread int) error {
		part := text[cuts[thread]:cuts[thread+1]]
		err := j.workers[thread].count(part)
		if err == nil && j.o.Verify {
			err = j.checks[thread].count(part)
		}
		if err != nil {
			return inFile(path, err)
		}
		return nil
	})
}

// readStream reads a stream into buffers from empty and hands them on, up to the
// first error or the end. What follows the last break begins the next batch.
func (j *job) readStream(path string, batches chan<- batch, empty <-chan batch, stop <-chan struct{}) {
	give := func(b batch) bool {
		select {
		case batches <- b:
			return true
		case <-stop:
			return false
		}
	}
	fail := func(err error) { give(batch{err: &InputError{path, withoutPath(err)}}) }
	in := j.o.Stdin
	if path != "-" {
		f, err := os.Open(path) // waits for the other end of a pipe
		if err != nil {
			fail(err)
			return
		}
		defer f.Close()
		in = f
	}
	text, free, err := decode(in, j.problem.Binary)
	defer free()
	if err != nil {
		fail(err)
		return
	}
	take := func() []byte {
		select {
		case b := <-empty:
			return b.text
		case <-stop:
			return nil
		}
	}
	err = split(text, j.alphabet, take, func(text []byte, last bool) bool {
		if last {
			return give(batch{text, io.EOF})
		}
		return give(batch{text: text})
	})
	if err != nil {
		fail(err)
	}
}

// split cuts what it reads into pieces that end at breaks. take gives a buffer for
// each, nil to end, and give takes it, until it says false.
func split(in io.Reader, alphabet *words.Alphabet, take func() []byte, give func(text []byte, last bool) bool) error {
	var rest []byte
	at := int64(0)
	for {
		buf := take()
		if buf == nil {
			return nil
		}
		if buf = buf[:cap(buf)]; len(buf) <= len(rest) {
			buf = make([]byte, 2*len(rest))
		}
		n, cut := 0, 0
		for n = copy(buf, rest); ; buf = append(buf, make([]byte, len(buf))...) {
			m, err := io.ReadFull(in, buf[n:])
			n, at = n+m, at+int64(m)
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				give(buf[:n], true)
				return nil
			}
			if err != nil {
				return fmt.Errorf("cannot read on after %d bytes of text: %w", at, withoutPath(err))
			}
			if cut = alphabet.LastBreak(buf[:n]); cut > 0 {
				break
			}
			if n > lexicon.MaxWord {
				return errTooLong
			}
		}
		rest = append(rest[:0], buf[cut:n]...)
		if !give(buf[:cut], false) {
			return nil
		}
	}
}
