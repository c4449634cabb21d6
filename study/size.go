package study

import (
	"context"
	"math"
	"time"

	"hybrid/gpu"
	"hybrid/internal/cores"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// fit finds the size with which a run of a kernel takes about that long on a placement
// of one worker, by trying. All ranks call it and get the first one's answer.
func (s *study) fit(k Kernel, t *placement, target time.Duration) (task.Size, error) {
	size := k.Start(s.machine(t), s.DType)
	err := s.on(t, func() error {
		for range 6 {
			took, err := s.try(k, t, size)
			if err != nil {
				return err
			}
			factor := target.Seconds() / took.Seconds()
			// What a short trial says of a long run is not worth much.
			size = k.Times(size, min(factor, 20))
			if 0.5 < factor && factor < 4 {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return gather.FromRoot(s.comm, size)
}

// try is how long a run takes, after another one.
func (s *study) try(k Kernel, t *placement, size task.Size) (time.Duration, error) {
	p := &point{kernel: k, size: size, placement: t}
	var err error
	if p.work, err = k.Open(s.ctx, t.place(&s.Config), size, s.DType, s.Seed); err != nil {
		return 0, err
	}
	best := math.Inf(1)
	for range 3 {
		if err = t.comm.Agree(context.Cause(s.ctx)); err != nil {
			break
		}
		if err = p.time(context.WithoutCancel(s.ctx), func(r run) { best = min(best, r.seconds) }); err != nil || best > 1 {
			break
		}
	}
	if e := p.close(); err == nil {
		err = e
	}
	return time.Duration(best * float64(time.Second)), err
}

// machine is what there is for one worker of a placement, when all work.
func (s *study) machine(t *placement) task.Machine {
	workers := max(s.workers(), 1)
	m := task.Machine{Cache: cores.LastLevel(cores.Caches()) / workers, Memory: 1 << 30}
	if free, ok := cores.AvailableMemory(); ok {
		// The points of a kernel are open at the same time: some six times what
		// each worker has.
		m.Memory = float64(free) / 8 / float64(workers)
	}
	if t.device && s.Device != nil {
		info := s.Device.Info()
		m.Device, m.Simulated, m.Cache = true, info.Kind == gpu.KindSim, info.L2Bytes
		m.Memory = float64(info.Memory) / 8
	}
	return m
}

// workers is the largest number of threads that are measured at once on a node.
func (s *study) workers() int {
	return max(s.perNode*s.Threads, s.MostThreads)
}

// shares is how many times the work for one worker there is in a problem for strong
// scaling up to so many workers: more where there are many, so that a share is not
// too small, but little enough that one worker can do it.
func shares(workers int) int {
	n := 1
	for n < 8 && 16*n <= workers {
		n *= 2
	}
	return n
}
