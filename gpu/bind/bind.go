// Package bind gives the ranks of a communicator the GPUs of their nodes.
package bind

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A Mode says which devices to use.
type Mode string

// The modes.
const (
	ModeAuto Mode = "auto" // a GPU where there is one, else none
	ModeOn   Mode = "on"   // a GPU
	ModeOff  Mode = "off"  // none
	ModeSim  Mode = "sim"  // a simulated device
)

// A Binding is what a rank computes on, and what all ranks do.
type Binding struct {
	Device *gpu.Device // this rank's; nil is its CPU
	Reason string      // why there is none: empty if none was wanted
	absent bool        // the machine has none, see gpu.Present
	// Ranks are what all ranks compute on, and Warnings are for people. Rank 0 alone
	// has them.
	Ranks    []RankDevice
	Warnings []string
}

// A RankDevice is what one rank computes on.
type RankDevice struct {
	Rank   int
	Host   string
	Bound  bool   // to a device; Info is of no meaning otherwise
	Reason string // why not
	Absent bool   // the machine has none, so that nobody misses it: see gpu.Present
	Info   gpu.Info
}

// Options are for tests and experiments; zero is right elsewhere.
type Options struct {
	Sim gpu.SimOptions // of the simulated devices
}

// Ranks gives every rank its device: among the devices that a rank can see, that
// with the number of its rank on the node, modulo how many there are. So it suits
// tasks that see all devices of their node, and tasks that each see only their own.
// It is collective; the modes of ranks may differ. A rank with ModeOn and without a
// device is an error on all.
func Ranks(c *mpi.Comm, mode Mode, o Options) (*Binding, error) {
	node, err := c.Node()
	if err != nil {
		return nil, err
	}
	defer node.Free()
	b := &Binding{}
	var missing error
	switch mode {
	case ModeOff:
	case ModeSim:
		o.Sim.Index = node.Rank()
		b.Device = gpu.Sim(o.Sim)
	case ModeAuto, ModeOn:
		b.Device, missing = gpu.Open(node.Rank())
		if missing != nil {
			b.Reason, b.absent = missing.Error(), !gpu.Present()
		}
		if mode == ModeAuto {
			missing = nil
		}
	default:
		missing = fmt.Errorf("bind: mode %q: want auto, on, off or sim", mode)
	}
	if err := c.Agree(missing); err != nil {
		return nil, b.closed(err)
	}
	if err := b.gather(c); err != nil {
		return nil, b.closed(err)
	}
	b.Warnings = warnings(b.Ranks)
	return b, nil
}

// OneEach leaves every device to the first of the ranks that share it; the others
// give it back and have none. It is collective.
func (b *Binding) OneEach(c *mpi.Comm) error {
	uuid := ""
	if b.Device != nil {
		uuid = b.Device.Info().UUID
	}
	all, err := gather.Values(c, uuid)
	if err != nil {
		return err
	}
	first := slices.Index(all, uuid)
	if uuid != "" && first < c.Rank() {
		err = b.Close()
		b.Reason = fmt.Sprintf("rank %d has it to itself", first)
	}
	if err := c.Agree(err); err != nil {
		return err
	}
	b.Warnings = nil
	return b.gather(c)
}

// Close gives the rank's device back.
func (b *Binding) Close() error {
	if b.Device == nil {
		return nil
	}
	d := b.Device
	b.Device = nil
	return d.Close()
}

func (b *Binding) closed(err error) error {
	b.Close()
	return err
}

// gather tells rank 0 what all compute on.
func (b *Binding) gather(c *mpi.Comm) (err error) {
	own := RankDevice{Rank: c.Rank(), Host: c.Host(), Bound: b.Device != nil, Reason: b.Reason, Absent: b.absent}
	if own.Bound {
		own.Info = b.Device.Info()
	}
	b.Ranks, err = gather.ToRoot(c, own)
	return err
}

// warnings are about ranks that share a device.
func warnings(all []RankDevice) []string {
	var shared []string
	sharers := map[string][]int{}
	var order []string
	for _, r := range all {
		if !r.Bound || r.Info.Kind != gpu.KindCUDA {
			continue
		}
		if _, known := sharers[r.Info.UUID]; !known {
			order = append(order, r.Info.UUID)
		}
		sharers[r.Info.UUID] = append(sharers[r.Info.UUID], r.Rank)
	}
	for _, uuid := range order {
		ranks := sharers[uuid]
		if len(ranks) < 2 {
			continue
		}
		i := slices.IndexFunc(all, func(r RankDevice) bool { return r.Rank == ranks[0] })
		shared = append(shared, fmt.Sprintf("ranks %s share one GPU, %s (%s) on %s, and take turns on it: start as many ranks on a node as it has GPUs, or give each its own (srun --gpus-per-task=1); where sharing is meant, NVIDIA's MPS lets them run at once, and MIG gives each a part of the GPU",
			list(ranks), all[i].Info.Name, uuid, all[i].Host))
	}
	return shared
}

// list names a few numbers and how many more there are.
func list(numbers []int) string {
	const most = 8
	words := make([]string, 0, most)
	for _, n := range numbers[:min(len(numbers), most)] {
		words = append(words, fmt.Sprint(n))
	}
	if more := len(numbers) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words, ", "), more)
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
