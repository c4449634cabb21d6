package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/stdio"
	"hybrid/internal/units"
	"hybrid/solvers/wordcount"
)

// A wordcountConfig is what wordcount is to do.
type wordcountConfig struct {
	*computeConfig
	wordcount.Problem
	words string // as given
	Out   []string
}

func (c *wordcountConfig) declare(o *option.Set) {
	o.Group("Words")
	o.Choice(&c.words, "words", "", option.Arg("KIND"), option.Explained(
		"unicode", "runs of letters, marks and numbers (general categories L, M and N), in UTF-8",
		"ascii", "runs of the letters A to Z and a to z",
		"uax29", "words by Unicode's rules (UAX #29, with hyphens): won't, x-rays, 3.14 and can_open are one each"))
	o.Toggle(&c.Fold, "fold", "words that differ in case only are the same, told in small letters (simple case folding)")
	o.Int(&c.MinLength, "min-length", 1, "leave out words of less than N characters", option.Range(1, math.MaxInt32))
	o.Toggle(&c.Binary, "binary", "count the bytes of binary files too: files with a zero among their first 8000 bytes, and xz, zip, 7z, rar, lz4, lzip, .Z and PDF")
	o.Choice(&c.DType, "dtype", ignored("It does not matter here"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&c.Seed, "seed", 0, ignored("It does not matter here"))
	o.Group("Output")
	o.Int(&c.Top, "top", 10, "print the N most frequent words. Words of one count are in the order of their bytes", option.Range(0, wordcount.MaxTop))
	o.Outs(&c.Out, "out", "write all words in this order; may be given several times. The ending says what is written:", wordcount.Formats, option.Forms(
		".tsv", "a line for each: word, tab, count",
		".json", "an object with a member for each: \"word\": count"))
	o.Group("Run")
	o.Toggle(&c.computeConfig.Verify, "verify", "count everything again, one character after the other and cut elsewhere, and compare the sums and "+
		"a checksum; files are read twice")
	o.Operands(&c.Paths, "files")
}

func (c *wordcountConfig) check(r *reader) {
	switch i := slices.Index(c.Paths, "-"); {
	case len(c.Paths) == 0:
		r.fail("no files: name files, directories or - for standard input; see hybrid wordcount --help")
	case slices.Contains(c.Paths, ""):
		r.fail("a file is named %q: leave it out", "")
	case i >= 0 && slices.Contains(c.Paths[i+1:], "-"):
		r.fail("standard input (-) is named twice: it can be read once")
	}
	c.Words = wordcount.Alphabet(c.words)
	r.checkOutputs(c.Out)
}

// run counts.
func (c *wordcountConfig) run(j *job) (*outcome, error) {
	err := j.tryOutput(c.Out, nil)
	if err != nil {
		return nil, err
	}
	if _, closed := j.console.stdin.(stdio.Closed); closed && j.comm.Rank() == 0 && slices.Contains(c.Paths, "-") {
		err = fmt.Errorf("cannot read standard input: %w", stdio.ErrClosed)
	}
	if err = j.comm.Agree(err); err != nil {
		return nil, err
	}
	w := &wordcountJob{wordcountConfig: c, job: j}
	w.options = wordcount.Options{
		Threads: j.threads, ISA: j.isa, Verify: c.Verify, Stdin: j.console.stdin, Progress: w.showProgress,
	}
	if w.counts, err = c.Problem.Run(j.ctx, j.comm, w.options); err != nil {
		return nil, err
	}
	if j.comm.Rank() == 0 && !c.Quiet {
		for _, note := range w.counts.Notes {
			j.console.say("%v", note)
		}
	}
	o := &outcome{Seconds: w.counts.Time.Seconds(), Verdict: w.counts.Verdict, Report: w.report}
	o.Err = j.writeOutput(c.Out, func(path string) error {
		return j.output.Gathered(path, func(f io.Writer) error { return w.counts.Write(f, filepath.Ext(path)) })
	})
	return o, nil
}

// A wordcountJob is one rank's part of a run.
type wordcountJob struct {
	*wordcountConfig
	*job
	options wordcount.Options
	counts  *wordcount.Counts
	done    func(n int)
}

func (w *wordcountJob) showProgress(done, total int64) {
	if w.done == nil {
		w.done = w.progress("bytes", int(total), func(rate float64) string { return units.Bytes(rate) + "/s" })
	}
	w.done(int(done))
}

// limits are what no count of these files can exceed, in bytes a second of all
// ranks: reading them, 0 where they cannot be read again, and finding words.
func (w *wordcountJob) limits() (read, scan float64, err error) {
	const d = 100 * time.Millisecond
	if read, err = w.counts.ReadLimit(w.ctx, d); err != nil {
		return 0, 0, err
	}
	scan, err = w.limit(func() (float64, error) { return w.Problem.ScanLimit(d, w.options) })
	return read, scan, err
}
