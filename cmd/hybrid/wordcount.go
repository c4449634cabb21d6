package main

import (
	"io"
	"math"
	"path/filepath"
	"slices"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/wordcount"
)

var wordcountOptions = []option{
	{name: "words", values: []string{"unicode", "ascii"}},
	{name: "fold", kind: toggle},
	{name: "min-length"},
	{name: "top"},
	{name: "binary", kind: toggle},
	{name: "out", kind: list},
	{name: "files", kind: operands},
}

// A wordcountConfig is what wordcount is to do.
type wordcountConfig struct {
	*computeConfig
	wordcount.Problem
	Out []string
}

func readWordcount(r *reader, common *computeConfig) work {
	c := &wordcountConfig{computeConfig: common}
	c.Paths = r.operands()
	switch i := slices.Index(c.Paths, "-"); {
	case len(c.Paths) == 0:
		r.fail("no files: name files, directories or - for standard input; see hybrid wordcount --help")
	case slices.Contains(c.Paths, ""):
		r.fail("a file is named %q: leave it out", "")
	case i >= 0 && slices.Contains(c.Paths[i+1:], "-"):
		r.fail("standard input (-) is named twice: it can be read once")
	}
	c.Words = wordcount.Alphabet(r.choice("words", "unicode", "ascii"))
	c.Fold, c.Binary = r.toggle("fold"), r.toggle("binary")
	c.MinLength = r.whole("min-length", 1, 1, math.MaxInt32)
	c.Top = r.whole("top", 10, 0, wordcount.MaxTop)
	c.Out = r.outputs(wordcount.Formats...)
	return c.run
}

// run counts.
func (c *wordcountConfig) run(j *job) (*outcome, error) {
	err := j.tryOutput(c.Out, nil)
	if err != nil {
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
