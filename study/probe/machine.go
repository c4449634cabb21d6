package probe

import (
	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A machine is the ranks with what they run on.
type machine struct {
	comm   *mpi.Comm
	o      Options
	places []place // of all ranks
	seats  int     // threads of this rank when all measure at once; 0: no core is left for it
	crowd  int     // the same of all ranks of this node
}

// A place is where one rank runs.
type place struct {
	Node    int // the lowest rank of its node
	Cores   []int
	Threads int
	Device  string // its name; "" is none
	Seats   int
}

// look finds out about all ranks. It is collective.
func look(c *mpi.Comm, o Options) (*machine, error) {
	o, err := o.resolve()
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	node, err := c.Node()
	if err != nil {
		return nil, err
	}
	defer node.Free()
	first := []int64{int64(c.Rank())}
	if err := mpi.Bcast(node, first, 0); err != nil {
		return nil, err
	}
	own := place{Node: int(first[0]), Cores: cores.Allowed(), Threads: o.Threads}
	if o.Device != nil {
		own.Device = o.Device.Info().Name
	}
	m := &machine{comm: c, o: o}
	if m.places, err = gather.Values(c, own); err != nil {
		return nil, err
	}
	seat(m.places)
	m.seats = m.places[c.Rank()].Seats
	for _, p := range m.places {
		if p.Node == own.Node {
			m.crowd += p.Seats
		}
	}
	return m, nil
}

// seat fills in the seats, node by node.
func seat(all []place) {
	ranks := map[int][]int{}
	for r, p := range all {
		ranks[p.Node] = append(ranks[p.Node], r)
	}
	for _, on := range ranks {
		masks, wanted := make([][]int, len(on)), make([]int, len(on))
		for i, r := range on {
			masks[i], wanted[i] = all[r].Cores, all[r].Threads
		}
		for i, n := range cores.Slots(masks, wanted) {
			all[on[i]].Seats = n
		}
	}
}

// seated is how many ranks have seats, and the most threads of one of them.
func (m *machine) seated() (ranks, threads int) {
	for _, p := range m.places {
		if p.Seats > 0 {
			ranks++
			threads = max(threads, p.Seats)
		}
	}
	return ranks, threads
}
