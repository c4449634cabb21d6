package output

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hybrid/internal/atomicfile"
	"hybrid/internal/disk"
)

// A Set is files that belong together: an index, and pieces beside it that it lists.
//
//	out.pvti  out_1f03a97c_0.vti  out_1f03a97c_1.vti
//
// No two sets have a piece in common, for each has a token of its own. The rename of the
// index makes a set out of what is there: before it, the pieces of the old one are all
// there too, and behind it they go.
type Set struct {
	Index  string                         // its path
	Ending string                         // of the pieces
	Listed func(index io.Reader) []string // the names of the pieces that an index lists
}

// Piece is the path of a rank's piece in the set of a token.
func (s Set) Piece(token string, rank int) string {
	return s.stem() + "_" + token + "_" + strconv.Itoa(rank) + s.Ending
}

func (s Set) stem() string { return strings.TrimSuffix(s.Index, filepath.Ext(s.Index)) }

// mostIndex is more than the index of any number of ranks has, in bytes.
const mostIndex = 64 << 20

// pieces are the paths of the pieces that an index lists, by the token of their set.
// What is not named as Piece does is none.
func (s Set) pieces(index io.Reader) map[string][]string {
	all := map[string][]string{}
	for _, name := range s.Listed(io.LimitReader(index, mostIndex)) {
		rest, ok := strings.CutPrefix(name, filepath.Base(s.stem())+"_")
		token, rest, ok2 := strings.Cut(rest, "_")
		b, err := hex.DecodeString(token)
		rank, err2 := strconv.Atoi(strings.TrimSuffix(rest, s.Ending))
		path := s.Piece(token, rank)
		if ok && ok2 && err == nil && len(b) == 4 && err2 == nil && filepath.Base(path) == name {
			all[token] = append(all[token], path)
		}
	}
	return all
}

// old are the pieces of the set that is there.
func (s Set) old(index string) map[string][]string {
	f, err := os.Open(index)
	if err != nil {
		return nil
	}
	defer f.Close()
	return s.pieces(f)
}

// TrySet reports whether a set could be written, with pieces of so many bytes on this
// rank; see Try. It is collective.
func (o *Files) TrySet(s Set, size int64) error {
	token := o.tryToken()
	var index *atomicfile.File
	var err error
	if o.First() {
		index, err = o.begin(s.Index, token)
	}
	if err = o.tried(s.Index, s.Index, index, o.First(), err, 0, &s); err != nil {
		return err
	}
	path := s.Piece(token, o.comm.Rank())
	piece, err := o.begin(path, token)
	return o.tried(s.reserved(), path, piece, true, err, size, nil)
}

// reserved is the name of what is reserved for this rank's piece.
func (s Set) reserved() string { return s.Index + "/" + s.Ending }

// removeStale removes the pieces of a set that was never made, but for those of the one
// that is there, whatever its index says that they are.
func (s Set) removeStale(index io.Reader, token string) error {
	if s.old(s.Index)[token] != nil {
		return nil
	}
	for _, path := range s.pieces(index)[token] {
		disk.Remove(path)
		disk.Remove(atomicfile.TempName(path, token))
	}
	return nil
}

// isUnfinished tells whether a hidden name is that of a piece of the set of a token.
func (s Set) isUnfinished(name, token string) bool {
	rest, ok := strings.CutPrefix(name, "."+filepath.Base(s.stem())+"_"+token+"_")
	number, _, _ := strings.Cut(rest, s.Ending)
	rank, err := strconv.Atoi(number)
	return ok && err == nil && name == filepath.Base(atomicfile.TempName(s.Piece(token, rank), token))
}

// Set makes a set: each rank that takes part writes a piece, as Each does, and rank 0 the
// index, of a set with that token. Where that fails, what was there is untouched; once
// all is on disk, nothing is removed.
func (o *Files) Set(s Set, part bool, write func(f File) error, index func(w io.Writer, token string) error) error {
	token := o.token()
	head, piece, err := o.writeSet(s, token, part, write, index)
	if err != nil {
		return o.end(head, true, o.end(piece, true, err))
	}
	if piece != nil {
		err = piece.Commit()
	}
	if err != nil {
		err = fmt.Errorf("%w; the index of all pieces is kept as %s", err, atomicfile.WholeName(s.Index, token))
	}
	if err = o.comm.Agree(err); err != nil {
		if head != nil {
			head.Keep()
		}
		return err
	}
	if head != nil {
		err = s.replace(head)
	}
	return o.comm.Agree(err)
}

// replace gives an index its name, and removes the pieces of the one before, which it has
// locked: of two runs that replace one set, one has to remove the pieces of the other.
func (s Set) replace(index *atomicfile.File) error {
	before := lockOld(index.Goal())
	if before != nil {
		defer before.Close()
	}
	old := s.old(index.Goal())
	for token := range old {
		// As an index that is not finished it tells a later run what pieces this one has
		// left, should it end before they are gone. Nothing is lost without.
		if note, err := atomicfile.Create(s.Index, token); err == nil {
			defer note.Abort()
			if text, err := os.ReadFile(index.Goal()); err == nil {
				note.Write(text)
			}
		}
	}
	if err := index.Commit(); err != nil {
		return err
	}
	for _, paths := range old {
		for _, path := range paths {
			if err := disk.Remove(path); err != nil && !os.IsNotExist(err) {
				return fmt.Errorf("%s is written, but a piece of the one before cannot be removed: %w", s.Index, err)
			}
		}
	}
	return nil
}

// writeSet has all of a set on disk, under hidden names. The index comes first: it tells
// a later run what pieces a dead one has left.
func (o *Files) writeSet(s Set, token string, part bool, write func(f File) error, index func(w io.Writer, token string) error) (head, piece *atomicfile.File, err error) {
	if o.First() {
		if head, err = o.begin(s.Index, token); err == nil {
			err = fill(head, func(f File) error { return index(f, token) })
		}
	}
	if err = o.comm.Agree(err); err != nil {
		return head, nil, err
	}
	if part {
		piece, err = o.beginIn(s.reserved(), s.Piece(token, o.comm.Rank()), token)
	}
	if err = o.comm.Agree(err); err != nil {
		return head, piece, err
	}
	if err = o.comm.Agree(fill(piece, write)); err != nil {
		return head, piece, err
	}
	return head, piece, o.comm.Agree(o.forget(head, piece))
}

// lockOld locks the index that is there, nil if there is none that can be read. Where there
// are no locks, or nobody gives it back, it goes without.
func lockOld(path string) disk.File {
	const patience = 1000 // milliseconds
	for wait := 0; ; wait++ {
		f, err := disk.OpenFile(path, os.O_RDONLY|disk.NoFollow, 0)
		if err != nil {
			return nil
		}
		locked := disk.Lock(f)
		if wait == patience || !errors.Is(locked, disk.ErrLocked) && !errors.Is(locked, fs.ErrNotExist) {
			return f
		}
		f.Close()
		time.Sleep(time.Millisecond)
	}
}

// forget has Abandon leave files alone, unless it was called.
func (o *Files) forget(files ...*atomicfile.File) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range files {
		if f == nil {
			continue
		}
		if o.abandoned {
			return fmt.Errorf("output to %s was abandoned", f.Goal())
		}
		delete(o.underWay, f.Name())
	}
	return nil
}
