package mpi

import (
	"slices"
	"sync"
	"sync/atomic"
)

// An envelope is what messages are matched by. In a receive source and tag may
// be wildcards, which are negative, so that both kinds share one map.
type envelope struct {
	context, source, tag int32
}

// Bits of a receive's class: which of its fields are wildcards.
const (
	anySource = 1 << iota
	anyTag
	numClasses = 4
)

func (e envelope) class() int {
	class := 0
	if e.source == AnySource {
		class |= anySource
	}
	if e.tag == AnyTag {
		class |= anyTag
	}
	return class
}

// as is what a receive of that class that matches e looks like.
func (e envelope) as(class int) envelope {
	if class&anySource != 0 {
		e.source = AnySource
	}
	if class&anyTag != 0 {
		e.tag = AnyTag
	}
	return e
}

// meets says whether a receive with envelope e gets a message with envelope m.
func (e envelope) meets(m envelope) bool {
	return e.context == m.context && (e.source == m.source || e.source == AnySource) && (e.tag == m.tag || e.tag == AnyTag)
}

func (e envelope) status(n int) Status { return Status{int(e.source), int(e.tag), n} }

// A mailbox holds what one rank waits for and what waits for it. Of several
// receives that match, the one posted first is taken, of several messages the
// one that arrived first, which of one sender is the one sent first: MPI's order.
type mailbox struct {
	mu      sync.Mutex
	posted  postedQueue  // receives that no message has met
	arrived arrivedQueue // messages that no receive has met
	probes  []*localOp   // probes that have found nothing yet

	_        [64]byte     // only the owner touches what follows
	patience atomic.Int32 // how often it looks before it lets others run
	_        [64]byte
}

// arrive queues a message and completes the probes that were waiting for it.
// b.mu is held.
func (b *mailbox) arrive(o *localOp) {
	b.arrived.add(o)
	b.probes = slices.DeleteFunc(b.probes, func(p *localOp) bool {
		if !p.env.meets(o.env) {
			return false
		}
		p.queued = false
		p.status = o.env.status(len(o.data))
		p.complete()
		return true
	})
}

// withdraw takes o out of whatever it is queued in. It says false when another
// rank has taken it already and is about to complete it.
func (b *mailbox) withdraw(o *localOp) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !o.queued {
		return false
	}
	switch o.kind {
	case kindRecv:
		b.posted.remove(o)
	case kindProbe:
		b.probes = slices.DeleteFunc(b.probes, func(p *localOp) bool { return p == o })
		o.queued = false
	default:
		b.arrived.remove(o)
	}
	return true
}

// A fewOps is a short queue in order of time, searched from the front. It lies
// in one piece because both sides of every message touch it.
type fewOps struct {
	n   int
	ops [8]struct {
		env envelope
		op  *localOp
	}
}

func (f *fewOps) full() bool { return f.n == len(f.ops) }

func (f *fewOps) add(o *localOp) {
	f.ops[f.n].env, f.ops[f.n].op = o.env, o
	f.n++
}

func (f *fewOps) removeAt(i int) *localOp {
	o := f.ops[i].op
	copy(f.ops[i:f.n], f.ops[i+1:f.n])
	f.n--
	f.ops[f.n].op = nil
	return o
}

func (f *fewOps) remove(o *localOp) {
	for i := range f.n {
		if f.ops[i].op == o {
			f.removeAt(i)
			return
		}
	}
}
