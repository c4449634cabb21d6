package law

import (
	"fmt"
	"strings"

	"golang.org/x/perf/benchunit"

	"hybrid/study/result"
)

// What can hold a kernel back.
const (
	compute   = "compute"
	memory    = "memory"
	messages  = "messages"
	imbalance = "imbalance"
	launch    = "launch"
	serial    = "serial work"
	noise     = "noise"
	nothing   = "nothing"
)

// Losses up to this part of linear speed-up are nothing to explain.
const negligible = 0.05

// A loss is the time on p workers that linear speed-up would not take:
//
//	strong   t(p) - t(1)/p          weak   t(p) - t(1)
//
// and so is each part of it. What a limit takes of it is in any of them: in computing
// or, where more workers than cores take turns, in waiting for the others. A limit of
// memory prescribes a time, the work over its rate, and takes what that is
// beyond linear speed-up. A limit of computing that stays behind the workers is of
// cores that are too few or slower together, and all computing takes so much longer.
// What is left of computing's loss is work that was not divided.
type loss struct {
	total                       float64 // s, of t(p)
	messages, imbalance, launch float64
	limit, serial               float64
}

// lossOf divides the loss between two points into its parts.
func lossOf(law string, one, at *result.ScalingPoint) loss {
	scale := 1.0 // of one worker's time, to be linear
	if law == result.Strong {
		scale = 1 / float64(at.Workers)
	}
	before, now := parts(one), parts(at)
	l := loss{
		total:     at.Seconds.Median - scale*one.Seconds.Median,
		messages:  now.Messages - scale*before.Messages,
		imbalance: now.Imbalance - scale*before.Imbalance,
		launch:    now.Launch - scale*before.Launch,
		serial:    now.Compute - scale*before.Compute,
	}
	if one.Limit.Rate > 0 && at.Limit.Rate > 0 {
		left := at.Work/at.Limit.Rate - scale*one.Work/one.Limit.Rate
		if limiting(at) == compute {
			left = scale * one.Seconds.Median * (float64(at.Workers)*one.Limit.Rate/at.Limit.Rate - 1)
		}
		for _, part := range []*float64{&l.serial, &l.messages, &l.imbalance, &l.launch} {
			d := max(min(*part, left), 0)
			*part -= d
			left -= d
			l.limit += d
		}
	}
	return l
}

// parts are a point's, made to add up to its median; all is computing where they
// are not known.
func parts(p *result.ScalingPoint) result.Parts {
	q := p.Parts
	sum := q.Compute + q.Messages + q.Imbalance + q.Launch
	if !(sum > 0) {
		return result.Parts{Compute: p.Seconds.Median}
	}
	f := p.Seconds.Median / sum
	return result.Parts{Compute: f * q.Compute, Messages: f * q.Messages, Imbalance: f * q.Imbalance, Launch: f * q.Launch}
}

// verdict names what holds a series back on the most workers that it has, and says
// so: the part with the largest share of the loss. Times that vary by as much as the
// loss have no such part; nor have those that vary widely and whose computing takes
// longer without a reason, since that is what other work on the machine does.
func verdict(s *result.Series) (by, sentence string) {
	one, at := &s.Points[0], &s.Points[len(s.Points)-1]
	if one == at {
		return "", fmt.Sprintf("no verdict: only one of its %s was measured", s.Over)
	}
	e := at.Efficiency
	lost, spread := 1-e.Value, (e.High-e.Low)/2/e.Value
	linear := fmt.Sprintf("%.2f of linear on %s", e.Value, workers(s, at.Workers))
	wide := ""
	if spread > result.WideSpread {
		wide = fmt.Sprintf(", by times that vary: %.2f to %.2f", e.Low, e.High)
	}
	switch {
	case lost < -negligible:
		return nothing, nothing + ": " + linear + wide + ", more than linear: a share may fit in a cache that the whole does not fit in"
	case lost <= negligible:
		return nothing, nothing + ": " + linear + wide + reached(", at %.2f of its limit by "+at.Limit.By, at)
	case spread >= lost || e.High >= 1-negligible:
		return noise, fmt.Sprintf("%s: %s, but the times vary by more than that loss of %.0f %%: it may be %.2f to %.2f", noise, linear, 100*lost, e.Low, e.High)
	}
	l := lossOf(s.Law, one, at)
	by, most, text := serial, l.serial, serialText(s, one, at)
	for _, c := range []struct {
		by   string
		loss float64
		text string
	}{
		{limiting(at), l.limit, limitText(s, one, at)},
		{messages, l.messages, waitText(s, at)},
		{imbalance, l.imbalance, fmt.Sprintf("of the %s on %s, the mean one waits %s for the slowest one", seconds(at.Seconds.Median), workers(s, at.Workers), seconds(parts(at).Imbalance))},
		{launch, l.launch, fmt.Sprintf("starting kernels and waiting for transfers takes %s of the %s on %s", seconds(parts(at).Launch), seconds(at.Seconds.Median), workers(s, at.Workers))},
	} {
		if c.loss > 0 && c.loss >= most {
			by, most, text = c.by, c.loss, c.text
		}
	}
	if by == serial && (one.Seconds.Wide || at.Seconds.Wide) {
		by = noise
		text += ", and the times vary as where other work takes the cores"
	}
	return by, fmt.Sprintf("%s: %s: %.0f %% of what is lost against linear, %s%s", by, text, 100*min(most/l.total, 1), linear, wide)
}

// limiting is what a limit that stays behind the workers stands for.
func limiting(at *result.ScalingPoint) string {
	switch at.Limit.By {
	case "compute":
		return compute
	case "network":
		return messages
	}
	return memory // caches are memory, too
}

// limitText says how a limit grows from one worker to those of at.
func limitText(s *result.Series, one, at *result.ScalingPoint) string {
	then, unit := one.Limit.Rate, at.Unit+"/s"
	growth, reaches := at.Limit.Rate/one.Limit.Rate, reached(", and "+s.Kernel+" reaches %.2f of it", at)
	if one.Limit.By != at.Limit.By {
		return fmt.Sprintf("the limit of %s is %.2f times that of %s, %s with %s%s", at.Limit.By, growth, workers(s, 1), one.Limit.By, si(then, unit), reaches)
	}
	switch limiting(at) {
	case memory:
		if one.Bytes > 0 {
			then, unit = then*one.Bytes/one.Work, "B/s"
		}
	case compute:
		if one.Flops > 0 {
			then, unit = then*one.Flops/one.Work, "flop/s"
		}
	}
	return fmt.Sprintf("the limit of %s is %.2f times the %s of %s%s", at.Limit.By, growth, si(then, unit), workers(s, 1), reaches)
}

// reached says in the words of a format what part of its limit a point has reached,
// if that is known.
func reached(format string, at *result.ScalingPoint) string {
	if at.Fraction <= 0 {
		return ""
	}
	return fmt.Sprintf(format, at.Fraction)
}

// waitText says how long is waited, and for what.
func waitText(s *result.Series, at *result.ScalingPoint) string {
	what := "messages"
	if s.Waits != "" {
		what = s.Waits
	}
	return fmt.Sprintf("waiting for %s takes %s of the %s on %s", what, seconds(parts(at).Messages), seconds(at.Seconds.Median), workers(s, at.Workers))
}

// serialText says how much longer computing takes than it should.
func serialText(s *result.Series, one, at *result.ScalingPoint) string {
	linear := parts(one).Compute
	if s.Law == result.Strong {
		linear /= float64(at.Workers)
	}
	why := "more than its limit explains"
	if one.Limit.Rate <= 0 || at.Limit.Rate <= 0 {
		why = "and its limit is not known"
	}
	return fmt.Sprintf("computing takes %s on %s where linear is %s, %s", seconds(parts(at).Compute), workers(s, at.Workers), seconds(linear), why)
}

func workers(s *result.Series, n int) string {
	if n == 1 {
		return "1 " + strings.TrimSuffix(s.Over, "s")
	}
	return fmt.Sprintf("%d %s", n, s.Over)
}

func seconds(t float64) string { return si(t, "s") }

// si writes a number with the prefix that its unit then has.
func si(v float64, unit string) string {
	s := benchunit.CommonScale([]float64{v}, benchunit.Decimal)
	return fmt.Sprintf("%.3g %s%s", v/s.Factor, s.Prefix, unit)
}
