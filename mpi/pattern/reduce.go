package pattern

// ReduceBinomial leaves the combination of all ranks' send in root's recv, up
// a binomial tree (Thakur, Rabenseifner and Gropp 2005, section 4.4), in the
// order of the ranks from root on. recv is used at the root alone; there it may be
// send itself.
func ReduceBinomial(e Endpoint, send, recv []byte, f Combine, root int) error {
	p := e.Size()
	rel := (e.Rank() - root + p) % p
	acc := recv
	if rel != 0 {
		acc = scratch(len(send))
	}
	copy(acc, send)
	var in []byte
	for d := 1; d < p; d *= 2 {
		if rel&d != 0 {
			return e.Send(acc, (rel-d+root)%p, tagReduce)
		}
		if rel+d < p {
			if in == nil {
				in = scratch(len(send))
			}
			if err := e.Recv(in, (rel+d+root)%p, tagReduce); err != nil {
				return err
			}
			f(acc, acc, in)
		}
	}
	return nil
}

// AllreduceRecursiveDoubling replaces buf, of elements of elem bytes, on every
// rank by the combination of all: partners at distance 1, 2, 4, ... exchange what
// they have (Thakur, Rabenseifner and Gropp 2005, section 4.5). For short messages.
func AllreduceRecursiveDoubling(e Endpoint, buf []byte, elem int, f Combine) error {
	return folded(e, buf, elem, f, func(self int, rankOf func(int) int, power int) error {
		for d := 1; d < power; d *= 2 {
			other := self ^ d
			err := swap{buf, rankOf(other), buf, rankOf(other)}.combine(e, len(buf), elem, func(dst, got []byte) {
				inOrder(f, dst, dst, got, self, other)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// AllreduceTree is AllreduceRecursiveDoubling, to the bit, in 2 (p-1) messages in all
// instead of p lg p: up a binomial tree and down again. It takes twice as many steps
// one after the other, and pays where ranks share processors.
func AllreduceTree(e Endpoint, buf []byte, elem int, f Combine) error {
	return folded(e, buf, elem, f, func(self int, rankOf func(int) int, power int) error {
		d := 1
		for ; d < power && self&d == 0; d *= 2 {
			err := swap{dest: -1, take: buf, source: rankOf(self + d)}.combine(e, len(buf), elem, func(dst, got []byte) { f(dst, dst, got) })
			if err != nil {
				return err
			}
		}
		if self > 0 {
			above := rankOf(self - d)
			if err := (swap{give: buf, dest: above, source: -1}).combine(e, len(buf), elem, nil); err != nil {
				return err
			}
			if err := e.Recv(buf, above, tagAllreduce); err != nil {
				return err
			}
		}
		for d /= 2; d > 0; d /= 2 {
			if err := e.Send(buf, rankOf(self+d), tagAllreduce); err != nil {
				return err
			}
		}
		return nil
	})
}

// AllreduceRabenseifner replaces buf, of elements of elem bytes, on every rank
// by the combination of all: partners exchange halves, quarters, ... until each
// rank holds one finished piece, and the pieces are put together the same way
// back (Rabenseifner 2004). For long messages.
func AllreduceRabenseifner(e Endpoint, buf []byte, elem int, f Combine) error {
	return folded(e, buf, elem, f, func(self int, rankOf func(int) int, power int) error {
		parts := Even(len(buf)/elem, elem, power)
		run := func(b []byte, lo, hi int) []byte {
			return b[parts[lo].Off : parts[hi-1].Off+parts[hi-1].Len]
		}
		lo, hi := 0, power
		for d := 1; d < power; d *= 2 {
			other, mid := self^d, (lo+hi)/2
			giveLo, giveHi := mid, hi
			if self&d != 0 {
				giveLo, giveHi, lo = lo, mid, mid
			} else {
				hi = mid
			}
			most := (hi - lo) * parts[0].Len
			both := swap{run(buf, giveLo, giveHi), rankOf(other), run(buf, lo, hi), rankOf(other)}
			err := both.combine(e, most, elem, func(dst, got []byte) {
				inOrder(f, dst, dst, got, self, other)
			})
			if err != nil {
				return err
			}
		}
		for d := power / 2; d > 0; d /= 2 {
			n := hi - lo
			getLo := lo + n
			if self&d != 0 {
				getLo = lo - n
			}
			other := rankOf(self ^ d)
			if err := e.Sendrecv(run(buf, lo, hi), other, run(buf, getLo, getLo+n), other, tagAllreduce); err != nil {
				return err
			}
			lo, hi = min(lo, getLo), max(hi, getLo+n)
		}
		return nil
	})
}

// AllreduceRing replaces buf, of elements of elem bytes, on every rank by the
// combination of all: each piece travels once around the ring to be combined and
// once more to be handed out (Patarasuk and Yuan 2009). Each piece starts at
// another rank, so op must be commutative. For long messages.
func AllreduceRing(e Endpoint, buf []byte, elem int, f Combine) error {
	p, r := e.Size(), e.Rank()
	parts := Even(len(buf)/elem, elem, p)
	at := neighbours{next: (r + 1) % p, prev: (r - 1 + p) % p}
	for i := range p - 1 {
		give, take := parts[(r-i+p)%p], parts[(r-i-1+2*p)%p]
		err := swap{give.Of(buf), at.next, take.Of(buf), at.prev}.combine(e, parts[0].Len, elem, func(dst, got []byte) { f(dst, got, dst) })
		if err != nil {
			return err
		}
	}
	return at.ring(e, buf, parts, at.next, tagAllreduce)
}

// folded runs body on a power of two of the ranks. Of the first ranks, as many
// pairs as there are ranks too many let their upper one stand for both; the
// lower one gets the result at the end. body is told its number among those
// that take part and how to find the rank of another.
func folded(e Endpoint, buf []byte, elem int, f Combine, body func(self int, rankOf func(int) int, power int) error) error {
	p, r := e.Size(), e.Rank()
	power := powerBelow(p)
	extra := p - power
	rankOf := func(n int) int {
		if n < extra {
			return 2*n + 1
		}
		return n + extra
	}
	paired := r < 2*extra
	if paired && r%2 == 0 {
		if err := (swap{give: buf, dest: r + 1, source: -1}).combine(e, len(buf), elem, nil); err != nil {
			return err
		}
		return e.Recv(buf, r+1, tagAllreduce)
	}
	self := r - extra
	if paired {
		self = r / 2
		err := swap{dest: -1, take: buf, source: r - 1}.combine(e, len(buf), elem, func(dst, got []byte) { f(dst, got, dst) })
		if err != nil {
			return err
		}
	}
	if err := body(self, rankOf, power); err != nil {
		return err
	}
	if paired {
		return e.Send(buf, r-1, tagAllreduce)
	}
	return nil
}

// combinePiece is the bytes that are received before they are combined: few enough
// to be in the cache then.
const combinePiece = 64 << 10

// A swap sends give to rank dest and receives as much as take has from rank source. A
// negative rank is nobody. give and take may be the same.
type swap struct {
	give   []byte
	dest   int
	take   []byte
	source int
}

// combine swaps elements of elem bytes, a piece at a time, and has f combine each piece
// of take with what came for it. most is the greatest length of a give or take of any
// rank, so that all agree on the number of pieces.
func (s swap) combine(e Endpoint, most, elem int, f func(dst, got []byte)) error {
	pieces := max(1, (most+combinePiece-1)/combinePiece)
	for i := range pieces {
		g, t := piece(s.give, elem, i, pieces), piece(s.take, elem, i, pieces)
		got := scratchOf(e, len(t))
		if err := shift(e, g, s.dest, got, s.source, tagAllreduce); err != nil {
			return err
		}
		if s.source >= 0 {
			f(t, got)
		}
	}
	return nil
}

// piece is part i of n of elements of elem bytes.
func piece(buf []byte, elem, i, n int) []byte {
	count := len(buf) / elem
	return buf[count*i/n*elem : count*(i+1)/n*elem]
}

// inOrder combines with the lower rank's data on the left, so that both
// partners compute the same bits.
func inOrder(f Combine, dst, own, got []byte, self, other int) {
	if other < self {
		f(dst, got, own)
	} else {
		f(dst, own, got)
	}
}
