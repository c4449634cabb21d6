package heat

import "hybrid/internal/stencil"

// A sweep takes a band some steps on in one pass over its memory. It walks each
// strip in blocks of rows and takes a block through all the steps, each step one
// row behind the last, before it goes on to the next block, so that the rows it
// works on stay in the first-level cache:
//
//	step 3        [ block ]
//	step 2          [ block ]
//	step 1            [ block ]
//	step 0              [ block ]        rows ->
//
// A row outside the grid is not there and a halo row loses its meaning one step
// after another from the outside in, so the rows of a step end earlier than
// those of the last; the last step leaves just the rows that the next sweep
// needs. It is the parallelogram tiling of Wonnacott ("Achieving scalable
// locality with time skewing", 2002) over rows and columns, with the drift of
// package stencil in the place of a second array.
type sweep[T Real] struct {
	*band[T]
	kernel   *stencil.Kernel[T]
	coef     *stencil.Coef[T]
	zero     zero[T]
	boundary Boundary

	back  bool
	from  int // steps that were done before this sweep
	steps int // in this sweep
	after int // steps that come after it before halos are renewed
	block int // rows of a block

	// await returns when the halo rows of a remote side are there.
	await func()
	// poll is called now and then, so that messages make progress.
	poll func()

	d0          int  // drift before the first step
	low, high   side // in the order of the sweep
	first, last int  // first own row, and the row after the last, in the order of the sweep

	// Cache lines to prefetch per row, so that one pass through all steps brings a
	// whole block, and each step two rows.
	aheadRate, nearRate int

	columns []ringColumn // west and east after 0 steps, west and east after 1, ...
}

// run does the sweep. Rows are numbered u in the order of the sweep: u = m forth,
// and from the other end back.
func (s *sweep[T]) run() {
	s.d0 = s.drifted
	s.low, s.high = s.band.low, s.band.high
	s.first = s.band.first
	own := s.band.hi - s.band.lo
	if s.back {
		s.low, s.high = s.high, s.low
		s.first = s.rows - own - s.first
	}
	s.last = s.first + own
	clear(s.edges)
	s.ringColumns()
	lines := s.stride() / s.lanes
	s.aheadRate = (lines + s.steps - 1) / s.steps
	s.nearRate = (2*lines + s.block - 1) / s.block
	if s.low == remote {
		s.await()
	}
	for i := range s.strips {
		strip := i
		if s.back {
			strip = s.strips - 1 - i
		}
		s.strip(strip)
	}
	s.drifted = s.drift(s.steps)
}

// strip takes one strip through all steps.
func (s *sweep[T]) strip(strip int) {
	carried, _ := s.bounds(0)
	if s.low == ring {
		carried--
	}
	_, end := s.bounds(0)
	if s.high == ring {
		end++
	}
	lo1, _ := s.bounds(1)
	for from := lo1 + 1; ; from += s.block {
		to := min(from+s.block, end)
		if s.high == remote && to > s.last {
			s.await()
		}
		if to > carried {
			s.carry(strip, carried, to, 0)
			carried = to
		}
		ahead := s.ahead(strip, carried)
		covered := true
		for t := 1; t <= s.steps; t++ {
			lo, hi := s.bounds(t)
			covered = covered && from-t+s.block >= hi
			s.step(strip, max(lo, from-t), min(hi, from-t+s.block), t, ahead)
		}
		if covered {
			break
		}
		s.poll()
	}
}

// bounds are the rows that have a meaning after t steps of this sweep.
func (s *sweep[T]) bounds(t int) (lo, hi int) {
	lo, hi = s.first, s.last
	left := s.steps - t + s.after
	if s.low != ring {
		lo -= left
	}
	if s.high != ring {
		hi += left
	}
	return lo, hi
}

// drift is the drift after t steps.
func (s *sweep[T]) drift(t int) int {
	if s.back {
		return s.d0 - t
	}
	return s.d0 + t
}

// at is the index of group 0 of row u after t steps.
func (s *sweep[T]) at(strip, u, t int) int {
	return s.band.at(strip, s.number(u), s.drift(t))
}

// number turns a row of the sweep into one of the band.
func (s *sweep[T]) number(u int) int {
	if s.back {
		return s.rows - 1 - u
	}
	return u
}

// step does step t for rows [from, to) of a strip, and for the rows of the ring
// beside them. ahead is where the rows that have not been read yet begin.
func (s *sweep[T]) step(strip, from, to, t, ahead int) {
	if from >= to {
		return
	}
	top := s.low == ring && from == s.first
	bottom := s.high == ring && to == s.last
	west, east := s.columns[2*t], s.columns[2*t+1]
	fixed := west.strip == strip || east.strip == strip

	if top && s.boundary == Dirichlet {
		s.keep(strip, from-1, t) // before the step writes over its place
	}
	b := stencil.Block{At: s.at(strip, from, t), Stride: s.stride(), Rows: to - from, Groups: s.groups}
	b.Flush = s.zero.after(s.from + t)
	b.AheadRate, b.NearRate = s.aheadRate, s.nearRate
	b.Ahead = ahead + (t-1)*s.block*b.AheadRate*s.lanes
	var edges []T
	if t < s.steps && !fixed {
		edges = s.edges[2*(t*s.rows+from):]
	}
	if s.back {
		b.Stride = -b.Stride
		s.kernel.Back(s.buf, b, s.coef, edges)
	} else {
		s.kernel.Forth(s.buf, b, s.coef, edges)
	}
	if fixed {
		s.fix(strip, west, s.ringWest, b, from)
		s.fix(strip, east, s.ringEast, b, from)
		if t < s.steps {
			s.carry(strip, from, to, t)
		}
	}
	if top {
		if s.boundary == Neumann {
			s.mirror(strip, from-1, from, t)
		}
		s.carry(strip, from-1, from, t)
	}
	if bottom {
		if s.boundary == Neumann {
			s.mirror(strip, to, to-1, t)
		} else {
			s.keep(strip, to, t)
		}
		s.carry(strip, to, to+1, t)
	}
}

// ahead is where the next block of rows begins in memory that has not been read.
func (s *sweep[T]) ahead(strip, u int) int {
	if s.back {
		u += s.block - 1
	}
	return s.at(strip, u, 0)
}

// carry fills the halo groups of rows [from, to) after t steps.
func (s *sweep[T]) carry(strip, from, to, t int) {
	b := stencil.Block{At: s.at(strip, from, t), Stride: s.stride(), Rows: to - from, Groups: s.groups}
	edges := s.edges[2*(t*s.rows+from):]
	if s.back {
		b.Stride = -b.Stride
		s.kernel.CarryBack(s.buf, b, edges)
	} else {
		s.kernel.CarryForth(s.buf, b, edges)
	}
}

// keep moves a row of the ring on by a step, unchanged: by one row and one
// column, as the drift wants it.
func (s *sweep[T]) keep(strip, u, t int) {
	dst, src := s.at(strip, u, t), s.at(strip, u, t-1)
	if s.back {
		src += s.lanes
	} else {
		src -= s.lanes
	}
	copy(s.buf[dst:dst+s.width()], s.buf[src:src+s.width()])
}

// mirror copies row from to the row u of the ring.
func (s *sweep[T]) mirror(strip, u, from, t int) {
	dst, src := s.at(strip, u, t), s.at(strip, from, t)
	copy(s.buf[dst:dst+s.width()], s.buf[src:src+s.width()])
}

// A ringColumn says where a column of the ring and its neighbour in the interior
// lie after some step; in strip -1 where the band has none.
type ringColumn struct {
	strip, ring, inner int
}

// ringColumns finds the ring's columns after each step.
func (s *sweep[T]) ringColumns() {
	s.columns = s.columns[:0]
	for t := 0; t <= s.steps; t++ {
		for _, c := range s.band.ringColumns() {
			at := ringColumn{strip: -1}
			if c.is {
				at.strip, at.ring = s.place(c.ring, s.drift(t))
				_, at.inner = s.place(c.inner, s.drift(t))
			}
			s.columns = append(s.columns, at)
		}
	}
}

// fix sets a column of the ring in a block that begins with row u, if it is in
// the block's strip.
func (s *sweep[T]) fix(strip int, c ringColumn, kept []T, b stencil.Block, u int) {
	if c.strip != strip {
		return
	}
	at := b.At
	if s.boundary == Neumann {
		for range b.Rows {
			s.buf[at+c.ring] = s.buf[at+c.inner]
			at += b.Stride
		}
		return
	}
	step := 1
	if s.back {
		step = -1
	}
	for m := s.number(u); at != b.At+b.Rows*b.Stride; m += step {
		s.buf[at+c.ring] = kept[m]
		at += b.Stride
	}
}
