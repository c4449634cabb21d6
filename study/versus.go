package study

import (
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// sides is what processors and devices made of one problem. What it takes to bring
// the input to the devices and the result back is not in the time of a run; it is
// read from the probes of the devices.
func (s *study) sides(k Kernel, size task.Size, cpu, gpu result.Point) result.Versus {
	v := result.Versus{Kernel: cpu.Kernel, DType: cpu.DType, Size: cpu.Size, CPU: cpu, GPU: gpu}
	v.Ratio = result.Interval{
		Value: cpu.Seconds.Median / gpu.Seconds.Median,
		Low:   cpu.Seconds.Low / gpu.Seconds.High,
		High:  cpu.Seconds.High / gpu.Seconds.Low,
	}
	in, out := s.rate(result.HostToDevice, ""), s.rate(result.DeviceToHost, "")
	if k.Transfer != nil && in > 0 && out > 0 {
		there, back := k.Transfer(size, s.DType)
		v.Transfer = (there/in + back/out) / float64(gpu.Ranks)
		v.RatioWithTransfer = cpu.Seconds.Median / (gpu.Seconds.Median + v.Transfer)
	}
	return v
}

// rate is the highest rate of a probe, on what it names or, with "", on any; 0 where
// there is none.
func (s *study) rate(name, on string) float64 {
	best := 0.0
	for _, p := range s.result.Probes {
		if p.Name == name && (on == "" || p.On == on) {
			best = max(best, p.Median)
		}
	}
	return best
}
