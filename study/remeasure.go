package study

import (
	"time"

	"hybrid/mpi/gather"
	"hybrid/study/compare"
	"hybrid/study/result"
)

// compare holds the result against the baseline, and measures again what looks
// slower. Every rank comes to the same comparison.
func (s *study) compare() error {
	if s.Against == nil {
		return nil
	}
	s.say("comparing with " + s.Against.File)
	var failed error
	o := compare.Options{Baseline: s.Against.File, Tolerance: s.Against.Tolerance}
	o.Remeasure = func(suspect compare.Suspect) (result.Sample, bool) {
		if failed != nil {
			return result.Sample{}, false
		}
		var sample result.Sample
		var ok bool
		sample, ok, failed = s.remeasure(suspect.Point)
		return sample, ok && failed == nil
	}
	o.Pause = s.pause
	c := compare.Against(s.Against.Result, s.result, o)
	s.result.Comparison = c
	return failed
}

// pause waits the longer the more often suspects have been measured again: what
// disturbs a machine for seconds must not pass for a regression.
func (s *study) pause(round int) {
	const longest = 8 * time.Second
	s.say("a pause before what looks slower is measured again")
	select {
	case <-s.ctx.Done():
	case <-time.After(min(s.time<<min(round, 16), longest)):
	}
}

// remeasure measures a point once more. It is collective.
func (s *study) remeasure(suspect *result.Point) (sample result.Sample, ok bool, err error) {
	if suspect == nil {
		return sample, false, nil
	}
	for _, m := range s.measured {
		q := m.point
		if q.Kernel != suspect.Kernel || !q.Size.Equal(suspect.Size) || q.Ranks != suspect.Ranks || q.Threads != suspect.Threads || q.Device != suspect.Device {
			continue
		}
		p := &point{kernel: m.kernel, size: m.size, placement: m.placement}
		s.extra = 0
		s.say(m.kernel.Name + " on " + m.placement.String() + ", again")
		err := s.on(m.placement, func() error { return p.open(s.ctx, &s.Config) })
		if err == nil {
			s.all++
			err = s.rounds(m.kernel, []*point{p})
		}
		if e := p.close(); err == nil {
			err = e
		}
		if err != nil {
			return sample, false, err
		}
		if s.comm.Rank() == 0 {
			sample = result.NewSample(p.seconds())
		}
		sample, err = gather.FromRoot(s.comm, sample)
		return sample, true, err
	}
	return sample, false, nil
}
