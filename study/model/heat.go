package model

import (
	"fmt"
	"math"

	"hybrid/solvers/heat"
	"hybrid/study/result"
)

// A heatModel is heat on one rank: its rows are divided over the ranks, which give
// their neighbours as many edge rows as steps until the next time, while they begin
// to compute:
//
//	send to both | compute ahead | wait | receive from both | compute the rest
//
// The depth of the halo is what the solver chooses for so many ranks.
type heatModel struct {
	nx, ny, steps int
	threads       int
	bytes         float64 // of a value
	seconds       float64 // on one rank
	work          float64 // updates
}

func newHeat(one *result.Point) (*heatModel, error) {
	h := &heatModel{threads: max(one.Threads, 1), bytes: bytesOf(one.DType), seconds: one.Seconds.Median, work: one.Work}
	if _, err := fmt.Sscanf(one.Size, "--nx %d --ny %d --steps %d", &h.nx, &h.ny, &h.steps); err != nil || h.nx < 3 || h.ny < 3 || h.steps < 1 {
		return nil, fmt.Errorf("its size is %q, not of the form --nx 100 --ny 100 --steps 10", one.Size)
	}
	return h, nil
}

func (h *heatModel) on(ranks int, weak bool, l link, share sharing) cost {
	ny, work := h.ny, h.work
	if weak {
		ny, work = (h.ny-2)*ranks+2, h.work*float64(ranks)
	}
	alone := heat.Problem{NX: h.nx, NY: h.ny}.Schedule(1, h.threads, h.steps)
	s := heat.Problem{NX: h.nx, NY: ny}.Schedule(ranks, h.threads, h.steps)
	c := cost{compute: share.of(h.seconds*s.Cost/alone.Cost, work*float64(s.Rows)/float64(ny-2))}
	neighbours := float64(min(s.Ranks-1, 2))
	if neighbours == 0 {
		return c
	}
	periods := math.Ceil(float64(h.steps) / float64(s.Depth))
	bytes := float64(s.Depth) * float64(h.nx) * h.bytes
	computes := c.compute / periods
	sent, received := neighbours*l.send(bytes), neighbours*l.o
	// Of two neighbours one gets the first message and the other the second: what
	// comes second goes down the whole grid in as many periods, and then to and fro.
	first := max(l.o+bytes*l.gg, l.send(bytes)) + l.l
	down := min(float64(s.Ranks-2)/periods, 1)
	arrived := first + (neighbours-1)*(1+down)/2*max(l.leaves(bytes), l.send(bytes))
	period := max(
		sent+computes+received,
		arrived+received+(1-s.Ahead)*computes,
		neighbours*l.leaves(bytes),
	)
	c.messages = periods*period - c.compute
	return c
}

func bytesOf(dtype string) float64 {
	if dtype == "f32" {
		return 4
	}
	return 8
}
