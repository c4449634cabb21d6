package pattern

// GatherBinomial puts the equally long send of every rank into root's recv, in
// rank order, up a binomial tree (Thakur, Rabenseifner and Gropp 2005). For
// short messages; recv is used at the root alone.
func GatherBinomial(e Endpoint, send, recv []byte, root int) error {
	p, n := e.Size(), len(send)
	rel := (e.Rank() - root + p) % p
	below := subtree(rel, p)
	tree := scratchOf(e, below*n) // of the ranks rel, rel+1, ...
	copy(tree, send)
	for d := 1; d < p; d *= 2 {
		if rel&d != 0 {
			return e.Send(tree, (rel-d+root)%p, tagGather)
		}
		if rel+d < p {
			part := tree[d*n : min(2*d, below)*n]
			if err := e.Recv(part, (rel+d+root)%p, tagGather); err != nil {
				return err
			}
		}
	}
	split := (p - root) * n
	copy(recv[root*n:], tree[:split])
	copy(recv, tree[split:])
	return nil
}

// ScatterBinomial cuts root's send into equal pieces and puts the one of each
// rank into its recv, down a binomial tree. For short messages; send is used at
// the root alone.
func ScatterBinomial(e Endpoint, send, recv []byte, root int) error {
	p, n := e.Size(), len(recv)
	rel := (e.Rank() - root + p) % p
	below := subtree(rel, p)
	tree := scratchOf(e, below*n)
	d := 1
	if rel == 0 {
		copy(tree, send[root*n:])
		copy(tree[(p-root)*n:], send[:root*n])
		for d < p {
			d *= 2
		}
	} else {
		for rel&d == 0 {
			d *= 2
		}
		if err := e.Recv(tree, (rel-d+root)%p, tagScatter); err != nil {
			return err
		}
	}
	for d /= 2; d > 0; d /= 2 {
		if rel+d < p {
			part := tree[d*n : min(2*d, below)*n]
			if err := e.Send(part, (rel+d+root)%p, tagScatter); err != nil {
				return err
			}
		}
	}
	copy(recv, tree[:n])
	return nil
}

// subtree is the number of ranks in rel's part of the binomial tree over p.
func subtree(rel, p int) int {
	n := p
	if rel != 0 {
		n = rel & -rel
	}
	return min(n, p-rel)
}

// GatherLinear puts the send of every rank into its part of root's recv, each
// straight from its sender. recv and parts are used at the root alone; parts
// may be of any length, none included.
func GatherLinear(e Endpoint, send, recv []byte, parts []Span, root int) error {
	if e.Rank() != root {
		return e.Send(send, root, tagGather)
	}
	copy(parts[root].Of(recv), send)
	for r := range e.Size() {
		if r != root {
			if err := e.Recv(parts[r].Of(recv), r, tagGather); err != nil {
				return err
			}
		}
	}
	return nil
}

// ScatterLinear puts each part of root's send into its rank's recv, straight.
// send and parts are used at the root alone.
func ScatterLinear(e Endpoint, send []byte, parts []Span, recv []byte, root int) error {
	if e.Rank() != root {
		return e.Recv(recv, root, tagScatter)
	}
	copy(recv, parts[root].Of(send))
	for r := range e.Size() {
		if r != root {
			if err := e.Send(parts[r].Of(send), r, tagScatter); err != nil {
				return err
			}
		}
	}
	return nil
}

// AllgatherRing puts the send of every rank into its part of every rank's recv
// by passing the parts around a ring (Thakur, Rabenseifner and Gropp 2005,
// section 4.1). Parts may be of any length.
func AllgatherRing(e Endpoint, send, recv []byte, parts []Span) error {
	p, r := e.Size(), e.Rank()
	copy(parts[r].Of(recv), send)
	at := neighbours{next: (r + 1) % p, prev: (r - 1 + p) % p}
	return at.ring(e, recv, parts, r, tagAllgather)
}

// AllgatherTree is AllgatherRing in some 2 log2 p steps instead of p - 1, each of
// which waits for one rank and not for all: rank 0 gathers the parts and hands
// round the whole. It pays for short parts of many ranks. The parts lie one after
// the other.
func AllgatherTree(e Endpoint, send, recv []byte, parts []Span) error {
	if equal(parts) {
		return AllgatherTreeEqual(e, send, recv)
	}
	if err := GatherLinear(e, send, recv, parts, 0); err != nil {
		return err
	}
	return BcastBinomial(e, recv, 0)
}

// AllgatherTreeEqual is AllgatherTree of parts of one length.
func AllgatherTreeEqual(e Endpoint, send, recv []byte) error {
	if err := GatherBinomial(e, send, recv, 0); err != nil {
		return err
	}
	return BcastBinomial(e, recv, 0)
}

// Contiguous tells whether the parts lie one after the other from the beginning.
func Contiguous(parts []Span) bool {
	at := 0
	for _, s := range parts {
		if s.Off != at {
			return false
		}
		at += s.Len
	}
	return true
}

// equal tells whether the parts have one length.
func equal(parts []Span) bool {
	for _, s := range parts {
		if s.Len != parts[0].Len {
			return false
		}
	}
	return true
}

// AlltoallPairwise puts part d of every rank's send into the part of that rank
// in rank d's recv; in step i a rank sends to the one i above it and receives
// from the one i below (Thakur, Rabenseifner and Gropp 2005, section 4.3).
func AlltoallPairwise(e Endpoint, send []byte, sparts []Span, recv []byte, rparts []Span) error {
	p, r := e.Size(), e.Rank()
	copy(rparts[r].Of(recv), sparts[r].Of(send))
	for i := 1; i < p; i++ {
		dest, source := (r+i)%p, (r-i+p)%p
		if err := e.Sendrecv(sparts[dest].Of(send), dest, rparts[source].Of(recv), source, tagAlltoall); err != nil {
			return err
		}
	}
	return nil
}

// AlltoallBruck is AlltoallPairwise of parts of n bytes in lg p steps instead of p - 1:
// in step k all that has a way to go whose bit k is set travels 2^k ranks up, in one
// message (Bruck et al. 1997; Thakur, Rabenseifner and Gropp 2005, section 4.3). Each
// byte moves lg p / 2 times. For short parts of many ranks.
func AlltoallBruck(e Endpoint, send, recv []byte, n int) error {
	p, r := e.Size(), e.Rank()
	way := make([]byte, p*n) // part i has i ranks to go up, or had when it left
	split := copy(way, send[r*n:])
	copy(way[split:], send[:r*n])
	half := (p + 1) / 2 * n
	out, in := make([]byte, half), make([]byte, half)
	for d := 1; d < p; d *= 2 {
		at := 0
		for i := d; i < p; i += 2 * d {
			at += copy(out[at:], way[i*n:min(i+d, p)*n])
		}
		if err := e.Sendrecv(out[:at], (r+d)%p, in[:at], (r-d+p)%p, tagAlltoall); err != nil {
			return err
		}
		at = 0
		for i := d; i < p; i += 2 * d {
			at += copy(way[i*n:min(i+d, p)*n], in[at:])
		}
	}
	for i := range p {
		copy(recv[(r-i+p)%p*n:][:n], way[i*n:])
	}
	return nil
}
