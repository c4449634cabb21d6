package halo

import (
	"errors"

	"hybrid/gpu"
	"hybrid/mpi"
)

// A DeviceMemory is where the cells of a part and its halo lie on a device. Pack and
// Unpack give the stream of the exchange the copies between these and a message.
type DeviceMemory[T Real] interface {
	Pack(b Box, to Message[T]) error
	Unpack(b Box, from Message[T]) error
}

// A DeviceExchange renews the halo of a device's memory, as an Exchange does a host's, each
// message by the path of its link. Of two devices that copy from each other's memory
//
//	rank 0    field -> out[k%2] | packed                 | field -> out ...   its stream
//	                              |   "packed"  (empty message of MPI)
//	                              v
//	rank 1                      wait | out -> in -> halo | taken              its stream
//
// the receiver copies. Streams wait for each other by events; the processors pass empty
// messages, which say that an event was recorded. Before rank 0 packs exchange k+2, its
// stream waits for what rank 1 recorded as taken in exchange k: it has done so when its
// message of exchange k+1 is there. So every direction needs its opposite.
type DeviceExchange[T Real] struct {
	grid     *Grid
	device   *gpu.Device
	stream   *gpu.Stream
	memory   DeviceMemory[T]
	links    *Links
	passages []*devicePassage[T]
	events   map[Path]*deviceEvents // of the paths by which some link goes
	number   int                    // exchanges so far
	depth    int                    // of the one under way, 0 if there is none
	joined   bool                   // neighbours have each other's messages and events
	failed   bool
}

// deviceEvents are points in this rank's stream, of even exchanges and of odd ones.
type deviceEvents struct {
	way           gpu.Way
	packed, taken [2]*gpu.Event
}

// A devicePassage is a passage between devices.
type devicePassage[T Real] struct {
	dir      []int
	to, from int
	tag      int
	onTo     Path
	onFrom   Path
	out      [2]Message[T]
	in       Message[T]

	packed [2]*gpu.Event     // by the rank before, which has
	source [2]*gpu.Buffer[T] // as out
	taken  [2]*gpu.Event     // by the next rank

	sent, received *mpi.Request

	edge, halo     Box
	sends, expects int
}

// linked tells whether a path has messages and events that neighbours import.
func (p Path) linked() bool { return p == Peer || p == IPC }

func (p Path) way() gpu.Way {
	if p == IPC {
		return gpu.IPC
	}
	return gpu.Peer
}

// NewDeviceExchange makes the exchange of a device's memory, whose copies stream does, in
// directions as NewExchange has them, each with its opposite. Connect makes links; nil
// stages all messages. It takes no memory before its first exchange. Close it.
func NewDeviceExchange[T Real](g *Grid, d *gpu.Device, stream *gpu.Stream, l *Links, m DeviceMemory[T], dirs ...[]int) *DeviceExchange[T] {
	if len(dirs) == 0 {
		dirs = directions(len(g.cuts))
	}
	x := &DeviceExchange[T]{grid: g, device: d, stream: stream, memory: m, links: l, events: map[Path]*deviceEvents{}}
	for _, dir := range dirs {
		p := &devicePassage[T]{dir: dir, to: g.Neighbour(dir), from: g.Neighbour(opposite(dir)), tag: g.comm.TagUB() - number(dir)}
		p.onTo, p.onFrom = l.to(p.to), l.to(p.from)
		if p.to == g.comm.Rank() {
			p.onTo, p.onFrom = Direct, Direct // a message that stays on the device
		}
		if p.to >= 0 || p.from >= 0 {
			x.passages = append(x.passages, p)
		}
	}
	return x
}

// note keeps that a call has failed.
func (x *DeviceExchange[T]) note(err error) error {
	x.failed = x.failed || err != nil
	return err
}

// Abandon says that the run of this rank has failed: Close waits for nobody then.
func (x *DeviceExchange[T]) Abandon() { x.failed = true }

// Pack begins an exchange of so many cells behind what the stream was given: it has the
// stream copy the edges. The field must stay as it is until then.
func (x *DeviceExchange[T]) Pack(depth int) error { return x.note(x.pack(depth)) }

func (x *DeviceExchange[T]) pack(depth int) error {
	switch {
	case x.depth > 0:
		return errors.New("halo: an exchange was started before the last one was finished")
	case depth < 1 || depth > x.grid.depth:
		return errorf("an exchange of %d cells of a halo of depth %d: want at least 1, and no more than that", depth, x.grid.depth)
	}
	if !x.joined {
		if err := x.join(); err != nil {
			return err
		}
		x.joined = true
	}
	x.depth = depth
	for _, p := range x.passages {
		p.edge, p.halo = x.grid.edge(p.dir, depth), x.grid.halo(p.dir, depth)
		p.sends, p.expects = p.edge.Cells(), p.halo.Cells()
		if err := x.begin(p); err != nil {
			return err
		}
	}
	return nil
}

// slot is which of two an exchange uses.
func (x *DeviceExchange[T]) slot() int { return x.number % 2 }

// outgoing is the message of the exchange under way.
func (x *DeviceExchange[T]) outgoing(p *devicePassage[T]) Message[T] {
	if p.onTo.linked() {
		return p.out[x.slot()]
	}
	return p.out[0]
}

// begin posts the receive of a passage and packs what it sends.
func (x *DeviceExchange[T]) begin(p *devicePassage[T]) (err error) {
	c := x.grid.comm
	if p.from >= 0 && p.from != c.Rank() {
		var values []T
		if !p.onFrom.linked() {
			values = p.in.values(p.expects)
		}
		if p.received, err = mpi.Irecv(c, values, p.from, p.tag); err != nil {
			return err
		}
	}
	if p.to < 0 {
		return nil
	}
	if p.onTo.linked() && x.number >= 2 {
		if err := x.stream.Wait(p.taken[x.slot()]); err != nil {
			return err
		}
	}
	return x.memory.Pack(p.edge, x.outgoing(p))
}

// Send sends what is packed; it waits for that where the host or MPI sends it.
func (x *DeviceExchange[T]) Send() error { return x.note(x.send()) }

func (x *DeviceExchange[T]) send() (err error) {
	me := x.grid.comm.Rank()
	for _, e := range x.events {
		if err := e.packed[x.slot()].Record(x.stream); err != nil {
			return err
		}
	}
	for _, p := range x.passages {
		if p.to >= 0 && p.to != me && !p.onTo.linked() {
			if err := x.stream.Synchronize(); err != nil {
				return err
			}
			break
		}
	}
	for _, p := range x.passages {
		if p.to < 0 || p.to == me {
			continue
		}
		var values []T
		if !p.onTo.linked() {
			values = p.out[0].values(p.sends)
		}
		if p.sent, err = mpi.Isend(x.grid.comm, values, p.to, p.tag); err != nil {
			return err
		}
	}
	return nil
}

// Finish waits for the messages and has the stream copy the halo. What staged messages are
// copied from must stay until it has: before the next Pack somebody has waited for it.
func (x *DeviceExchange[T]) Finish() error { return x.note(x.finish()) }

func (x *DeviceExchange[T]) finish() error {
	if x.depth == 0 {
		return nil
	}
	var failed error
	for _, p := range x.passages {
		err := mpi.Waitall(p.received, p.sent)
		p.received, p.sent = nil, nil
		if err == nil && p.from >= 0 {
			err = x.take(p)
		}
		if failed == nil {
			failed = err
		}
	}
	for _, e := range x.events {
		if failed == nil {
			failed = e.taken[x.slot()].Record(x.stream)
		}
	}
	x.depth = 0
	x.number++
	return failed
}

// take has the stream copy what has come to the halo.
func (x *DeviceExchange[T]) take(p *devicePassage[T]) error {
	if p.from == x.grid.comm.Rank() {
		return x.memory.Unpack(p.halo, p.out[0])
	}
	if p.onFrom.linked() {
		err := x.stream.Wait(p.packed[x.slot()])
		if err == nil {
			err = gpu.Copy(x.stream, p.in.device.Slice(0, p.expects), p.source[x.slot()].Slice(0, p.expects))
		}
		if err != nil {
			return err
		}
	}
	return x.memory.Unpack(p.halo, p.in)
}
