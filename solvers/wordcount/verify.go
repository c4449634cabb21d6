package wordcount

import (
	"bytes"
	"context"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"hybrid/internal/lexicon"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A checker counts words again without any part of what counted them first: one
// character after the other, by Go's own functions, and sums up what it finds.
type checker struct {
	problem Problem
	sums    checksums
}

// checksums do not depend on the order of words.
type checksums struct {
	words, invalid, hashes uint64
}

func newChecker(p Problem) *checker { return &checker{problem: p} }

// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), of 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func fnv(h uint64, b []byte) uint64 {
	for _, c := range b {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// count takes text that begins and ends at breaks.
func (k *checker) count(text []byte) error {
	if k.problem.Words == Segments {
		for _, part := range bytes.FieldsFunc(text, isPicture) {
			k.segments(part)
		}
		return nil
	}
	p, h, inside := k.problem, uint64(0), false
	end := func() {
		if inside {
			k.sums.words++
			k.sums.hashes += h
		}
		inside = false
	}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		is := false
		if p.Words == ASCII {
			is = r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		} else {
			r, size = utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				k.sums.invalid++
			} else {
				is = unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
			}
		}
		i += size
		if p.Words != ASCII && r == softHyphen {
			continue
		}
		if !is {
			end()
			continue
		}
		if p.Fold {
			r = smallest(r)
		}
		if !inside {
			h, inside = fnvOffset, true
		}
		var b [utf8.UTFMax]byte
		h = fnv(h, b[:utf8.EncodeRune(b[:], r)])
	}
	end()
	return nil
}

const softHyphen = 0xad

// segments counts the words of a text without pictures, which it has cut into
// segments by another library than package words.
func (k *checker) segments(text []byte) {
	h, word, hyphen := uint64(0), false, false // of the word before, and whether a hyphen follows it
	end := func() {
		if word {
			k.sums.words++
			k.sums.hashes += h
		}
		word, hyphen = false, false
	}
	before := uint64(0) // h without the hyphen
	for state := -1; len(text) > 0; {
		var segment []byte
		segment, text, state = uniseg.FirstWord(text, state)
		is := bytes.ContainsFunc(segment, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
		first, size := utf8.DecodeRune(segment)
		if first == utf8.RuneError && size == 1 {
			k.sums.invalid++
		}
		switch {
		case is && hyphen:
			h, hyphen = k.hash(h, segment), false
		case is:
			end()
			h, word = k.hash(fnvOffset, segment), true
		case word && !hyphen && strings.ContainsRune("-\u2010\u2011\ufe63\uff0d", first):
			before, hyphen = h, true
			h = k.hash(h, segment)
		default:
			if hyphen {
				h = before
			}
			end()
		}
	}
	if hyphen {
		h = before
	}
	end()
}

// hash goes on with the characters of a segment that are counted.
func (k *checker) hash(h uint64, segment []byte) uint64 {
	for _, r := range string(segment) {
		const nonJoiner, joiner = 0x200c, 0x200d
		if unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && r != nonJoiner && r != joiner {
			continue
		}
		if k.problem.Fold {
			r = smallest(r)
		}
		var b [utf8.UTFMax]byte
		h = fnv(h, b[:utf8.EncodeRune(b[:], r)])
	}
	return h
}

// isPicture reports whether r is of the property Extended_Pictographic, or another
// symbol that is of no word.
func isPicture(r rune) bool {
	switch {
	case r < utf8.RuneSelf, r == utf8.RuneError, r == 0x2044, r >= 0x32d0 && r <= 0x32fe, r >= 0x3300 && r <= 0x3357:
		return false // what is not UTF-8 too, a fraction slash, Katakana in circles and squares
	case r == 0x203c, r == 0x2049, r == 0x3030, r == 0x303d:
		return true
	case r >= 0x1f000 && r <= 0x1fffd:
		return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Other_Alphabetic, unicode.Sk)
	}
	return unicode.In(r, unicode.So, unicode.Sm) && !unicode.Is(unicode.Other_Alphabetic, r)
}

// smallest is the least of the characters that differ from r in case only, which
// is another choice among them than the counted words have.
func smallest(r rune) rune {
	if r < utf8.RuneSelf && r != 'k' && r != 'K' && r != 's' && r != 'S' {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		least = min(least, o)
	}
	return least
}

// verify counts everything again, with other edges, and compares. It is
// collective.
func (j *job) verify(ctx context.Context) (task.Verdict, error) {
	lo, hi := share(j.inv.bytes(), j.comm.Size()-1-j.comm.Rank(), j.comm.Size())
	o := j.o
	o.piece += 4097
	o.buffer += 61
	if err := j.comm.Agree(j.checkFiles(ctx, o, lo, hi)); err != nil {
		return task.Verdict{}, err
	}
	sums := []uint64{0, 0, 0, 0, 0, uint64(j.invalid())}
	for _, k := range j.checks {
		sums[0] += k.sums.words
		sums[1] += k.sums.hashes
		sums[2] += k.sums.invalid
	}
	for e := range j.owned.all() {
		sums[3] += e.Count
		sums[4] += e.Count * j.checksum(e)
	}
	if err := mpi.Allreduce(j.comm, sums, sums, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	const what = "the number of words and a checksum of all, counted again one character after the other"
	if [3]uint64(sums[:3]) != [3]uint64(sums[3:]) {
		return task.Wrong(what + ", differ: a file has changed meanwhile, or this is a bug"), nil
	}
	return task.Right(what), nil
}

// checksum is what a checker adds up for a counted word.
func (j *job) checksum(e lexicon.Entry) uint64 {
	if !j.problem.Fold {
		return fnv(fnvOffset, e.Word)
	}
	h := uint64(fnvOffset)
	for _, r := range string(e.Word) {
		var b [utf8.UTFMax]byte
		h = fnv(h, b[:utf8.EncodeRune(b[:], smallest(r))])
	}
	return h
}

// checkFiles counts bytes lo to hi of all files again, and what is read from beginning
// to end on another rank than before. Notes were taken when they were read first.
func (j *job) checkFiles(ctx context.Context, o Options, lo, hi int64) error {
	readers := make([]*reader, len(j.checks))
	for i := range readers {
		readers[i] = newReader(j, o, j.checks[i].count)
		readers[i].notes = &notes{}
		defer readers[i].close()
	}
	never := func() bool { return false }
	_, err := j.spread(lo, hi, o.piece, never, func(thread int, lo, hi int64) error {
		return readers[thread].read(ctx, lo, hi)
	})
	if err != nil {
		return err
	}
	s := j.newSequence(o, j.comm.Size()-1-j.comm.Rank(), &notes{})
	defer s.close()
	_, err = s.count(ctx, math.MaxInt64/2, never, func(thread int, text []byte) error { return j.checks[thread].count(text) })
	return err
}
