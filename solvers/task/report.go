package task

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/solvers/task/option"
)

// A Report is what a problem says of its run.
type Report struct {
	Ranks, Threads int     // of each rank
	Seconds        float64 // of the work, on the slowest rank
	PeakBytes      int     // the most memory that the largest process had during the work; 0 where the system does not tell
	On             Hardware

	Params          *option.Object // as the options say; a problem adds what the run found out
	Result, Metrics any            // for JSON
	Recheck         string         // what --verify would do: "compares with an independent solver"

	Text Terminal  // for pictures and tables
	Data io.Writer // standard output, for a problem whose output is for programs

	// Written tells whether an output file has got its name.
	Written func(path string) bool

	What, HowGood, Files []string // the lines of the summary: what was computed, how good the run was, what was written
}

// Hardware is what ranks compute on.
type Hardware int

const (
	Processors Hardware = iota
	Devices
	Both // some on processors, some on devices
)

// A Terminal is where text for people goes. What comes from outside, such as the name
// of a file, cannot steer it.
type Terminal struct {
	io.Writer
	Raw     io.Writer // for colours
	Colours bool      // it is a terminal
	Columns int       // 0: not known
	Quiet   bool      // there is nobody to read it
	Env     func(name string) string
}

// Say adds a line to the first part of the summary: what was computed.
func (r *Report) Say(name, format string, args ...any) {
	r.What = append(r.What, Line(name, format, args...))
}

// Rate adds a line to the second part: how good the run was.
func (r *Report) Rate(name, format string, args ...any) {
	r.HowGood = append(r.HowGood, Line(name, format, args...))
}

// Wrote adds a line to the last part: what was written where.
func (r *Report) Wrote(name, format string, args ...any) {
	r.Files = append(r.Files, Line(name, format, args...))
}

// Outputs adds a line for each of some output files that was written.
func (r *Report) Outputs(name string, paths ...string) {
	for _, path := range paths {
		if r.Written != nil && r.Written(path) {
			r.Wrote(name, "%s", plain.Text(path))
		}
	}
}

// Shortest is how long a run must take for a rate to be held against a limit: in less,
// threads that start, memory that is touched first, the clock and other programs make
// any fraction.
const Shortest = 20 * time.Millisecond

// TooShort tells whether the run says nothing of a rate.
func (r *Report) TooShort() bool { return r.Seconds < Shortest.Seconds() }

// Spare is the time that finding out what the machine can do may take beside the run: a
// twentieth of its own.
func (r *Report) Spare() time.Duration {
	return time.Duration(r.Seconds / 20 * float64(time.Second))
}

// Probe is how long to measure a limit, most where the run has that to spare: less is
// coarser, down to some fast windows of a millisecond.
func (r *Report) Probe(most time.Duration) time.Duration {
	return min(most, max(r.Spare(), 5*time.Millisecond))
}

// PerSecond is a number of units as a rate of the run, 0 where it took no time.
func (r *Report) PerSecond(units float64) float64 {
	if r.Seconds > 0 {
		return units / r.Seconds
	}
	return 0
}

// Speed adds the line that every summary has: how many units were done in a second,
// and which part that is of the most that this machine can do, as the limit says: its
// Text is "that the kernel reaches in cache". It returns that part, nil if the limit
// is not known or the run too short to say; a limit below a short run's speed is left out. Of a run that had nothing to do, as one that goes on
// from the checkpoint of its end, it says that.
func (r *Report) Speed(perSecond float64, unit string, l Limit) *float64 {
	text := fmt.Sprintf("%s %s/s", units.SI(perSecond), unit)
	fraction := r.Fraction(perSecond, l.Rate)
	switch {
	case perSecond == 0:
		r.Rate("speed", "none: nothing was left to do")
	case fraction != nil && *fraction > 1:
		r.Rate("speed", "%s, %.3g of the %s %s\n(more than 1: the data stayed in cache, or something else ran while the limit was measured)", text, *fraction, units.SI(l.Rate), l.Text)
	case fraction != nil:
		r.Rate("speed", "%s, %.2g of the %s %s", text, *fraction, units.SI(l.Rate), l.Text)
	case l.Rate > 0 && perSecond > l.Rate: // which was disturbed while it was measured
		r.Rate("speed", "%s, in too short a run to compare with a limit", text)
	case l.Rate > 0:
		r.Rate("speed", "%s, in too short a run to compare with the %s %s", text, units.SI(l.Rate), l.Text)
	case l.Why != "":
		r.Rate("speed", "%s\n(%s)", text, l.Why)
	default:
		r.Rate("speed", "%s", text)
	}
	return fraction
}

// Fraction is a rate as a part of its limit, nil where that is not known or the run too
// short to say.
func (r *Report) Fraction(perSecond, limit float64) *float64 {
	if !(limit > 0) || r.TooShort() {
		return nil
	}
	fraction := perSecond / limit
	return &fraction
}

// Known is x, nil where it is 0, which says that it is not known.
func Known(x float64) *float64 {
	if x > 0 {
		return &x
	}
	return nil
}

// Line is a line of the summary. Further lines of the text are set under its first.
func Line(name, format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	return fmt.Sprintf("%-9s %s\n", name, strings.ReplaceAll(text, "\n", "\n          "))
}

// A Limit is what a problem cannot exceed on the same ranks, threads and devices.
type Limit struct {
	Rate float64 `json:"rate,omitempty"` // units a second; 0: not known
	By   string  `json:"by,omitempty"`   // compute, memory, cache or network
	Text string  `json:"text,omitempty"` // of what it was made: "that the kernel does on data in the first-level cache"
	Why  string  `json:"-"`              // it is not known, where it is not
}

// HardwareOf is what ranks of these kinds of devices compute on: "cpu" is a processor.
func HardwareOf(kinds []string) Hardware {
	switch {
	case !slices.Contains(kinds, "cpu"):
		return Devices
	case !slices.ContainsFunc(kinds, func(kind string) bool { return kind != "cpu" }):
		return Processors
	}
	return Both
}
