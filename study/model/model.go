// Package model says how long problems would take on more ranks than there
// were, from what was measured of one rank and of messages. It measures nothing.
//
// # The network
//
// Messages cost what LogGP says (Alexandrov, Ionescu, Schauser and Scheiman, "LogGP:
// incorporating long messages into the LogP model", SPAA 1995). Of n bytes, one
// keeps its sender for the overhead o, is on its way for L + n G, and keeps its
// receiver for o; the next one leaves g, and n G, later:
//
//	sender     |-o-|
//	network        |------- L + n G -------|
//	receiver                               |-o-|
//
// They are read from the probes of one kind of link, each fit with weights that make
// relative errors small:
//
//	o      the time that a send keeps its rank, bytes -> 0
//	g, G   the time of each of many messages in turn, as a line over their bytes
//	L      half a round trip of the shortest message, less 2 o
//
// Where a processor copies messages itself, as in the memory of a node, a send keeps
// its rank longer the longer it is; that part of G is not on its way while the rank
// computes.
//
// # The ranks
//
// One rank's time is measured, and a rank of p has of it the part that the solver
// itself gives the rank with the most: whole rows, columns and blocks, halos twice. Where
// the limit that was measured on p ranks is less than p times that of one, as
// of memory that they share, the work takes the longer, see sharing.
//
// What the model leaves out: other traffic on the network, its topology and links
// that several ranks of a node share; the noise of many nodes; caches, which the
// small shares of many ranks fit in; that kernels are slower on small blocks; the
// copying of edges to messages; devices, whose messages take another way.
package model

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hybrid/solvers/task"
	"hybrid/study/result"
)

// numbers of ranks that a projection has beside those that were measured.
var numbers = []int{10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000}

// Project makes the projections of a study: of the problems that have a model, by
// their name, strong and weak, from the measured point of each series on one rank and the probes of messages, on
// 10 to 100,000 ranks beside the numbers that were measured. Ranks that a node has
// room for are joined by the links within a node, more by those between nodes, and
// where none of these was measured by those within; Model names it. The notes say
// what could not be projected, or not well, and why.
func Project(r *result.Result, models map[string]task.Modelled) (projections []result.Projection, notes []string) {
	note := func(format string, args ...any) {
		if n := fmt.Sprintf(format, args...); !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	near, far, err := links(r.Probes)
	for i := range r.Scaling {
		s := &r.Scaling[i]
		modelled, known := models[s.Kernel]
		if s.Over != "ranks" || !known {
			continue
		}
		switch {
		case err != nil:
			note("no projection: %v", err)
			continue
		case s.Device != "":
			note("no projection of %s on %s: the model knows messages between processors only", s.Kernel, s.Device)
			continue
		}
		k, e := newModel(s, modelled)
		if e != nil {
			note("no projection of %s, %s: %v", s.Kernel, s.Law, e)
			continue
		}
		if far.on != otherNode {
			note("the projections take messages between nodes for those of the %s: none between nodes was measured", far.on)
		}
		projections = append(projections, project(s, k, near, far, perNode(r.Machine, s)))
	}
	if projections == nil && notes == nil {
		note("no projection: nothing was scaled over ranks of which there is a model")
	}
	return projections, notes
}

// perNode is the number of ranks of a series that a node has room for.
func perNode(m result.Machine, s *result.Series) int {
	hosts := max(len(m.Hosts), 1)
	last := s.Points[len(s.Points)-1]
	return max(m.Cores/hosts/max(last.Threads, 1), (last.Ranks+hosts-1)/hosts, 1)
}

// newModel is that of a series.
func newModel(s *result.Series, of task.Modelled) (task.Model, error) {
	if len(s.Points) == 0 || s.Points[0].Workers != 1 || s.Points[0].Ranks != 1 {
		return nil, fmt.Errorf("one rank was not measured")
	}
	if len(s.Points) < 2 {
		return nil, fmt.Errorf("more than one rank was not measured, to check the model against")
	}
	one := &s.Points[0].Point
	if !(one.Seconds.Median > 0) || math.IsInf(one.Seconds.Median, 0) || !(one.Work > 0) {
		return nil, fmt.Errorf("the time of one rank is %v s for %v %s", one.Seconds.Median, one.Work, one.Unit)
	}
	if params := of.Sizes().Params; !slices.Equal(one.Size.Params, params) {
		return nil, fmt.Errorf("its size is %q, which has not the numbers of %s", one.Size, strings.Join(params, ", "))
	}
	return of.Model(task.Measurement{Size: one.Size.Numbers, DType: one.DType, Threads: one.Threads, Seconds: one.Seconds.Median, Units: one.Work})
}

// project makes the projection of a series.
func project(s *result.Series, k task.Model, near, far link, perNode int) result.Projection {
	one := &s.Points[0].Point
	p := result.Projection{
		Kernel: s.Kernel, DType: s.DType, Law: s.Law, Size: one.Size,
		Model: far.model(one.Work / one.Seconds.Median),
	}
	at := slices.Clone(numbers)
	measured := map[int]float64{}
	for _, q := range s.Points {
		measured[q.Workers] = q.Seconds.Median
		at = append(at, q.Workers)
	}
	slices.Sort(at)
	for _, ranks := range slices.Compact(at) {
		l := near
		if ranks > perNode {
			l = far
		}
		c := k.On(ranks, s.Law == result.Weak, l.Link, shared(s, min(ranks, perNode)))
		q := result.ProjectedPoint{Ranks: ranks, Seconds: c.Compute + c.Messages, Compute: c.Compute, Messages: c.Messages}
		q.Efficiency = one.Seconds.Median / q.Seconds
		if s.Law == result.Strong {
			q.Efficiency /= float64(ranks)
		}
		q.Speedup = q.Efficiency * float64(ranks)
		p.Points = append(p.Points, q)
		if t, ok := measured[ranks]; ok && ranks > 1 && t > 0 {
			p.Checked++
			p.Error = max(p.Error, math.Abs(q.Seconds-t)/t)
		}
	}
	return p
}

// shared is that of the most ranks measured that are no more than so many.
func shared(s *result.Series, ranks int) task.Sharing {
	one, found := s.Points[0].Limit, task.Sharing{Times: 1}
	if one.Rate <= 0 {
		return found
	}
	for _, p := range s.Points[1:] {
		if p.Workers > ranks || p.Limit.Rate <= 0 {
			continue
		}
		each := p.Limit.Rate / float64(p.Workers)
		found = task.Sharing{Times: 1, More: max(1/each-1/one.Rate, 0)}
		if p.Limit.By == "compute" {
			found = task.Sharing{Times: max(one.Rate/each, 1)}
		}
	}
	return found
}
