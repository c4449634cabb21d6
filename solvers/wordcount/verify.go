package wordcount

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
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
	top     map[uint64]uint64 // how often the words of these hashes occur
}

// checksums do not depend on the order of words, of those that are long enough.
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
	p, word := k.problem, blank
	end := func() {
		k.found(word)
		word = blank
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
		word.add(r, p.Fold)
	}
	end()
	return nil
}

// A spelling is what a checker knows of a word.
type spelling struct {
	hash   uint64
	length int // in characters
}

var blank = spelling{hash: fnvOffset}

func (w *spelling) add(r rune, fold bool) {
	if fold {
		r = smallest(r)
	}
	var b [utf8.UTFMax]byte
	w.hash = fnv(w.hash, b[:utf8.EncodeRune(b[:], r)])
	w.length++
}

// found counts a word, if it is one that is long enough.
func (k *checker) found(w spelling) {
	if w.length < max(k.problem.MinLength, 1) {
		return
	}
	k.sums.words++
	k.sums.hashes += w.hash
	if n, asked := k.top[w.hash]; asked {
		k.top[w.hash] = n + 1
	}
}

const softHyphen = 0xad

// segments counts the words of a text without pictures, which it has cut into
// segments by another library than package words.
func (k *checker) segments(text []byte) {
	word, hyphen := blank, false // the word before, and whether a hyphen follows it
	end := func() {
		k.found(word)
		word, hyphen = blank, false
	}
	before := blank // word without the hyphen
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
			word, hyphen = k.spell(word, segment), false
		case is:
			end()
			word = k.spell(blank, segment)
		case word.length > 0 && !hyphen && strings.ContainsRune("-\u2010\u2011\ufe63\uff0d", first):
			before, hyphen = word, true
			word = k.spell(word, segment)
		default:
			if hyphen {
				word = before
			}
			end()
		}
	}
	if hyphen {
		word = before
	}
	end()
}

// spell goes on with the characters of a segment that are counted.
func (k *checker) spell(word spelling, segment []byte) spelling {
	for _, r := range string(segment) {
		const nonJoiner, joiner = 0x200c, 0x200d
		if unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && r != nonJoiner && r != joiner {
			continue
		}
		word.add(r, k.problem.Fold)
	}
	return word
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

// verify counts everything again, with other edges, and holds the list against it:
// that each word is in it once, that the sums are the same, and how often the most
// frequent words of files occur. It is collective.
func (j *job) verify(ctx context.Context) (task.Verdict, error) {
	lo, hi := share(j.inv.bytes(), j.comm.Size()-1-j.comm.Rank(), j.comm.Size())
	o := j.o
	o.piece += 4097
	o.buffer += 61
	top := j.counts.Top
	if len(j.inv.streams) > 0 {
		top = nil // what was read from a stream was checked then, before they were known
	}
	for _, k := range j.checks {
		k.top = map[uint64]uint64{}
		for _, w := range top {
			k.top[j.checksum([]byte(w.Word))] = 0
		}
	}
	if err := j.comm.Agree(j.checkFiles(ctx, o, lo, hi)); err != nil {
		return task.Verdict{}, err
	}
	if err := j.comm.Agree(j.duplicate()); err != nil {
		return task.Wrong("%v", err), nil
	}
	sums := append([]uint64{0, 0, 0, 0, 0, uint64(j.invalid()), 0}, make([]uint64, len(top))...)
	for _, k := range j.checks {
		sums[0] += k.sums.words
		sums[1] += k.sums.hashes
		sums[2] += k.sums.invalid
		for i, w := range top {
			sums[7+i] += k.top[j.checksum([]byte(w.Word))]
		}
	}
	for e := range j.counts.list.all() {
		sums[3] += e.Count
		sums[4] += e.Count * j.checksum(e.Word)
		if n := len(top); n > 0 && before(e, lexicon.Entry{Word: []byte(top[n-1].Word), Count: top[n-1].Count}) {
			sums[6]++
		}
	}
	if err := mpi.Allreduce(j.comm, sums, sums, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	const what = "the number of words and a checksum of all, counted again one character after the other"
	for i, w := range top {
		if sums[7+i] != w.Count {
			return task.Wrong("%q is said to occur %d times, and does %d times", w.Word, w.Count, sums[7+i]), nil
		}
	}
	if [3]uint64(sums[:3]) != [3]uint64(sums[3:6]) || sums[3] != j.counts.Total {
		return task.Wrong(what + ", differ: a file has changed meanwhile, or this is a bug"), nil
	}
	if len(top) > 0 && sums[6] != uint64(len(top)-1) {
		return task.Wrong("%d words are more frequent than the last of the %d most frequent ones, %q", sums[6], len(top), top[len(top)-1].Word), nil
	}
	return task.Right(what), nil
}

// duplicate is the error of a word that is in the list twice, or in that of another rank
// than the one that owns it.
func (j *job) duplicate() error {
	type place struct {
		hash uint64
		item item
	}
	l := j.counts.list
	all := make([]place, len(l.items))
	for i, it := range l.items {
		all[i] = place{j.seed.Hash(l.word(it)), it}
		if to := owner(all[i].hash, j.comm.Size()); to != j.comm.Rank() {
			return fmt.Errorf("rank %d has %q, which rank %d owns", j.comm.Rank(), l.word(it), to)
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), bytes.Compare(l.word(a.item), l.word(b.item)))
	})
	for i := range all[min(1, len(all)):] {
		if a, b := all[i], all[i+1]; a.hash == b.hash && bytes.Equal(l.word(a.item), l.word(b.item)) {
			return fmt.Errorf("%q is in the list twice", l.word(a.item))
		}
	}
	return nil
}

// checksum is what a checker adds up for a counted word.
func (j *job) checksum(word []byte) uint64 {
	if !j.problem.Fold {
		return fnv(fnvOffset, word)
	}
	h := uint64(fnvOffset)
	for _, r := range string(word) {
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
