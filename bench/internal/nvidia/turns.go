package nvidia

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/bench/internal/table"
)

// Turns are the best rates of hybrid and of a peer that ran in turn, and hybrid's rate over the
// peer's in each round, the least first. Without a peer there are no ratios.
type Turns struct {
	Own, Peer float64
	ratios    []float64
}

// InTurn takes the rates of two programs in so many rounds, the peer first in each; theirs may be nil.
// A program does n calls of so much work each, and waits for them; in a round it has about so many
// seconds.
func InTurn(ours, theirs func(n int) error, work float64, rounds int, seconds float64) (t Turns, err error) {
	for range rounds {
		rate := 0.0
		if theirs != nil {
			if rate, err = rateOf(theirs, work, seconds); err != nil {
				return t, err
			}
			t.Peer = max(t.Peer, rate)
		}
		own, err := rateOf(ours, work, seconds)
		if err != nil {
			return t, err
		}
		t.Own = max(t.Own, own)
		if theirs != nil {
			t.ratios = append(t.ratios, own/rate)
		}
	}
	slices.Sort(t.ratios)
	return t, nil
}

// Ratio is the median of the ratios, with the least and the greatest.
func (t Turns) Ratio() string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", table.Median(t.ratios), t.ratios[0], t.ratios[len(t.ratios)-1])
}

// rateOf is the work a second of so many calls at once as take about so long.
func rateOf(call func(n int) error, work, seconds float64) (float64, error) {
	for n := 1; ; n *= 2 {
		began := time.Now()
		if err := call(n); err != nil {
			return 0, err
		}
		if t := time.Since(began).Seconds(); t > seconds || n > 1<<20 {
			return float64(n) * work / t, nil
		}
	}
}

// NotFound is the error of a peer whose libraries could not be opened, for the reasons of each
// attempt.
func NotFound(name string, reasons []string) error {
	return fmt.Errorf("no %s: %s (looked for on the loader's path and in %s; name its directory in LD_LIBRARY_PATH, or leave it out with -peer none)",
		name, strings.Join(reasons, "; "), strings.Join(Patterns(), ", "))
}
