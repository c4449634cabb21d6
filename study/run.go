package study

import (
	"context"
	"slices"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/study/law"
	"hybrid/study/model"
	"hybrid/study/result"
)

// A study is one under way, on one rank.
type study struct {
	Config
	ctx        context.Context
	comm       *mpi.Comm // all ranks, those with devices first
	caller     *mpi.Comm // the same as the caller numbers them
	first      bool      // this rank is the caller's first
	placements *placements
	perNode    int           // most ranks on a node
	began      time.Time     // after the probes
	time       time.Duration // of a point of this kernel
	extra      time.Duration // left for its points that vary much

	result   *result.Result
	measured []measured
	done     int // measurements
	all      int // about
}

// A measured is a point that may have to be measured again.
type measured struct {
	kernel    Kernel
	size      task.Size
	placement *placement
	point     result.Point
}

// newStudy agrees on what there is. Collective.
func newStudy(ctx context.Context, c *mpi.Comm, cfg Config) (*study, error) {
	s := &study{Config: cfg, ctx: ctx, caller: c, first: c.Rank() == 0}
	s.Threads = max(s.Threads, 1)
	if s.Repeat == 0 {
		s.Repeat = defaultRepeat
	}
	key, devices := c.Rank()+c.Size(), []int64{0, 0}
	if s.Device != nil {
		key, devices[0] = c.Rank(), 1
	}
	var err error
	if s.comm, err = c.Split(0, key); err != nil {
		return nil, err
	}
	if err := mpi.Allreduce(c, devices, devices, mpi.Sum); err != nil {
		return nil, err
	}
	node, err := c.Node()
	if err != nil {
		return nil, err
	}
	defer node.Free()
	// The numbers of threads are those of the first rank.
	numbers, err := gather.FromRoot(s.comm, [2]int{s.Threads, max(s.MostThreads, s.Threads)})
	if err != nil {
		return nil, err
	}
	s.Threads, s.MostThreads = numbers[0], numbers[1]
	perNode := []int64{int64(node.Size())}
	if err := mpi.Allreduce(c, perNode, perNode, mpi.Max); err != nil {
		return nil, err
	}
	s.perNode = int(perNode[0])
	if s.placements, err = newPlacements(s.comm, &s.Config, int(devices[0])); err != nil {
		return nil, err
	}
	for _, t := range s.placements.devices {
		t.name = deviceName(s.Device)
	}
	if s.Machine, err = gather.FromRoot(c, s.Machine); err != nil {
		return nil, err
	}
	s.result = &result.Result{Machine: s.Machine, Sizes: map[string][]int{}}
	for _, k := range s.Kernels {
		s.all += s.expected(k)
	}
	if !s.NoProbes {
		s.all += probeSteps
	}
	return s, nil
}

// budget decides how long a point of kernel number i may take: what is left of the
// time for all of them, of which checks and preparations take a part. It is
// collective.
func (s *study) budget(i int) (err error) {
	left := 0
	for _, k := range s.Kernels[i:] {
		left += s.expected(k)
	}
	share := (allPoints - time.Since(s.began)) / time.Duration(left)
	s.time = s.Time
	if s.time == 0 {
		s.time = min(max(share/2, leastTime), defaultTime)
	}
	s.extra = s.time * time.Duration(s.expected(s.Kernels[i])+4) / 2
	if share < 2*s.time && s.Time == 0 {
		s.extra = 0
	}
	s.time, err = gather.FromRoot(s.comm, s.time)
	return err
}

// given are the sizes that a kernel is to have, nil for one that is to be chosen.
func (s *study) given(k Kernel) []task.Size {
	if sizes := s.Sizes[k.Name]; len(sizes) > 0 {
		return sizes
	}
	return []task.Size{nil}
}

// expected is about how many points a kernel has.
func (s *study) expected(k Kernel) int { return len(s.given(k)) * s.ofSize(k) }

// ofSize is about how many points a kernel has of one size.
func (s *study) ofSize(k Kernel) int {
	n := 1
	if !s.NoScaling {
		n += 2 * (len(s.placements.alone) + len(s.placements.ranks) - 2)
	}
	if k.Device && len(s.placements.devices) > 0 {
		n += 3
		if !s.NoScaling {
			n += 2 * (len(s.placements.devices) - 1)
		}
	}
	return n
}

func (s *study) close() {
	s.placements.close()
	s.comm.Free() // as above
}

// say tells what is under way.
func (s *study) say(what string) {
	if s.first && s.Progress != nil {
		s.Progress(min(s.done, s.all), s.all, what)
	}
}

// rounds times points in turns until each has its runs and its time. It is
// collective; the first rank decides.
func (s *study) rounds(k Kernel, points []*point) error {
	finished := make([]bool, len(points))
	for round := 0; ; round++ {
		var runs []int
		if s.comm.Rank() == 0 {
			runs = s.next(points)
		}
		runs, err := gather.FromRoot(s.comm, runs)
		if err != nil {
			return err
		}
		order := make([]int, len(points))
		for i := range order {
			order[i] = i
		}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		over := true
		for _, i := range order {
			p := points[i]
			if runs[i] == 0 {
				if !finished[i] {
					finished[i] = true
					s.done++
				}
				continue
			}
			over = false
			s.say(k.Name + " on " + p.placement.String())
			if err := s.on(p.placement, func() error { return p.measure(s.ctx, runs[i]) }); err != nil {
				return err
			}
		}
		if over {
			s.say(k.Name + ", done")
			return nil
		}
	}
}

// next is how many runs of each point are to be made next: about a fifth of its
// time.
func (s *study) next(points []*point) []int {
	runs := make([]int, len(points))
	for i, p := range points {
		sum := 0.0
		for _, r := range p.runs {
			sum += r.seconds
		}
		n, took := len(p.runs), time.Duration(sum*float64(time.Second))
		switch {
		case n == 0:
			runs[i] = 1
			continue
		case n >= max(mostRuns, s.Repeat):
			continue
		case n < s.Repeat || took < s.time:
		case took < 3*s.time && s.extra > 0 && result.NewSample(p.seconds()).Wide:
			s.extra -= s.time / 5
		default:
			continue
		}
		each := sum / float64(n)
		runs[i] = min(max(int(s.time.Seconds()/5/each), 1), mostRuns/5)
		if n < s.Repeat && took >= s.time {
			runs[i] = min(runs[i], s.Repeat-n)
		}
	}
	return runs
}

// finish draws the conclusions.
func (s *study) finish() (*result.Result, error) {
	r := s.result
	for i := range r.Scaling {
		law.Complete(&r.Scaling[i])
	}
	if !s.NoProbes && !s.NoScaling {
		projections, notes := model.Project(r, s.models())
		r.Projection, r.Notes = projections, append(r.Notes, notes...)
	}
	err := s.compare()
	return r, err
}
