package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hybrid/internal/option"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// A report is what a run says of itself, as --json prints it.
type report struct {
	Command   string   `json:"command"`
	Version   string   `json:"version"`
	Transport string   `json:"transport"`
	Ranks     int      `json:"ranks"`
	Threads   int      `json:"threads"` // of each rank
	Devices   []device `json:"devices"` // of all ranks; on rank 0
	Params    any      `json:"params"`  // every parameter, resolved
	Seconds   float64  `json:"seconds"` // of the work, on the slowest rank
	Result    any      `json:"result"`
	Metrics   any      `json:"metrics"`
	Verified  *bool    `json:"verified"` // null: not asked for, or the check cannot tell
	Verdict   *string  `json:"verdict"`  // what was compared, what is wrong or why it cannot be told; null: not asked for

	peakBytes int    // the most memory that the largest process had during the work; 0 where the system does not tell
	verify    string // what --verify does, for the command to say: "compares with an independent solver"

	job                    *job
	verdict                *task.Verdict // nil: not asked for
	what, howGood, written []string      // the lines of the summary
}

// params are the parameters that the run was made with.
func (r *report) params() *option.Object {
	return r.job.config.options.Object().Set("ranks", r.Ranks).Set("threads", r.Threads).Set("isa", r.job.isa.String())
}

// say adds a line to the first part of the summary: what was computed.
func (r *report) say(name, format string, args ...any) {
	r.what = append(r.what, line(name, format, args...))
}

// rate adds a line to the second part: how good the run was.
func (r *report) rate(name, format string, args ...any) {
	r.howGood = append(r.howGood, line(name, format, args...))
}

// wrote adds a line to the last part: what was written where.
func (r *report) wrote(name, format string, args ...any) {
	r.written = append(r.written, line(name, format, args...))
}

// files adds a line for each of the output files that was written.
func (r *report) files(paths []string) {
	for _, path := range paths {
		r.file("output", path)
	}
}

// file adds a line for an output file, if it was written.
func (r *report) file(name, path string) {
	if slices.Contains(r.job.written, path) {
		r.wrote(name, "%s", plain.Text(path))
	}
}

// shortest is how long a run must take for a rate to be held against a limit: in
// less, it takes as long to begin as to work, and the clock, other programs and
// caches that are warm or cold make any fraction.
const shortest = time.Millisecond

// speed adds the line that every summary has: how many units were done in a
// second, and which part that is of the most that this machine can do, as limit
// says and words explain: "that the kernel reaches in cache". It returns that part,
// nil if the limit is not known or the run too short to say.
func (r *report) speed(perSecond, limit float64, unit, words string) *float64 {
	text := fmt.Sprintf("%s %s/s", units.SI(perSecond), unit)
	fraction := r.fraction(perSecond, limit)
	switch {
	case fraction != nil && *fraction > 1:
		r.rate("speed", "%s, %.3g of the %s %s\n(more than 1: the data stayed in cache, or something else ran while the limit was measured)", text, *fraction, units.SI(limit), words)
	case fraction != nil:
		r.rate("speed", "%s, %.2g of the %s %s", text, *fraction, units.SI(limit), words)
	case limit > 0:
		r.rate("speed", "%s, in too short a run to compare with the %s %s", text, units.SI(limit), words)
	default:
		r.rate("speed", "%s", text)
	}
	return fraction
}

// fraction is a rate as a part of its limit, nil where that is not known or the run
// too short to say.
func (r *report) fraction(perSecond, limit float64) *float64 {
	if !(limit > 0) || r.Seconds < shortest.Seconds() {
		return nil
	}
	fraction := perSecond / limit
	return &fraction
}

// line is a line of the summary. Further lines of the text are set under its
// first.
func line(name, format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	return fmt.Sprintf("%-9s %s\n", name, strings.ReplaceAll(text, "\n", "\n          "))
}

// print measures and prints. It is collective; rank 0 prints.
func (j *job) print(o *outcome) error {
	if !j.reports() {
		return nil
	}
	r, err := j.newReport(o)
	if err != nil {
		return err
	}
	if err := o.Report(r); err != nil || j.comm.Rank() != 0 {
		return err
	}
	if !j.config.Quiet {
		r.summary(j.textStream())
	}
	if j.config.JSON {
		return j.console.object(r)
	}
	return nil
}

// newReport is what the report of every command has.
func (j *job) newReport(o *outcome) (*report, error) {
	most := []float64{o.Seconds, float64(o.Threads), float64(peakBytes())}
	if o.Threads == 0 {
		most[1] = float64(j.threads)
	}
	if err := mpi.Allreduce(j.comm, most, most, mpi.Max); err != nil {
		return nil, err
	}
	devices, err := gather.ToRoot(j.comm, j.using())
	if err != nil {
		return nil, err
	}
	r := &report{Command: j.command, Version: version, Transport: j.comm.Transport(), Ranks: j.comm.Size(), Devices: devices, job: j,
		Seconds: most[0], Threads: int(most[1]), peakBytes: int(most[2])}
	r.judge(o.Verdict)
	return r, nil
}

// judge takes down what a check has found, nil where there was none.
func (r *report) judge(v *task.Verdict) {
	if v == nil {
		return
	}
	r.verdict, r.Verdict = v, &v.Detail
	if v.Answer != task.CannotTell {
		right := v.Answer == task.Yes
		r.Verified = &right
	}
}

// summary prints the report for people.
func (r *report) summary(w io.Writer) {
	write := func(lines ...string) { io.WriteString(w, strings.Join(lines, "")) } // the stream keeps its error
	write(r.what...)
	write(line("run", "%.3g s on %s of %s, %s, %s", r.Seconds, count(r.Ranks, "rank"), count(r.Threads, "thread"),
		strings.Join(r.each(func(d device) string { return d.ISA }), " and "), r.where()))
	write(r.howGood...)
	switch v := r.verdict; {
	case v == nil:
		write(line("verified", "no (--verify %s)", r.verify))
	case v.Answer == task.No:
		write(line("verified", "FAILED: %s", v.Detail))
	default:
		write(line("verified", "%v: %s", v.Answer, v.Detail))
	}
	write(r.written...)
}

// each is what the devices have of something, each once.
func (r *report) each(of func(device) string) []string {
	var names []string
	for _, d := range r.Devices {
		if name := of(d); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// where says over what, and on how many machines, the ranks ran.
func (r *report) where() string {
	if r.Transport == "local" {
		return "in one process"
	}
	hosts := r.each(func(d device) string { return d.Host })
	return fmt.Sprintf("over %s on %s", r.Transport, count(len(hosts), "host"))
}
