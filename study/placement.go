package study

import (
	"context"
	"fmt"

	"hybrid/gpu"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A placement is the ranks that a point is measured on, always the first of the study.
type placement struct {
	ranks   int
	threads int  // of each rank
	device  bool // of each rank computes, not its threads

	comm   *mpi.Comm // nil on other ranks
	nodes  int       // that its ranks lie on
	name   string    // of the devices
	memory float64   // bytes a second; 0 where it was not measured yet
}

func (t *placement) String() string {
	switch {
	case t.device && t.ranks == 1:
		return "one device"
	case t.device:
		return fmt.Sprintf("%d devices", t.ranks)
	}
	return fmt.Sprintf("%s, %s", units.Count(t.ranks, "rank"), units.Count(t.threads, "thread"))
}

// place is where a rank of the placement computes.
func (t *placement) place(cfg *Config) task.Place {
	p := task.Place{Comm: t.comm, Threads: t.threads, ISA: cfg.ISA}
	if t.device {
		p.Device = cfg.Device
	}
	return p
}

// doublings are 1, 2, 4, ... and most.
func doublings(most int) []int {
	var all []int
	for n := 1; n < most; n *= 2 {
		all = append(all, n)
	}
	return append(all, most)
}

// placements are those of a study.
type placements struct {
	alone   []*placement // the first rank on 1, 2, 4, ... threads
	ranks   []*placement // 1, 2, 4, ... ranks, with the threads of each
	devices []*placement // 1, 2, 4, ... ranks with devices
	all     *placement   // of the kernels by themselves
	comms   map[int]*mpi.Comm
	nodes   map[int]int // of each of those
}

// newPlacements splits a communicator whose first ranks have the devices. Collective.
func newPlacements(c *mpi.Comm, cfg *Config, devices int) (*placements, error) {
	t := &placements{comms: map[int]*mpi.Comm{}, nodes: map[int]int{}}
	var err error
	get := func(ranks, threads int, device bool) *placement {
		comm, there := t.comms[ranks]
		if !there && err == nil {
			color := 0
			if c.Rank() >= ranks {
				color = -1
			}
			comm, err = c.Split(color, c.Rank())
			t.comms[ranks] = comm
			if err == nil && comm != nil {
				t.nodes[ranks], err = nodes(comm)
			}
		}
		return &placement{ranks: ranks, threads: threads, device: device, comm: comm, nodes: t.nodes[ranks]}
	}
	for _, n := range doublings(cfg.MostThreads) {
		t.alone = append(t.alone, get(1, n, false))
	}
	for _, n := range doublings(c.Size()) {
		at := get(n, cfg.Threads, false)
		for _, a := range t.alone {
			if n == 1 && a.threads == cfg.Threads {
				at = a // they are one
			}
		}
		t.ranks = append(t.ranks, at)
	}
	if devices > 0 {
		for _, n := range doublings(devices) {
			// What their ranks do beside them, such as filling matrices, has all cores.
			t.devices = append(t.devices, get(n, max(cfg.MostThreads/n, cfg.Threads), true))
		}
	}
	if t.all = t.ranks[len(t.ranks)-1]; cfg.Solo {
		t.all = t.alone[len(t.alone)-1]
	}
	return t, err
}

// nodes is the number of nodes that the ranks of a communicator lie on. It is
// collective.
func nodes(c *mpi.Comm) (int, error) {
	node, err := c.Node()
	if err != nil {
		return 0, err
	}
	defer node.Free()
	first := []int64{0}
	if node.Rank() == 0 {
		first[0] = 1
	}
	err = mpi.Allreduce(c, first, first, mpi.Sum)
	return int(first[0]), err
}

func (t *placements) close() {
	for _, c := range t.comms {
		if c != nil {
			c.Free() // the run is over, or has failed for a reason of its own
		}
	}
}

// bandwidth is what the memory of a placement gives, measured once.
func (t *placement) bandwidth(cfg *Config) (_ float64, err error) {
	if t.memory == 0 && !t.device {
		var b task.Bandwidth
		b, err = t.place(cfg).Bandwidth(context.Background(), task.Always)
		t.memory = b.Rate
	}
	return t.memory, err
}

// deviceName is what a device is called in results.
func deviceName(d *gpu.Device) string {
	if d == nil {
		return ""
	}
	return d.Info().Name
}
