package mpi

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// A localOp is a send, receive or probe of the local transport from its call
// until it is done, and a message that was kept for its receiver.
type localOp struct {
	// What the other side touches, in one cache line.
	state  atomic.Uint32
	data   []byte
	status Status
	wake   chan struct{}

	err   error
	world *localWorld
	box   *mailbox   // where it is queued
	owner int        // rank in the world
	peer  int        // rank in the world of the other side, or AnySource
	self  int        // rank in the communicator
	held  *requestOp // that it is a part of, if somebody is to wait for it
	call  call       // the collective that it is a part of, if any
	kind  opKind

	queued   bool // this and what follows is guarded by box.mu
	env      envelope
	sequence uint64
	links    [numClasses + 1]link

	short [64]byte // data of a short message that was kept
}

type opKind uint8

const (
	kindSend opKind = iota
	kindRecv
	kindProbe
	kindKept
)

const (
	opPending uint32 = iota
	opParked         // pending, and its owner sleeps on wake
	opDone
)

// eagerLimit is the length up to which a message that finds no receive is
// copied, so that its sender can go on; a longer one stays with its sender
// until a receive takes it straight from there.
const eagerLimit = 16 << 10

var opPool = sync.Pool{New: func() any { return &localOp{wake: make(chan struct{}, 1)} }}

// borrowOp takes an operation that no one outside this file will see; giveBack
// returns it.
func borrowOp() *localOp { return opPool.Get().(*localOp) }

func (o *localOp) giveBack() {
	*o = localOp{wake: o.wake}
	opPool.Put(o)
}

// keep makes o a copy of a message.
func (o *localOp) keep(data []byte) {
	o.kind = kindKept
	if len(data) <= len(o.short) {
		o.data = o.short[:len(data)]
	} else {
		o.data = make([]byte, len(data))
	}
	copy(o.data, data)
}

// fill completes the receive o with a message.
func (o *localOp) fill(env envelope, data []byte) {
	o.status = env.status(len(data))
	if copy(o.data, data) < len(data) && o.err == nil {
		o.err = fail("Recv", ClassTruncate, "the message from rank %d with tag %d has %d bytes, the buffer %d",
			env.source, env.tag, len(data), len(o.data))
	}
	o.complete()
}

// complete is the last that another rank does to o: from then on it is its owner's.
func (o *localOp) complete() {
	if o.state.Swap(opDone) == opParked {
		o.wake <- struct{}{}
	}
}

// A rank waits first by looking, then by letting other goroutines run and
// looking in between, then asleep. How long it looks at first follows what helped
// last: where the other side runs on another processor, looking does; where it
// waits for this one, because the processors are shared with other work, only
// letting it run does. Where ranks outnumber the processors a rank sleeps at once:
// what others do in between is rarely what it waits for.
const (
	minLooks     = 16
	maxLooks     = 4000 // some 3 us
	looksBetween = 400
	yields       = 10
)

// wait returns when o is done or the world has ended. In the second case no
// other rank touches o or its data any more.
func (o *localOp) wait() (Status, error) {
	if !o.looked() {
		o.sleep()
	}
	return o.status, o.err
}

func (o *localOp) looked() bool {
	if o.done() {
		return true
	}
	if !o.world.spin {
		return false
	}
	patience := &o.world.boxes[o.owner].patience
	n := patience.Load()
	for range n {
		if o.done() {
			return true
		}
	}
	for range yields {
		if runtime.Gosched(); o.done() {
			patience.Store(max(n/2, minLooks))
			return true
		}
		for range looksBetween {
			if o.done() {
				patience.Store(min(2*n, maxLooks))
				return true
			}
		}
	}
	return false
}

func (o *localOp) done() bool { return o.state.Load() == opDone }

func (o *localOp) sleep() {
	if o.wake == nil {
		o.wake = make(chan struct{}, 1)
	}
	o.world.park(o)
	if o.state.CompareAndSwap(opPending, opParked) {
		o.world.turns.give()
		<-o.wake
		o.world.turns.take()
	}
	o.world.unpark(o)
}

func (o *localOp) test() (Status, bool, error) {
	if !o.done() {
		if !o.world.ended.Load() {
			o.world.turns.yield()
			return Status{}, false, nil
		}
		if o.box.withdraw(o) {
			return Status{}, false, o.world.abortedError()
		}
		for !o.done() {
			runtime.Gosched()
		}
	}
	return o.status, true, o.err
}

// waitsFor says what o waits for, for a report of a deadlock.
func (o *localOp) waitsFor() string {
	call := [...]string{kindSend: "Send to", kindRecv: "Recv from", kindProbe: "Probe of"}[o.kind]
	peer := fmt.Sprintf("rank %d", o.peer)
	if o.peer == AnySource {
		peer = "any rank"
	}
	if o.call.number > 0 {
		return fmt.Sprintf("waits in %s (%s %s)", o.call.name, call, peer)
	}
	tag := fmt.Sprintf("tag %d", o.env.tag)
	if o.env.tag == AnyTag {
		tag = "any tag"
	}
	return fmt.Sprintf("waits in %s %s, %s", call, peer, tag)
}
