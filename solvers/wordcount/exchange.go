package wordcount

import (
	"cmp"
	"encoding/binary"
	"sync"

	"hybrid/internal/guard"
	"hybrid/internal/lexicon"
	"hybrid/mpi"
)

// Bytes that a rank sends at once, and to one rank at least.
const (
	sendBytes = 16 << 20
	sendLeast = 32 << 10
)

// Words travel as the length, the bytes and the count of each, numbers as varints.

// appendEntry writes a word.
func appendEntry(b []byte, e lexicon.Entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.Word)))
	b = append(b, e.Word...)
	return binary.AppendUvarint(b, e.Count)
}

// nextEntry reads a word, without its hash.
func nextEntry(b []byte) (e lexicon.Entry, rest []byte) {
	n, size := binary.Uvarint(b)
	e.Word, b = b[size:size+int(n)], b[size+int(n):]
	e.Count, size = binary.Uvarint(b)
	return e, b[size:]
}

// exchange moves the words that this rank has met to the ranks that own them. It
// is collective.
func (j *job) exchange() error {
	ranks := j.comm.Size()
	if ranks == 1 {
		return nil
	}
	most := max(sendBytes/ranks, sendLeast)
	out := make([][]byte, ranks)
	send := func(last bool) (done bool, err error) {
		done, err = j.alltoall(out, last)
		for r := range out {
			out[r] = out[r][:0]
		}
		return done, err
	}
	for e := range j.local.all() {
		to := owner(e.Hash, ranks)
		if to == j.comm.Rank() {
			j.owned.add(e)
			continue
		}
		if out[to] = appendEntry(out[to], e); len(out[to]) >= most {
			if _, err := send(false); err != nil {
				return err
			}
		}
	}
	for done := false; !done; {
		var err error
		if done, err = send(true); err != nil {
			return err
		}
	}
	if err := j.comm.Agree(cmp.Or(j.owned.failed(), j.local.failed())); err != nil {
		return err
	}
	if err := j.local.reset(); err != nil {
		return err
	}
	return nil
}

// alltoall sends out[r] to rank r and adds what comes to the words that this rank
// owns. done says that every rank has called it for the last time.
func (j *job) alltoall(out [][]byte, last bool) (done bool, err error) {
	ranks := j.comm.Size()
	// Pairs: the bytes, and whether there will be more.
	mine, theirs := make([]int64, 2*ranks), make([]int64, 2*ranks)
	for r := range out {
		mine[2*r] = int64(len(out[r]))
		if !last {
			mine[2*r+1] = 1
		}
	}
	if err := mpi.Alltoall(j.comm, mine, theirs); err != nil {
		return false, err
	}
	var text []byte
	sends, receives, total := make([]int, ranks), make([]int, ranks), 0
	done = last
	for r := range out {
		text = append(text, out[r]...)
		sends[r], receives[r] = len(out[r]), int(theirs[2*r])
		total += receives[r]
		done = done && theirs[2*r+1] == 0
	}
	in := make([]byte, total)
	if err := mpi.Alltoallv(j.comm, text, sends, nil, in, receives, nil); err != nil {
		return false, err
	}
	parts := make(chan []byte, ranks)
	for _, n := range receives {
		parts <- in[:n]
		in = in[n:]
	}
	close(parts)
	var wg sync.WaitGroup
	for range min(j.o.Threads, ranks) {
		guard.Go(&wg, func() {
			for part := range parts {
				for len(part) > 0 {
					var e lexicon.Entry
					e, part = nextEntry(part)
					e.Hash = j.seed.Hash(e.Word)
					j.owned.add(e)
				}
			}
		})
	}
	wg.Wait()
	return done, nil
}
