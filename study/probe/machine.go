package probe

import (
	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A machine is the ranks with what they run on.
type machine struct {
	comm      *mpi.Comm
	o         Options
	places    []rankInfo // of all ranks
	slots     int        // threads of this rank when all measure at once; 0: no core is left for it
	nodeSlots int        // the same of all ranks of this node
}

// rankInfo is where one rank runs.
type rankInfo struct {
	Node    int // the lowest rank of its node
	Cores   []int
	Threads int
	Device  string // its name; "" is none
	Slots   int
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
	own := rankInfo{Node: int(first[0]), Cores: cores.Allowed(), Threads: o.Threads}
	if o.Device != nil {
		own.Device = o.Device.Info().Name
	}
	m := &machine{comm: c, o: o}
	if m.places, err = gather.Values(c, own); err != nil {
		return nil, err
	}
	assignSlots(m.places)
	m.slots = m.places[c.Rank()].Slots
	for _, p := range m.places {
		if p.Node == own.Node {
			m.nodeSlots += p.Slots
		}
	}
	return m, nil
}

// assignSlots fills in the slots, node by node.
func assignSlots(all []rankInfo) {
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
			all[on[i]].Slots = n
		}
	}
}

// withSlots is how many ranks have slots, and the most threads of one of them.
func (m *machine) withSlots() (ranks, threads int) {
	for _, p := range m.places {
		if p.Slots > 0 {
			ranks++
			threads = max(threads, p.Slots)
		}
	}
	return ranks, threads
}
