package study

import (
	"fmt"
	"slices"
	"time"

	"hybrid/mpi/gather"
	"hybrid/mpi/idle"
	"hybrid/solvers/task"
	"hybrid/study/probe"
	"hybrid/study/result"
)

// A plan is the points of one kernel and the series that they make.
type plan struct {
	points []*point
	whole  []*point // of the kernel by itself: on processors, on devices
	series []series
	versus [2]*point // on processors and on devices, of one size; nil for none
}

// A series is points that ascend in workers.
type series struct {
	law, over string
	workers   []int
	points    []*point
}

// add is the point of that size on that placement, a new one if there is none.
func (l *plan) add(k Kernel, size task.Size, t *placement) *point {
	for _, p := range l.points {
		if p.placement == t && slices.Equal(p.size, size) {
			return p
		}
	}
	p := &point{kernel: k, size: size, placement: t}
	l.points = append(l.points, p)
	return p
}

// kernel measures a kernel of a given size or, if that is nil, of one that it finds:
// checks and times its points. It is collective.
func (s *study) kernel(k Kernel, given task.Size) error {
	l, err := s.plan(k, given)
	if err != nil {
		return err
	}
	err = s.runAll(k, l)
	if e := closeAll(l.points); err == nil {
		err = e
	}
	return err
}

// plan finds a kernel's sizes and points.
func (s *study) plan(k Kernel, given task.Size) (*plan, error) {
	l := &plan{}
	s.say(k.Name + ", its size")
	isGiven := given != nil
	one, err := s.base(k, given, k.Name, s.placements.alone[0])
	if err != nil {
		return nil, err
	}
	if isGiven {
		l.whole = append(l.whole, l.add(k, given, s.placements.all))
	} else {
		l.whole = append(l.whole, l.add(k, k.Spread(one, s.placements.all.ranks*s.placements.all.threads), s.placements.all))
	}
	if !s.NoScaling {
		l.scale(k, one, isGiven, scaling{"threads", s.placements.alone, 1, func(t *placement) int { return t.threads }})
		l.scale(k, one, isGiven, scaling{"ranks", s.placements.ranks, s.Threads, func(t *placement) int { return t.ranks }})
	}
	if k.Device && len(s.placements.devices) > 0 {
		err = s.planDevices(l, k, given)
	}
	return l, err
}

// planDevices adds the points on devices.
func (s *study) planDevices(l *plan, k Kernel, given task.Size) error {
	devices := s.placements.devices
	all := devices[len(devices)-1]
	one, err := s.base(k, given, k.Name+" on device", devices[0])
	if err != nil {
		return err
	}
	whole := given
	if given == nil {
		whole = k.Spread(one, all.ranks)
	}
	l.whole = append(l.whole, l.add(k, whole, all))
	if !s.NoScaling {
		l.scale(k, one, given != nil, scaling{"ranks", devices, 1, func(t *placement) int { return t.ranks }})
	}
	// Both on one size: that of the devices, or as much of it as processors can do in
	// a good part of the time that a point has.
	if given == nil {
		took := time.Duration(0)
		err := s.on(s.placements.all, func() (err error) {
			took, err = s.try(k, s.placements.all, k.Times(whole, 1.0/16))
			return err
		})
		if err != nil {
			return err
		}
		if took, err = gather.FromRoot(s.comm, took); err != nil {
			return err
		}
		if factor := s.time.Seconds() / 3 / (16 * took.Seconds()); factor < 1 {
			whole = k.Times(whole, factor)
		}
	}
	l.versus = [2]*point{l.add(k, whole, s.placements.all), l.add(k, whole, all)}
	return nil
}

// base is the size for one worker, given, of the baseline or found by trying.
func (s *study) base(k Kernel, given task.Size, name string, t *placement) (task.Size, error) {
	size, known := given, given != nil
	if !known && s.Against != nil {
		old, there := s.Against.Result.Sizes[name]
		size, known = old, there && len(old) == len(k.Params) && k.Valid(old) == nil
	}
	if !known {
		var err error
		if size, err = s.fit(k, t, s.time/time.Duration(s.Repeat+1)); err != nil {
			return nil, err
		}
	}
	if _, several := s.result.Sizes[name]; !several {
		s.result.Sizes[name] = size
	}
	return size, nil
}

// A scaling is over placements of more and more workers, ranks or threads, each of which
// gets so many times the work that one stands for.
type scaling struct {
	over       string
	placements []*placement
	each       int
	workers    func(*placement) int
}

// scale adds the points of strong and weak scaling.
func (l *plan) scale(k Kernel, one task.Size, given bool, o scaling) {
	if len(o.placements) < 2 {
		return
	}
	strong, weak := series{law: result.Strong, over: o.over}, series{law: result.Weak, over: o.over}
	most, each := o.workers(o.placements[len(o.placements)-1]), o.each
	whole := one
	if given {
		each = 1
	} else {
		whole = k.Spread(one, each*shares(most))
	}
	for _, t := range o.placements {
		n := o.workers(t)
		for _, a := range []struct {
			series *series
			size   task.Size
		}{{&strong, whole}, {&weak, k.Spread(one, each*n)}} {
			a.series.workers = append(a.series.workers, n)
			a.series.points = append(a.series.points, l.add(k, a.size, t))
		}
	}
	l.series = append(l.series, strong, weak)
}

// runAll checks and times the points and takes down what they show.
func (s *study) runAll(k Kernel, l *plan) error {
	s.all += len(l.points) - s.ofSize(k)
	prints := map[string]*point{}
	for _, p := range l.points {
		s.say(fmt.Sprintf("%s on %v, its answer", k.Name, p.placement))
		err := s.on(p.placement, func() error {
			if err := p.open(s.ctx, &s.Config); err != nil {
				return err
			}
			return p.same(prints)
		})
		if err != nil {
			return err
		}
		if err := s.launch(p); err != nil {
			return err
		}
	}
	link := s.rate(result.Bandwidth, probe.OtherNode)
	limits := func() error {
		for _, p := range l.points {
			if err := s.on(p.placement, func() error { return p.bound(min(s.time/10, 50*time.Millisecond), link, &s.Config) }); err != nil {
				return err
			}
		}
		return nil
	}
	if err := limits(); err != nil {
		return err
	}
	if err := s.rounds(k, l.points); err != nil {
		return err
	}
	if err := limits(); err != nil {
		return err
	}
	return s.takeDown(k, l)
}

// same holds the answer against that of the same problem on another placement.
func (p *point) same(prints map[string]*point) error {
	size := p.kernel.size(p.size).String()
	first, there := prints[size]
	if !there {
		prints[size] = p
		return nil
	}
	if p.answer != first.answer {
		return &WrongError{p.kernel.Name, size, fmt.Sprintf("its answer is %s, on %v it is %s", p.answer, first.placement, first.answer),
			p.placement.ranks, p.placement.threads, p.placement.name}
	}
	p.verdict.Detail += fmt.Sprintf("; the answer of %v", first.placement)
	return nil
}

// launch finds out what a run on devices takes that has next to nothing to do.
func (s *study) launch(p *point) error {
	if !p.placement.device {
		return nil
	}
	return s.on(p.placement, func() error {
		took, err := s.try(p.kernel, p.placement, p.kernel.Empty(p.size))
		p.launch = took.Seconds()
		return err
	})
}

// on has the ranks of a placement do something while the others rest. It is collective.
func (s *study) on(t *placement, f func() error) error {
	return idle.While(s.comm, t.comm != nil, f)
}

// takeDown puts the points into the result, the same on every rank.
func (s *study) takeDown(k Kernel, l *plan) error {
	var points []result.Point
	if s.comm.Rank() == 0 {
		for _, p := range l.points {
			points = append(points, p.result(&s.Config))
		}
	}
	points, err := gather.FromRoot(s.comm, points)
	if err != nil {
		return err
	}
	for i, p := range l.points {
		s.measured = append(s.measured, measured{k, p.size, p.placement, points[i]})
	}
	at := func(p *point) result.Point { return points[slices.Index(l.points, p)] }
	for _, p := range l.whole {
		s.result.Kernels = append(s.result.Kernels, at(p))
	}
	for _, line := range l.series {
		r := result.Series{Kernel: k.Name, DType: s.DType, Law: line.law, Over: line.over, Waits: k.Waits}
		for i, p := range line.points {
			r.Points = append(r.Points, result.ScalingPoint{Workers: line.workers[i], Point: at(p)})
		}
		r.Device = r.Points[0].Device
		s.result.Scaling = append(s.result.Scaling, r)
	}
	if l.versus[0] != nil {
		s.result.Versus = append(s.result.Versus, s.sides(k, l.versus[1].size, at(l.versus[0]), at(l.versus[1])))
	}
	return nil
}
