package progress

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a time that tests set.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

// screen shows what a terminal's line shows after the bytes written: \r goes to its beginning, characters overwrite.
func screen(t *testing.T, out string, columns int) string {
	t.Helper()
	line, at := []rune(strings.Repeat(" ", columns)), 0
	for _, c := range out {
		switch {
		case c == '\r':
			at = 0
		case c < ' ' || at >= columns:
			t.Fatalf("%q leaves the line of %d columns", out, columns)
		default:
			line[at] = c
			at++
		}
	}
	return strings.TrimRight(string(line), " ")
}

func rate() string { return "3.2 G updates/s" }

func TestBar(t *testing.T) {
	var out bytes.Buffer
	c := &clock{t: time.Unix(1000, 0)}
	p := New(1000, Options{Name: "heat", Unit: "steps", Out: &out, Terminal: true, Columns: 90, Now: c.now})
	p.Set(1, rate)
	if out.Len() != 0 {
		t.Errorf("drawn at once: %q", out.String())
	}
	steps := []struct {
		after time.Duration
		done  int64
		want  string
	}{
		{time.Second, 100, "  10% |###                           | (100/1000) 3.2 G updates/s, 9 s left"},
		{50 * time.Millisecond, 105, "  10% |###                           | (100/1000) 3.2 G updates/s, 9 s left"},
		{89 * time.Second, 900, "  90% |###########################   | (900/1000) 3.2 G updates/s, 10 s left"},
		{time.Second, 1000, "  90% |###########################   | (900/1000) 3.2 G updates/s, 10 s left"},
	}
	for _, s := range steps {
		c.advance(s.after)
		p.Set(s.done, rate)
		if got := screen(t, out.String(), 90); got != s.want {
			t.Errorf("at %d:\n%q, want\n%q", s.done, got, s.want)
		}
	}
	p.Close()
	if got := screen(t, out.String(), 90); got != "" {
		t.Errorf("after Close the line shows %q", got)
	}
	if !strings.HasSuffix(out.String(), "\r") {
		t.Error("after Close the cursor is not at the beginning of the line")
	}
	written := out.Len()
	c.advance(time.Hour)
	p.Set(950, rate)
	p.Close()
	if out.Len() != written {
		t.Errorf("after Close: %q", out.String()[written:])
	}
}

func TestBarStaysWithinNarrowTerminals(t *testing.T) {
	for _, columns := range []int{0, 20, 40, 60, 80, 200} {
		var out bytes.Buffer
		c := &clock{t: time.Unix(1000, 0)}
		p := New(100000, Options{Out: &out, Terminal: true, Columns: columns, Now: c.now})
		for k := range int64(9) {
			c.advance(time.Duration(k*k) * time.Second)
			p.Set((k+1)*10000, rate)
		}
		screen(t, out.String(), max(columns, 40)) // below 40 columns no bar has room
		p.Close()
	}
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	c := &clock{t: time.Unix(1000, 0)}
	p := New(1000, Options{Name: "heat", Unit: "steps", Out: &out, Now: c.now})
	for k := range int64(29) {
		c.advance(time.Second)
		p.Set(10*(k+1), rate)
	}
	c.advance(time.Second)
	p.Set(300, nil)
	c.advance(time.Minute)
	p.Set(1000, rate) // the end needs no line
	p.Close()
	p.Close()
	want := `heat: 100 of 1000 steps (10 %), 3.2 G updates/s, 1 min 30 s left
heat: 200 of 1000 steps (20 %), 3.2 G updates/s, 1 min 20 s left
heat: 300 of 1000 steps (30 %), 1 min 10 s left
`
	if got := out.String(); got != want {
		t.Errorf("lines\n%s, want\n%s", got, want)
	}
}

func TestAVeryLongRunHasAnEnd(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		var out bytes.Buffer
		c := &clock{t: time.Unix(1000, 0)}
		p := New(math.MaxInt64, Options{Name: "heat", Unit: "steps", Out: &out, Terminal: terminal, Columns: 200, Now: c.now})
		c.advance(time.Minute)
		p.Set(3, rate)
		p.Set(math.MaxInt64/2, nil)
		c.advance(time.Minute)
		p.Set(math.MaxInt64/4*3, nil)
		if got := out.String(); strings.Contains(got, "-") || !strings.Contains(got, "3.2 G updates/s, 5.85 T years left") || !strings.Contains(got, "40 s left") {
			t.Errorf("%q", got)
		}
	}
}

func TestNothingIsShown(t *testing.T) {
	var out bytes.Buffer
	for name, p := range map[string]*Progress{
		"quiet":    New(10, Options{Now: func() time.Time { t.Error("the clock was asked"); return time.Time{} }}),
		"no steps": New(0, Options{Out: &out}),
		"nil":      nil,
	} {
		p.Set(5, func() string { t.Errorf("%s: the rate was asked", name); return "" })
		p.Close()
	}
	if out.Len() != 0 {
		t.Errorf("written: %q", out.String())
	}
	if o := Stderr("heat", "steps", true); o.Out != nil {
		t.Errorf("quiet: %+v", o)
	}
	if o := Stderr("heat", "steps", false); o.Out == nil || o.Name != "heat" || o.Unit != "steps" {
		t.Errorf("standard error: %+v", o)
	}
}

// broken is an output that fails.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestABrokenOutputAndManyGoroutines(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		p := New(1000, Options{Out: broken{}, Terminal: terminal, Columns: 80, Interval: 1})
		var group sync.WaitGroup
		for k := range 8 {
			group.Go(func() {
				for i := range int64(100) {
					p.Set(i+1, func() string { return fmt.Sprint(k) })
				}
				p.Close()
			})
		}
		group.Wait()
	}
}

func TestWordsForLongTimes(t *testing.T) {
	const year = 365.25 * 24 * 3600
	for seconds, want := range map[float64]string{
		0: "0 s", 90: "1 min 30 s", 9 * year: "3287 d 06 h", 11 * year: "11 years", 146 * year: "146 years", 5792 * year: "5.79 k years", 1e24 * year: "1000000000 P years",
	} {
		if got := words(seconds); got != want {
			t.Errorf("%g s: %q, want %q", seconds, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 400 * time.Millisecond: "0 s", 59*time.Second + 400*time.Millisecond: "59 s",
		59*time.Second + 600*time.Millisecond: "1 min 00 s", 130 * time.Second: "2 min 10 s",
		3*time.Hour + 5*time.Minute: "3 h 05 min", 103*time.Hour + 59*time.Minute: "4 d 07 h",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
