package wordcount

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hybrid/internal/lexicon"
	"hybrid/internal/words"
)

// A reader brings the text of parts of files, in pieces that begin and end at
// breaks, to a consumer. Every thread has its own.
type reader struct {
	inv      *inventory
	alphabet *words.Alphabet
	binary   bool // binary files are read too
	o        Options
	consume  func(text []byte) error
	notes    *notes
	missed   map[int]*missing // of files that could not be opened, by index
	coded    []int            // files that begin here and are no plain text
	later    int64            // bytes of such files that were left for later

	index int // of the file that is open, -1 for none
	file  file
	skip  bool // the file that index says is not to be read
	code  bool // because it is coded
	buf   []byte
}

// missing is how much of a file was not read because it could not be opened.
type missing struct {
	Bytes int64
	Err   string
}

func newReader(j *job, o Options, consume func(text []byte) error) *reader {
	return &reader{inv: j.inv, alphabet: j.alphabet, binary: j.problem.Binary, o: o, consume: consume, notes: &j.notes,
		missed: map[int]*missing{}, index: -1}
}

// read brings bytes lo to hi of all files.
func (r *reader) read(ctx context.Context, lo, hi int64) error {
	for i := r.inv.at(lo); lo < hi; i++ {
		start, end := r.inv.starts[i], min(hi, r.inv.starts[i+1])
		if lo < end {
			if err := r.open(i, lo == start, end-lo); err != nil {
				return err
			}
			if r.code {
				r.later += end - lo
			}
			if !r.skip {
				if err := r.part(ctx, lo-start, end-start); err != nil {
					return err
				}
			}
		}
		lo = end
	}
	return nil
}

func (r *reader) path() string { return r.inv.files[r.index].path }

// open opens the file that index says, of which so many bytes are to be read. The
// one who reads its beginning notes what the file is.
func (r *reader) open(index int, first bool, want int64) error {
	if r.index != index {
		r.close()
		f, err := r.o.open(r.inv.files[index].path)
		if err != nil {
			m := r.missed[index]
			if m == nil {
				m = &missing{Err: err.Error()}
				r.missed[index] = m
			}
			m.Bytes += want
			r.index, r.skip = index, true
			return nil
		}
		r.index, r.file = index, f
		size := r.inv.files[index].size
		head := make([]byte, min(headBytes, size))
		n, err := f.ReadAt(head, 0)
		if err != nil && err != io.EOF {
			return r.fail(0, err)
		}
		c := recognise(head[:n])
		if r.code = c != nil && c.decode != nil; r.code {
			r.skip = true
			if first {
				r.coded = append(r.coded, index)
			}
		} else if err := noText(head[:n], c, r.binary); err != nil {
			if r.inv.files[index].named {
				return &InputError{r.path(), err}
			}
			r.skip = true
			if first {
				r.notes.add(Binary, r.path())
			}
		}
		return nil
	}
	if m := r.missed[index]; m != nil {
		m.Bytes += want
	}
	return nil
}

func (r *reader) close() {
	if r.file != nil {
		r.file.Close() // it was only read
	}
	r.index, r.file, r.skip, r.code = -1, nil, false, false
}

func (r *reader) fail(at int64, err error) error {
	return &InputError{r.path(), fmt.Errorf("cannot read at byte %d: %w", at, withoutPath(err))}
}

// lookahead is what is read beyond the end of a part, to find the next break in.
const lookahead = 256

// part brings bytes lo to hi of the open file: from the first break at or after
// lo to the first one at or after hi.
//
//	buf    | context | text                         | free     |
//	       |         at                             at+n
//	file            lo ....................... hi
func (r *reader) part(ctx context.Context, lo, hi int64) error {
	size := r.inv.files[r.index].size
	at := max(0, lo-words.Context) // of buf[0] in the file
	n, ended := 0, false           // bytes in buf; they go to the end of the file
	if len(r.buf) == 0 {
		r.buf = make([]byte, r.o.buffer)
	}
	// fill reads to the place that until says, as far as there is room.
	fill := func(until int64) error {
		want := min(int64(len(r.buf)-n), min(until, size)-at-int64(n))
		for want > 0 {
			m, err := r.file.ReadAt(r.buf[n:n+int(want)], at+int64(n))
			n, want = n+m, want-int64(m)
			if errors.Is(err, io.EOF) {
				if want > 0 {
					r.notes.shrank(r.index, r.path())
					size = at + int64(n)
				}
				break
			}
			if err != nil {
				return r.fail(at+int64(n), err)
			}
		}
		ended = at+int64(n) >= size
		return nil
	}
	// drop forgets the first bytes in buf.
	drop := func(k int) {
		copy(r.buf, r.buf[k:n])
		at, n = at+int64(k), n-k
	}

	if err := fill(hi + lookahead); err != nil {
		return err
	}
	for { // to the first break
		before := int(lo - at)
		if n < before { // the file ends before lo
			return nil
		}
		next, ok := r.alphabet.NextBreak(r.buf[:before], r.buf[before:n], ended)
		if ok {
			drop(before + next)
			break
		}
		if at+int64(n) >= hi+words.Context {
			return nil // one word from lo to hi, which belongs to another part
		}
		// lo moves on in the word that it is in.
		if keep := 2 * words.Context; n > keep {
			drop(n - keep)
			lo = at + words.Context
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := fill(hi + lookahead); err != nil {
			return err
		}
	}
	for until := hi + lookahead; at < hi; {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := fill(until); err != nil {
			return err
		}
		end, last := 0, false
		if at+int64(n) >= min(hi, size) {
			k := int(min(hi, size) - at)
			end, last = r.alphabet.NextBreak(r.buf[:k], r.buf[k:n], ended)
			end += k
		}
		if !last {
			end = r.alphabet.LastBreak(r.buf[:min(n, int(hi-at))])
		}
		if end > 0 {
			if err := r.consume(r.buf[:end]); err != nil {
				return inFile(r.path(), err)
			}
			drop(end)
		}
		switch {
		case last:
			return nil
		case end == 0 && n == len(r.buf):
			// One long word fills the buffer.
			if n > lexicon.MaxWord {
				return &InputError{r.path(), errTooLong}
			}
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
		if at+int64(n) >= until {
			until += int64(len(r.buf))
		}
	}
	return nil
}

var errTooLong = fmt.Errorf("a word has more than %d bytes: this is no text, leave it out", lexicon.MaxWord)
