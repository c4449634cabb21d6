package heat

import (
	"fmt"
	"math"

	"hybrid/solvers/task"
)

// A heatModel is heat on one rank: its rows and columns are divided over the ranks, which
// give their neighbours as many of their edges as steps until the next time. They wait
// for columns, where these are cut, and begin to compute while rows and corners are on
// their way:
//
//	send to all | receive columns | compute ahead | receive rows, corners | compute the rest
//
// The grid of the ranks and the depth of the halo are what the solver chooses for so many.
type heatModel struct {
	nx, ny, steps int
	threads       int
	bytes         float64 // of a value
	seconds       float64 // on one rank
	work          float64 // updates
}

// Model is that of a run of so many points and steps.
func (p *statement) Model(one task.Measurement) (task.Model, error) {
	m := &heatModel{nx: one.Size[0], ny: one.Size[1], steps: one.Size[2],
		threads: max(one.Threads, 1), bytes: float64(task.BytesOf(one.DType)), seconds: one.Seconds, work: one.Units}
	if m.nx < 3 || m.ny < 3 || m.steps < 1 {
		return nil, fmt.Errorf("its size is %v: no field, or no steps", one.Size)
	}
	return m, nil
}

func (h *heatModel) On(ranks int, weak bool, l task.Link, share task.Sharing) task.Cost {
	ny, work := h.ny, h.work
	if weak {
		ny, work = (h.ny-2)*ranks+2, h.work*float64(ranks)
	}
	alone := Problem{NX: h.nx, NY: h.ny}.Schedule(1, h.threads, h.steps)
	s := Problem{NX: h.nx, NY: ny}.Schedule(ranks, h.threads, h.steps)
	part := float64(s.Rows) / float64(ny-2) * float64(s.Columns) / float64(h.nx-2)
	c := task.Cost{Compute: share.Of(h.seconds*s.Cost/alone.Cost, work*part)}
	periods := math.Ceil(float64(h.steps) / float64(s.Depth))
	c.Messages = periods*h.period(s, l, c.Compute/periods, periods) - c.Compute
	return c
}

// traffic is messages of one size to so many neighbours.
type traffic struct {
	task.Link
	n, bytes float64
	down     float64 // part of the periods in which what goes second comes late, see arrived
}

func (t traffic) sent() float64     { return t.n * t.Send(t.bytes) }
func (t traffic) received() float64 { return t.n * t.O }
func (t traffic) leave() float64    { return t.n * max(t.Leaves(t.bytes), t.Send(t.bytes)) }

// arrived is when the last of those that a neighbour sends at once is there. Of two
// neighbours one gets the first message and the other the second: what comes second goes
// down the whole grid in as many periods, and then to and fro.
func (t traffic) arrived() float64 {
	if t.n == 0 {
		return 0
	}
	first := max(t.O+t.bytes*t.G, t.Send(t.bytes)) + t.L
	return first + (t.n-1)*(1+t.down)/2*max(t.Leaves(t.bytes), t.Send(t.bytes))
}

// period is the time from one exchange to the next of a rank amid others that computes
// so long between them.
func (h *heatModel) period(s Schedule, l task.Link, computes, periods float64) float64 {
	width, depth := float64(h.nx), float64(s.Depth)
	if s.GridColumns > 1 {
		width = float64(s.Columns) + 2*depth
	}
	along := func(parts int, bytes float64) traffic {
		return traffic{l, float64(min(parts-1, 2)), bytes * depth * h.bytes, min(max(float64(parts-2), 0)/periods, 1)}
	}
	columns, rows := along(s.GridColumns, float64(s.Rows)), along(s.GridRows, width)
	// Each of the four that a rank sends one after the other goes to another rank.
	corners := traffic{l, columns.n * rows.n, depth * depth * h.bytes, 0}
	sent := columns.sent() + rows.sent() + corners.sent()
	begins := max(sent, columns.arrived()) + columns.received()
	arrived := columns.leave() + rows.arrived()
	if corners.n > 0 {
		arrived = max(arrived, columns.leave()+rows.leave()+corners.arrived())
	}
	received := rows.received() + corners.received()
	leaves := func(t traffic) float64 { return t.n * t.Leaves(t.bytes) }
	return max(
		begins+computes+received,
		arrived+received+(1-s.Ahead)*computes,
		leaves(columns)+leaves(rows)+leaves(corners),
	)
}
