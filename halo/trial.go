package halo

import (
	"errors"
	"slices"

	"hybrid/gpu"
)

// trialValues are copied to see that a path works: more than a page.
const trialValues = 1 << 10

// A pathTrial is memory of a device that neighbours try to copy from.
type pathTrial struct {
	device *gpu.Device
	stream *gpu.Stream
	way    gpu.Way
	memory *gpu.Buffer[uint32]
	filled *gpu.Event
}

// An offer is how a neighbour gets at a trial, or why it cannot.
type offer struct {
	Memory, Filled gpu.Handle
	Refused        string
}

// try copies from each neighbour with which a path is promised, and keeps why that failed.
// A neighbour takes part in as many rounds: one of offers, one of what came of them.
func (l *Links) try(g *Grid, d *gpu.Device) error {
	for _, path := range []Path{Peer, IPC} {
		var links []*Link
		var ranks []int
		for i := range l.all {
			if l.all[i].Path == path {
				links, ranks = append(links, &l.all[i]), append(ranks, l.all[i].Rank)
			}
		}
		if len(links) == 0 {
			continue
		}
		way := gpu.Peer
		if path == IPC {
			way = gpu.IPC
		}
		if err := tryWay(g, d, way, links, ranks); err != nil {
			return err
		}
	}
	return nil
}

func tryWay(g *Grid, d *gpu.Device, way gpu.Way, links []*Link, ranks []int) error {
	own := &pathTrial{device: d, way: way}
	o, err := own.open(g.comm.Rank())
	if err != nil {
		o.Refused = shortened(err)
	}
	offers, err := swap(g, ranks, func(int) offer { return o })
	if err != nil {
		return err
	}
	found := make([]string, len(ranks))
	for i, from := range offers {
		found[i] = from.Refused
		if o.Refused != "" {
			found[i] = o.Refused
		}
		if found[i] == "" {
			found[i] = shortened(own.copy(from, ranks[i]))
		}
	}
	theirs, err := swap(g, ranks, func(i int) string { return found[i] })
	if err != nil {
		return err
	}
	for i, link := range links {
		if link.Reason = found[i]; link.Reason == "" {
			link.Reason = theirs[i]
		}
	}
	return own.close() // all neighbours have given it back
}

// open fills the memory with a pattern of the rank's.
func (t *pathTrial) open(rank int) (o offer, err error) {
	if t.stream, err = t.device.NewStream(); err != nil {
		return o, err
	}
	if t.filled, err = t.device.NewSharedEvent(t.way); err != nil {
		return o, err
	}
	if t.memory, err = gpu.Alloc[uint32](t.device, trialValues); err != nil {
		return o, err
	}
	if err = t.memory.Write(pattern(rank)); err != nil {
		return o, err
	}
	if err = t.filled.Record(t.stream); err != nil {
		return o, err
	}
	if o.Memory, err = gpu.Export(t.memory, t.way); err != nil {
		return o, err
	}
	o.Filled, err = t.filled.Export(t.way)
	return o, err
}

func pattern(rank int) []uint32 {
	v := make([]uint32, trialValues)
	for i := range v {
		v[i] = uint32(rank)<<16 ^ uint32(i)*2654435761
	}
	return v
}

// copy copies what a rank offers, and compares.
func (t *pathTrial) copy(o offer, rank int) (err error) {
	filled, err := t.device.ImportEvent(o.Filled, t.way)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, filled.Close()) }()
	from, err := gpu.Import[uint32](t.device, o.Memory, t.way, trialValues)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Free()) }()
	to, err := gpu.Alloc[uint32](t.device, trialValues)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Free()) }()
	if err := errors.Join(t.stream.Wait(filled), gpu.Copy(t.stream, to, from), t.stream.Synchronize()); err != nil {
		return err
	}
	got := make([]uint32, trialValues)
	if err := to.Read(got); err != nil {
		return err
	}
	if !slices.Equal(got, pattern(rank)) {
		return errorf("a trial copy from the device of rank %d brought other values", rank)
	}
	return nil
}

func (t *pathTrial) close() error {
	var errs []error
	if t.stream != nil {
		errs = append(errs, t.stream.Close())
	}
	if t.filled != nil {
		errs = append(errs, t.filled.Close())
	}
	return errors.Join(append(errs, t.memory.Free())...)
}
