// Package progress shows how far a run is, on standard error: a bar that redraws itself where that is a terminal, a line now
// and then where it is a file or a batch system's log, and nothing where the user wants quiet.
//
//	 42% |################                        | (420/1000) 3.2 G updates/s, 12 s left
//	heat: 420 of 1000 steps (42 %), 3.2 G updates/s, 12 s left
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"hybrid/internal/units"
)

// Options say where and how to show progress.
type Options struct {
	Name string // of what runs, such as "heat"
	Unit string // of what is counted, such as "steps"

	Out      io.Writer // nil: nowhere
	Terminal bool      // draw a bar
	Columns  int       // of the terminal

	// Interval is the least time between two drawings. Default: 0.1 s for the bar, 10 s for lines.
	Interval time.Duration

	Now func() time.Time // the clock; nil: time.Now
}

// Stderr returns the options for this process's standard error.
func Stderr(name, unit string, quiet bool) Options {
	o := Options{Name: name, Unit: unit}
	if quiet {
		return o
	}
	o.Out = os.Stderr
	if fd := int(os.Stderr.Fd()); term.IsTerminal(fd) && os.Getenv("TERM") != "dumb" {
		columns, _, err := term.GetSize(fd)
		o.Terminal, o.Columns = err == nil, columns
	}
	return o
}

// Progress shows one run. Its methods may be called from several goroutines; on a nil *Progress, which shows nothing, too.
type Progress struct {
	o     Options
	total int64

	mu    sync.Mutex
	width int // of the bar
	room  int // columns for the text behind the bar
	drawn int // columns of the terminal's line that are not empty
	start time.Time
	shown time.Time // when something was drawn last
}

// New begins a run of total units now. Nothing is drawn before Interval has passed.
func New(total int64, o Options) *Progress {
	if o.Out == nil || total <= 0 {
		return nil
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Interval == 0 {
		o.Interval = 10 * time.Second
		if o.Terminal {
			o.Interval = 100 * time.Millisecond
		}
	}
	p := &Progress{o: o, total: total, start: o.Now()}
	p.shown = p.start
	// The terminal's line is " 100% |" bar "| (" count "/" count ") " text, and one column free for the cursor.
	p.width = min(40, max(10, o.Columns/3))
	p.room = o.Columns - p.width - 2*len(fmt.Sprint(total)) - len(" 100% || (/)  ")
	return p
}

// Set tells that done units are done. rate says in words how fast it goes; it is asked only when something is drawn and may be
// nil. Between two drawings Set costs a look at the clock.
func (p *Progress) Set(done int64, rate func() string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.o.Now()
	if now.Sub(p.shown) < p.o.Interval || done <= 0 || done >= p.total {
		return
	}
	p.shown = now
	text := ""
	if rate != nil {
		text = rate() + ", "
	}
	elapsed := now.Sub(p.start)
	text += words(elapsed.Seconds()*float64(p.total-done)/float64(done)) + " left"

	part := float64(done) / float64(p.total)
	if !p.o.Terminal {
		// Progress that cannot be shown is no reason to stop a run: errors of the terminal or log are dropped.
		fmt.Fprintf(p.o.Out, "%s: %d of %d %s (%d %%), %s\n", p.o.Name, done, p.total, p.o.Unit, int(100*part), text)
		return
	}
	bar := strings.Repeat("#", int(part*float64(p.width)))
	line := fmt.Sprintf("%4d%% |%-*s| (%d/%d) %s", int(100*part), p.width, bar, done, p.total, text[:max(0, min(len(text), p.room))])
	fmt.Fprintf(p.o.Out, "\r%-*s", p.drawn, line)
	p.drawn = max(p.drawn, len(line))
}

// words writes a number of seconds as Duration does, or in years: a Duration holds
// 292 of them, and a run can be meant to take more.
func words(seconds float64) string {
	const year = 365.25 * 24 * 3600
	if seconds < 10*year {
		return Duration(time.Duration(seconds * float64(time.Second)))
	}
	return units.SI(seconds/year) + " years"
}

// Close ends the showing, whether the run is complete or not, and leaves the terminal's line empty. Later calls do nothing.
func (p *Progress) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn > 0 {
		fmt.Fprintf(p.o.Out, "\r%*s\r", p.drawn, "")
	}
	p.drawn, p.total = 0, 0
}

// Duration writes a duration as people say it, in two units at most: "0 s", "2 min 10 s", "3 h 05 min", "4 d 07 h".
func Duration(d time.Duration) string {
	s := int64(max(d, 0).Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	case s < 24*3600:
		return fmt.Sprintf("%d h %02d min", s/3600, s/60%60)
	}
	return fmt.Sprintf("%d d %02d h", s/(24*3600), s/3600%24)
}
