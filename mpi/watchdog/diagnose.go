package watchdog

import (
	"fmt"
	"strings"
	"time"

	"hybrid/internal/progress"
	"hybrid/mpi"
)

// A beat is what a rank tells of itself.
type beat struct {
	moves uint64
	doing mpi.Doing
}

// rankState is what is known of a rank.
type rankState struct {
	rank   int
	at     process
	beat   beat
	still  time.Duration // since it has moved
	silent time.Duration // since it has told anything
	blind  bool          // it cannot be asked
	gone   bool          // its process has ended the connection
}

// hear notes what the rank tells.
func (s *rankState) hear(b beat) {
	if b.moves != s.beat.moves || b.doing.Waits() != s.beat.doing.Waits() {
		s.still = 0
	}
	s.beat, s.silent = b, 0
}

func (s *rankState) wait(passed time.Duration) {
	s.still += passed
	s.silent += passed
}

// diagnose is what is wrong with the ranks, nil if nothing is. A rank that was silent for
// longer than lately is not taken for what it was before.
func diagnose(states []rankState, after, lately time.Duration) *StallError {
	e := &StallError{After: after, Ranks: len(states)}
	waiting, moving := 0, 0
	for i := range states {
		s := &states[i]
		done := s.beat.doing.Returned()
		switch {
		case s.blind:
			moving++
		case s.gone && done:
		case s.silent >= after && s.gone:
			e.add(s, Gone)
		case s.silent >= after:
			e.add(s, Silent)
		case s.silent > lately || s.still < after:
			moving++
		case !s.beat.doing.Waits():
			e.add(s, Computing)
		case !done:
			waiting++
		}
	}
	if len(e.Stuck) == 0 && (moving > 0 || waiting == 0) {
		return nil
	}
	all := len(e.Stuck) == 0
	for i := range states {
		switch s := &states[i]; {
		case s.blind || s.silent > lately || !s.beat.doing.Waits() || s.beat.doing.Returned():
		case all:
			e.add(s, Waiting)
		default:
			e.Waiting = append(e.Waiting, s.rank)
		}
	}
	return e
}

// A Kind is how a rank stands still.
type Kind int

const (
	Silent    Kind = iota // its process does not answer
	Gone                  // its process has ended, and the job has not
	Computing             // it computes and comes no further
	Waiting               // it waits, as all others do
)

// A Rank is one that stands still.
type Rank struct {
	Rank  int
	Kind  Kind
	Host  string // "" where the ranks are of one process
	PID   int
	Doing mpi.Doing
	State byte // of its process, as in /proc: 'T' was stopped, 'R' runs, 'X' is gone; 0 is not known

	start uint64
}

// A StallError says which ranks stand still.
type StallError struct {
	After   time.Duration
	Ranks   int    // of the job
	Stuck   []Rank // those that hold the others up
	Waiting []int  // some that wait
}

func (e *StallError) add(s *rankState, k Kind) {
	e.Stuck = append(e.Stuck, Rank{Rank: s.rank, Kind: k, Host: s.at.Host, PID: s.at.PID, Doing: s.beat.doing, start: s.at.Start})
}

// Shown is how many ranks an error names.
const shown = 8

func (e *StallError) Error() string {
	text := "no progress for " + progress.Duration(e.After) + ": "
	for i, r := range e.Stuck {
		if i == shown {
			text += fmt.Sprintf("; and %d more", len(e.Stuck)-shown)
			break
		}
		if i > 0 {
			text += "; "
		}
		text += r.String()
	}
	if n := len(e.Waiting); n > 0 {
		text += fmt.Sprintf(" (%s %s)", list("rank", e.Waiting), map[bool]string{true: "waits", false: "wait"}[n == 1])
	}
	if e.Stuck[0].Kind == Waiting {
		text += "; no rank is left that could go on"
	}
	return text
}

// String is a rank, where it is and what it does.
func (r Rank) String() string {
	text := fmt.Sprintf("rank %d", r.Rank)
	if r.Host != "" {
		text += fmt.Sprintf(" (process %d on %s)", r.PID, r.Host)
	}
	switch {
	case r.Kind == Gone || r.State == 'X':
		return text + " is gone, and its launcher has not ended the job"
	case r.Kind == Silent && (r.State == 'T' || r.State == 't'):
		return text + " is stopped, by SIGSTOP, a terminal or a debugger"
	case r.Kind == Silent && r.State == 'D':
		return text + " does not answer: it waits for a disk or a file system"
	case r.Kind == Silent && r.State != 0:
		return text + " does not answer, though its process is there"
	case r.Kind == Silent:
		return text + " does not answer: its process is stopped, or its machine or the network is down"
	case r.Kind == Computing:
		return text + " computes without coming further"
	}
	return text + " " + r.Doing.String()
}

// list is some numbers, not too many.
func list(what string, n []int) string {
	if len(n) != 1 {
		what += "s"
	}
	words := make([]string, 0, shown)
	for _, r := range n[:min(len(n), shown)] {
		words = append(words, fmt.Sprint(r))
	}
	text := what + " " + strings.Join(words, ", ")
	if more := len(n) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
