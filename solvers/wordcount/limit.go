package wordcount

import (
	"context"
	"io"
	"time"

	"hybrid/internal/threads"
	"hybrid/internal/words"
	"hybrid/mpi"
)

// ScanLimit measures for about d how many bytes a second the threads of this rank
// find the words of, if the text is in the first-level cache and nothing is
// counted: what no count that looks at every byte can exceed.
func (p Problem) ScanLimit(d time.Duration, o Options) (float64, error) {
	text := make([]byte, words.MaxBlock/2)
	for i := range text {
		text[i] = "count all the words of this text "[i%33]
	}
	scanners := make([]*words.Scanner, max(o.Threads, 1))
	for i := range scanners {
		var err error
		if scanners[i], err = words.NewScanner(p.alphabet(), o.ISA); err != nil {
			return 0, err
		}
	}
	return threads.Fastest(len(scanners), d, func(thread int) func() int64 {
		return func() int64 {
			const times = 8
			for range times {
				scanners[thread].Next(text)
			}
			return int64(times * len(text))
		}
	}), nil
}

// ReadLimit measures for about d how many bytes a second all ranks read of the
// files that were counted, from where they are now, without looking at them: what
// no count of these files can exceed. It is 0 where there were only streams, or files
// that were decoded, where a file can no more be read, and where ctx has ended. It
// is collective.
func (n *Counts) ReadLimit(ctx context.Context, d time.Duration) (float64, error) {
	j := n.job
	if j.decoded {
		return 0, nil
	}
	lo, hi := share(j.inv.bytes(), n.comm.Rank(), n.comm.Size())
	if err := n.comm.Barrier(); err != nil {
		return 0, err
	}
	began := time.Now()
	late := func() bool { return ctx.Err() != nil || time.Since(began) > d }
	buffers := make([][]byte, j.o.Threads)
	read := make([]int64, j.o.Threads)
	_, err := j.spread(lo, hi, j.o.piece, late, func(thread int, lo, hi int64) error {
		if buffers[thread] == nil {
			buffers[thread] = make([]byte, j.o.buffer)
		}
		m, err := j.inv.readRange(j.o, lo, hi, buffers[thread])
		read[thread] += m
		return err
	})
	rate := []float64{0, 0} // and how many ranks do not know theirs
	for _, m := range read {
		rate[0] += float64(m) / time.Since(began).Seconds()
	}
	if err != nil || ctx.Err() != nil {
		rate[1] = 1
	}
	if err := mpi.Allreduce(n.comm, rate, rate, mpi.Sum); err != nil || rate[1] > 0 {
		return 0, err
	}
	return rate[0], nil
}

// readRange reads bytes lo to hi of all files into buf, one after the other over each
// other, and returns how many it has read.
func (inv *inventory) readRange(o Options, lo, hi int64, buf []byte) (read int64, err error) {
	for i := inv.at(lo); lo < hi; i++ {
		end := min(hi, inv.starts[i+1])
		f, err := o.open(inv.files[i].path)
		if err != nil {
			lo = end // it was left out
			continue
		}
		for at := lo - inv.starts[i]; lo < end; {
			m, err := f.ReadAt(buf[:min(int64(len(buf)), end-lo)], at)
			read, at, lo = read+int64(m), at+int64(m), lo+int64(m)
			if err == io.EOF {
				lo = end // it has shrunk
			} else if err != nil {
				f.Close()
				return read, &InputError{inv.files[i].path, withoutPath(err)}
			}
		}
		f.Close()
	}
	return read, nil
}
