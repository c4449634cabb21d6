package mpi

// Both queues keep a few operations in a row and, once they are more, index
// them by envelope until none is left. Then finding a match takes four look-ups
// at most, however many wait.

// A postedQueue holds receives; the index has each under its own envelope.
type postedQueue struct {
	few      fewOps
	many     int // those in the index; 0: all are in few
	index    map[envelope]chain
	waiting  [numClasses]int // receives of each class in the index
	sequence uint64
}

func (q *postedQueue) add(o *localOp) {
	o.queued = true
	if q.many == 0 {
		if !q.few.full() {
			q.few.add(o)
			return
		}
		if q.index == nil {
			q.index = make(map[envelope]chain)
		}
		for q.few.n > 0 {
			q.addIndexed(q.few.removeAt(0))
		}
	}
	q.addIndexed(o)
}

func (q *postedQueue) addIndexed(o *localOp) {
	q.sequence++
	o.sequence = q.sequence
	push(q.index, o.env, o, 0)
	q.waiting[o.env.class()]++
	q.many++
}

// take removes the receive that a message with this envelope meets.
func (q *postedQueue) take(m envelope) *localOp {
	if q.many == 0 {
		for i := range q.few.n {
			if q.few.ops[i].env.meets(m) {
				o := q.few.removeAt(i)
				o.queued = false
				return o
			}
		}
		return nil
	}
	var first *localOp
	for class, n := range q.waiting {
		if n == 0 {
			continue
		}
		if o := q.index[m.as(class)].head; o != nil && (first == nil || o.sequence < first.sequence) {
			first = o
		}
	}
	if first != nil {
		q.remove(first)
	}
	return first
}

func (q *postedQueue) remove(o *localOp) {
	o.queued = false
	if q.many == 0 {
		q.few.remove(o)
		return
	}
	pull(q.index, o.env, o, 0)
	q.waiting[o.env.class()]--
	q.many--
}

// An arrivedQueue holds messages. The index has each under its envelope and
// under it with wildcards, the latter for such classes only as a receive has
// looked for; all has them in order of arrival.
type arrivedQueue struct {
	few     fewOps
	many    int
	all     chain
	index   map[envelope]chain
	indexed [numClasses]bool
}

// allLink is the link that all uses, after one for each class.
const allLink = numClasses

func (q *arrivedQueue) add(o *localOp) {
	o.queued = true
	if q.many == 0 {
		if !q.few.full() {
			q.few.add(o)
			return
		}
		if q.index == nil {
			q.index = make(map[envelope]chain)
			q.indexed[0] = true
		}
		for q.few.n > 0 {
			q.addIndexed(q.few.removeAt(0))
		}
	}
	q.addIndexed(o)
}

func (q *arrivedQueue) addIndexed(o *localOp) {
	q.all.push(o, allLink)
	for class, on := range q.indexed {
		if on {
			push(q.index, o.env.as(class), o, class)
		}
	}
	q.many++
}

// first is the message that a receive with envelope e meets; it stays queued.
func (q *arrivedQueue) first(e envelope) *localOp {
	if q.many == 0 {
		for i := range q.few.n {
			if e.meets(q.few.ops[i].env) {
				return q.few.ops[i].op
			}
		}
		return nil
	}
	if class := e.class(); !q.indexed[class] {
		q.indexed[class] = true
		for o := q.all.head; o != nil; o = o.links[allLink].next {
			push(q.index, o.env.as(class), o, class)
		}
	}
	return q.index[e].head
}

func (q *arrivedQueue) remove(o *localOp) {
	o.queued = false
	if q.many == 0 {
		q.few.remove(o)
		return
	}
	q.all.pull(o, allLink)
	for class, on := range q.indexed {
		if on {
			pull(q.index, o.env.as(class), o, class)
		}
	}
	q.many--
}

// list is all messages, the one that arrived first at the front.
func (q *arrivedQueue) list() (all []*localOp) {
	for i := range q.few.n {
		all = append(all, q.few.ops[i].op)
	}
	for o := q.all.head; o != nil; o = o.links[allLink].next {
		all = append(all, o)
	}
	return all
}

// A chain is a doubly linked list through one of its elements' links.
type chain struct{ head, tail *localOp }

type link struct{ next, prev *localOp }

func (c *chain) push(o *localOp, l int) {
	o.links[l] = link{nil, c.tail}
	if c.tail == nil {
		c.head = o
	} else {
		c.tail.links[l].next = o
	}
	c.tail = o
}

func (c *chain) pull(o *localOp, l int) {
	at := &o.links[l]
	if at.prev == nil {
		c.head = at.next
	} else {
		at.prev.links[l].next = at.next
	}
	if at.next == nil {
		c.tail = at.prev
	} else {
		at.next.links[l].prev = at.prev
	}
	*at = link{}
}

func push(m map[envelope]chain, key envelope, o *localOp, l int) {
	c := m[key]
	c.push(o, l)
	m[key] = c
}

func pull(m map[envelope]chain, key envelope, o *localOp, l int) {
	c := m[key]
	c.pull(o, l)
	if c.head == nil {
		delete(m, key)
	} else {
		m[key] = c
	}
}
