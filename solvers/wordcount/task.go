package wordcount

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"time"

	"hybrid/internal/stdio"
	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid wordcount.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

type statement struct {
	*task.Common
	Problem
	words string // as given
	Out   []string
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "wordcount", Summary: "count how often each word occurs in files", Help: help, OnCPU: true}
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Words")
	o.Choice(&p.words, "words", "", option.Arg("KIND"), option.Explained(
		"unicode", "runs of letters, marks and numbers (general categories L, M and N), in UTF-8",
		"ascii", "runs of the letters A to Z and a to z",
		"uax29", "words by Unicode's rules (UAX #29, with hyphens): won't, x-rays, 3.14 and can_open are one each"))
	o.Toggle(&p.Fold, "fold", "words that differ in case only are the same, told in small letters (simple case folding)")
	o.Int(&p.MinLength, "min-length", 1, "leave out words of less than N characters", option.Range(1, math.MaxInt32))
	o.Toggle(&p.Binary, "binary", "count the bytes of binary files too: files with a zero among their first 8000 bytes, and xz, zip, 7z, rar, lz4, lzip, .Z and PDF")
	o.Choice(&p.DType, "dtype", task.Ignored("It does not matter here"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("It does not matter here"))
	o.Group("Output")
	o.Int(&p.Top, "top", 10, "print the N most frequent words. Words of one count are in the order of their bytes", option.Range(0, MaxTop))
	o.Outs(&p.Out, "out", "write all words in this order; may be given several times. The ending says what is written:", Formats, option.Forms(
		".tsv", "a line for each: word, tab, count",
		".json", "an object with a member for each: \"word\": count"))
	o.Group("Run")
	o.Toggle(&p.Common.Verify, "verify", "count everything again, one character after the other and cut elsewhere, and compare the sums and "+
		"a checksum; files are read twice")
	o.Operands(&p.Paths, "files")
}

func (p *statement) Check(c *task.Checker) {
	switch i := slices.Index(p.Paths, "-"); {
	case len(p.Paths) == 0:
		c.Fail("no files: name files, directories or - for standard input; see hybrid wordcount --help")
	case slices.Contains(p.Paths, ""):
		c.Fail("a file is named %q: leave it out", "")
	case i >= 0 && slices.Contains(p.Paths[i+1:], "-"):
		c.Fail("standard input (-) is named twice: it can be read once")
	}
	p.Words = Alphabet(p.words)
	c.Outputs(p.Out)
}

// A count is the problem on one rank.
type count struct {
	*statement
	job     *task.Job
	options Options
	counts  *Counts
	done    func(n int)
}

func (p *statement) Open(_ context.Context, j *task.Job) (task.Task, error) {
	err := j.Hold(p.Out, nil)
	if err != nil {
		return nil, err
	}
	if _, closed := j.Stdin.(stdio.Closed); closed && j.Comm.Rank() == 0 && slices.Contains(p.Paths, "-") {
		err = fmt.Errorf("cannot read standard input: %w", stdio.ErrClosed)
	}
	t := &count{statement: p, job: j}
	t.options = Options{Threads: j.Threads, ISA: j.ISA, Stdin: j.Stdin, Progress: t.showProgress, Sort: len(p.Out) > 0}
	return t, j.Comm.Agree(err)
}

func (t *count) showProgress(done, total int64) {
	if t.done == nil {
		t.done = t.job.Progress("bytes", int(total), func(rate float64) string { return units.Bytes(rate) + "/s" })
	}
	t.done(int(done))
}

func (t *count) Prepare(context.Context) error { return nil }
func (t *count) Close() error                  { return nil }

func (t *count) Run(ctx context.Context, e task.Effort) (run task.Run, err error) {
	o := t.options
	o.Verify = e != task.Unchecked
	if t.counts, err = t.Problem.Run(ctx, t.job.Comm, o); err != nil {
		return run, err
	}
	for _, note := range t.counts.Notes {
		t.job.Warn("%v", note)
	}
	return task.Run{Elapsed: t.counts.Time, Verdict: t.counts.Verdict}, nil
}

func (t *count) Outputs() []string { return t.Out }

func (t *count) Write(path string) error {
	return t.job.Files.Gathered(path, func(f io.Writer) error { return t.counts.Write(f, filepath.Ext(path)) })
}

// limits measure for about d what no count of these files can exceed, in bytes a second of all
// ranks: reading them, 0 where they cannot be read again, and finding words.
func (t *count) limits(ctx context.Context, d time.Duration) (read, scan float64, err error) {
	if read, err = t.counts.ReadLimit(ctx, d); err != nil {
		return 0, 0, err
	}
	scan, err = t.job.Best(ctx, func() (float64, error) { return t.Problem.ScanLimit(d, t.options) })
	return read, scan, err
}
