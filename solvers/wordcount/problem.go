package wordcount

import (
	"errors"
	"fmt"
	"io"

	"hybrid/internal/cores"
	"hybrid/internal/words"
	"hybrid/mpi"
	"hybrid/simd"
)

// Alphabet says what words are made of.
type Alphabet string

const (
	ASCII   Alphabet = "ascii"   // the letters A to Z and a to z
	Unicode Alphabet = "unicode" // letters, marks and numbers (general categories L, M and N), in UTF-8

	// Segments are words by the word boundaries of Unicode (UAX #29), with hyphens, see
	// package words: "won't" and "x-rays".
	Segments Alphabet = "uax29"
)

// Problem is what to count.
type Problem struct {
	// Paths are files, directories, which stand for all regular files below them,
	// and "-" for standard input. A file that is named twice is counted twice.
	// Symbolic links are followed where they are named, not below a directory.
	Paths []string
	Words Alphabet // empty: Unicode
	Fold  bool     // words that differ in case only are the same; they are told in small letters

	MinLength int // in characters: shorter words are not told and not in any sum
	Top       int // how many of the most frequent words the result has

	// Binary files are counted too, their bytes as they are: those that have a zero
	// among their first 8000 bytes, and those of kinds that are known and not read,
	// such as xz, zip and PDF. Otherwise one that is named is an error, and one that
	// is found in a directory is left out. Files compressed by gzip, zstd or bzip2,
	// and those that a byte order mark says to be UTF-16 or UTF-32, are text.
	Binary bool
}

// Options choose how to compute. They change no count; the zero value is one
// thread of the best instruction set.
type Options struct {
	Threads int      // of this rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	Verify  bool     // count again, another way, see Counts.Verdict
	Sort    bool     // sort all words for Counts.Write, in Counts.Time; otherwise Write sorts them

	// Stdin is what rank 0 reads for the path "-".
	Stdin io.Reader
	// Progress, if set, is called by every rank between passes with the number of
	// bytes that all ranks together have counted, of so many of all files.
	Progress func(done, total int64)

	open      func(path string) (file, error)   // nil: os.Open
	available func() (bytes uint64, known bool) // memory; nil: cores.AvailableMemory
	capacity  int                               // bytes of a rank's table from which it is sent off; 0 for 64 MiB
	piece     int64                             // bytes that a thread takes at a time; 0 for 4 MiB
	buffer    int                               // bytes that a thread reads at a time; 0 for 64 KiB
}

// An InputError is a file that cannot be counted.
type InputError struct {
	Path string
	Err  error
}

func (e *InputError) Error() string { return fmt.Sprintf("wordcount: %s: %v", e.Path, e.Err) }
func (e *InputError) Unwrap() error { return e.Err }

// ExitCode is the exit status for bad input.
func (e *InputError) ExitCode() int { return 2 }

// inFile is the error of counting a file: an InputError, unless it is not the file's
// fault.
func inFile(path string, err error) error {
	var none *MemoryError
	if errors.As(err, &none) {
		return none
	}
	return &InputError{path, err}
}

// MaxTop is the most words that a result can have.
const MaxTop = 1_000_000

// Validate reports whether p can be run.
func (p Problem) Validate() error {
	stdin := 0
	for _, path := range p.Paths {
		if path == "-" {
			stdin++
		}
	}
	switch {
	case len(p.Paths) == 0:
		return errors.New("wordcount: no files: want at least one file, directory or - for standard input")
	case stdin > 1:
		return errors.New("wordcount: standard input (-) is named twice: it can be read once")
	case p.Words != "" && p.Words != ASCII && p.Words != Unicode && p.Words != Segments:
		return fmt.Errorf("wordcount: words %q: want unicode, ascii or uax29", p.Words)
	case p.MinLength < 0:
		return fmt.Errorf("wordcount: least length %d: want 0 or more", p.MinLength)
	case p.Top < 0 || p.Top > MaxTop:
		return fmt.Errorf("wordcount: the %d most frequent words: want 0 to %d", p.Top, MaxTop)
	}
	return nil
}

func (p Problem) alphabet() *words.Alphabet {
	switch p.Words {
	case ASCII:
		return words.ASCII(p.Fold)
	case Segments:
		return words.Segments(p.Fold)
	}
	return words.Unicode(p.Fold)
}

// resolve puts in the defaults.
func (o Options) resolve(p Problem, c *mpi.Comm) (Options, error) {
	if o.Threads < 0 {
		return o, fmt.Errorf("wordcount: %d threads: want 1 or more, or 0 for one", o.Threads)
	}
	o.Threads = max(o.Threads, 1)
	isa, err := o.ISA.Resolve()
	if err != nil {
		return o, err
	}
	o.ISA = isa
	if c.Rank() == 0 && o.Stdin == nil {
		for _, path := range p.Paths {
			if path == "-" {
				return o, errors.New("wordcount: there is no standard input to read (-)")
			}
		}
	}
	if o.open == nil {
		o.open = openFile
	}
	if o.available == nil {
		o.available = cores.AvailableMemory
	}
	if o.capacity == 0 {
		o.capacity = 64 << 20
	}
	if o.piece == 0 {
		o.piece = 4 << 20
	}
	if o.buffer == 0 {
		o.buffer = 64 << 10
	}
	return o, nil
}
