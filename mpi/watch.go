package mpi

import (
	"fmt"
	"sync/atomic"
)

// An Activity tells another goroutine what a rank does: whether it moves, and what it
// waits for if it does not. See Comm.Watch.
type Activity struct {
	moves atomic.Uint64
	doing atomic.Uint64 // a Doing
	_     [48]byte      // ranks of one process have a cache line each
}

// Advance notes that the rank has come further in its own work. Any goroutine may call it.
func (a *Activity) Advance() { a.moves.Add(1) }

// Moves grows whenever the rank begins or ends a call here, finds a message that it has
// asked for, or advances. While it stays the rank computes, waits, or is stuck.
func (a *Activity) Moves() uint64 { return a.moves.Load() }

// Doing is what the rank does.
func (a *Activity) Doing() Doing { return Doing(a.doing.Load()) }

// Return notes that the rank's work is over, and that it waits for the others to return.
func (a *Activity) Return() { a.begin(watchReturn, AnySource) }

// Doing is what a rank does, as a number that may travel: 0 is computing, and everything
// else a wait.
type Doing uint64

type watchedCall uint8

const (
	watchNothing watchedCall = iota
	watchReturn
	watchSend
	watchRecv
	watchSendrecv
	watchWaitSend
	watchWaitRecv
	watchProbe
	watchCollective // and what follows: one for each callName
)

func doing(call watchedCall, peer int) Doing { return Doing(call)<<32 | Doing(uint32(peer)) }

// Waits tells whether the rank waits for another one.
func (d Doing) Waits() bool { return d != 0 }

// Returned tells whether the rank's work is over.
func (d Doing) Returned() bool { return d.call() == watchReturn }

func (d Doing) call() watchedCall { return watchedCall(d >> 32) }

// Peer is the rank that it waits for; false where that may be any.
func (d Doing) Peer() (rank int, one bool) {
	peer := int(int32(uint32(d)))
	return peer, d.call() > watchReturn && d.call() < watchCollective && peer >= 0
}

// String is "computes", "waits in Recv for rank 3", "waits in Allreduce" or "has
// returned".
func (d Doing) String() string {
	switch call := d.call(); {
	case call == watchNothing:
		return "computes"
	case call == watchReturn:
		return "has returned"
	case call >= watchCollective && int(call-watchCollective) < len(callNames):
		return "waits in " + callNames[call-watchCollective]
	case call >= watchCollective:
		return "waits in a call of another version"
	default:
		name := [...]string{watchSend: "Send", watchRecv: "Recv", watchSendrecv: "Sendrecv", watchWaitSend: "Isend", watchWaitRecv: "Irecv", watchProbe: "Probe"}[call]
		if peer, one := d.Peer(); one {
			return fmt.Sprintf("waits in %s for rank %d", name, peer)
		}
		return fmt.Sprintf("waits in %s for any rank", name)
	}
}

// Watch has the communicator note what its rank does, and every one made from it. It
// costs each call two writes of memory that no other core uses, and a request an
// allocation; where it is not called, nothing. Peers are numbered as in the communicator
// that Run hands out.
func (c *Comm) Watch() *Activity {
	w, watched := c.t.(*watchedTransport)
	if !watched {
		w = watch(c.t, new(Activity))
		c.t = w
	}
	return w.activity
}

// Advance notes, where the communicator is watched, that the rank has come further in
// its own work: for what takes long without a call here. Any goroutine may call it.
func (c *Comm) Advance() {
	if w, watched := c.t.(*watchedTransport); watched {
		w.activity.Advance()
	}
}

func (a *Activity) begin(call watchedCall, peer int) {
	a.doing.Store(uint64(doing(call, peer)))
	a.moves.Add(1)
}

func (a *Activity) end() {
	a.doing.Store(0)
	a.moves.Add(1)
}

// A watchedTransport is another one, and notes what its rank does.
type watchedTransport struct {
	transport
	activity *Activity
	world    []int // rank here -> rank of the world
}

func watch(t transport, a *Activity) *watchedTransport {
	w := &watchedTransport{transport: t, activity: a}
	if n, numbered := t.(interface{ worldRanks() []int }); numbered {
		w.world = n.worldRanks()
	}
	return w
}

func (w *watchedTransport) begin(call watchedCall, peer int) { w.activity.begin(call, w.number(peer)) }

func (w *watchedTransport) collective(name callName) {
	w.activity.begin(watchCollective+watchedCall(name), AnySource)
}

func (w *watchedTransport) send(b buffer, dest, tag int) error {
	w.begin(watchSend, dest)
	defer w.activity.end()
	return w.transport.send(b, dest, tag)
}

func (w *watchedTransport) recv(b buffer, source, tag int) (Status, error) {
	w.begin(watchRecv, source)
	defer w.activity.end()
	return w.transport.recv(b, source, tag)
}

func (w *watchedTransport) sendrecv(s buffer, dest, stag int, r buffer, source, rtag int) (Status, error) {
	w.begin(watchSendrecv, source)
	defer w.activity.end()
	return w.transport.sendrecv(s, dest, stag, r, source, rtag)
}

// probe of a rank that only looks leaves it waiting if it finds nothing: one that looks
// again and again, and does nothing else, does not move.
func (w *watchedTransport) probe(source, tag int, wait bool) (Status, bool, error) {
	if wait {
		w.begin(watchProbe, source)
	}
	st, found, err := w.transport.probe(source, tag, wait)
	if found || wait || err != nil {
		w.activity.end()
	} else {
		w.activity.doing.Store(uint64(doing(watchProbe, w.number(source))))
	}
	return st, found, err
}

func (w *watchedTransport) number(peer int) int {
	if peer >= 0 && peer < len(w.world) {
		return w.world[peer]
	}
	return peer
}

func (w *watchedTransport) isend(b buffer, dest, tag int) (*Request, error) {
	r, err := w.transport.isend(b, dest, tag)
	return w.request(r, watchWaitSend, dest), err
}

func (w *watchedTransport) irecv(b buffer, source, tag int) (*Request, error) {
	r, err := w.transport.irecv(b, source, tag)
	return w.request(r, watchWaitRecv, source), err
}

// A watchedRequest is another one, and notes that its rank waits for it.
type watchedRequest struct {
	pending
	w    *watchedTransport
	call watchedCall
	peer int
}

func (w *watchedTransport) request(r *Request, call watchedCall, peer int) *Request {
	w.activity.Advance()
	if r != nil && !r.done {
		r.p = &watchedRequest{r.p, w, call, w.number(peer)}
	}
	return r
}

func (r *watchedRequest) wait() (Status, error) {
	r.w.activity.begin(r.call, r.peer)
	defer r.w.activity.end()
	return r.pending.wait()
}

// test leaves the rank waiting if it finds nothing, as probe does.
func (r *watchedRequest) test() (Status, bool, error) {
	st, done, err := r.pending.test()
	if done || err != nil {
		r.w.activity.end()
	} else {
		r.w.activity.doing.Store(uint64(doing(r.call, r.peer)))
	}
	return st, done, err
}

func (w *watchedTransport) barrier() error {
	w.collective(callBarrier)
	defer w.activity.end()
	return w.transport.barrier()
}

func (w *watchedTransport) bcast(b buffer, root int) error {
	w.collective(callBcast)
	defer w.activity.end()
	return w.transport.bcast(b, root)
}

func (w *watchedTransport) reduce(send, recv buffer, op Op, root int) error {
	w.collective(toAll(callReduce, callAllreduce, root))
	defer w.activity.end()
	return w.transport.reduce(send, recv, op, root)
}

func (w *watchedTransport) scan(send, recv buffer, op Op) error {
	w.collective(callScan)
	defer w.activity.end()
	return w.transport.scan(send, recv, op)
}

func (w *watchedTransport) gather(send, recv buffer, parts *layout, root int) error {
	w.collective(toAll(callGather, callAllgather, root))
	defer w.activity.end()
	return w.transport.gather(send, recv, parts, root)
}

func (w *watchedTransport) scatter(send buffer, parts *layout, recv buffer, root int) error {
	w.collective(callScatter)
	defer w.activity.end()
	return w.transport.scatter(send, parts, recv, root)
}

func (w *watchedTransport) alltoall(send buffer, sparts *layout, recv buffer, rparts *layout) error {
	w.collective(callAlltoall)
	defer w.activity.end()
	return w.transport.alltoall(send, sparts, recv, rparts)
}

func (w *watchedTransport) split(color, key int) (transport, int, int, error) {
	w.collective(callSplit)
	defer w.activity.end()
	return w.made(w.transport.split(color, key))
}

func (w *watchedTransport) node() (transport, int, int, error) {
	w.collective(callNode)
	defer w.activity.end()
	return w.made(w.transport.node())
}

func (w *watchedTransport) made(t transport, rank, size int, err error) (transport, int, int, error) {
	if t != nil && err == nil {
		t = watch(t, w.activity)
	}
	return t, rank, size, err
}

func toAll(one, all callName, root int) callName {
	if root == everyRank {
		return all
	}
	return one
}
