package study

import (
	"fmt"

	"hybrid/study/probe"
)

// probeSteps is what the probes count as among the measurements.
const probeSteps = 12

// probe measures what the machine can do by itself.
func (s *study) probe() (err error) {
	if s.NoProbes {
		return nil
	}
	o := probe.Options{ISA: s.ISA, Threads: s.Threads, Device: s.Device, Time: s.Time}
	if s.first && s.Progress != nil {
		o.Begin = func(i, n int, name string) { s.Progress(i*probeSteps/n, s.all, fmt.Sprintf("probes of %s", name)) }
	}
	s.result.Probes, err = probe.Run(s.ctx, s.caller, o)
	s.done += probeSteps
	return err
}
