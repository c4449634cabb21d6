package pattern

// BcastBinomial copies root's buf to every rank down a binomial tree: in each
// round every rank that has the data hands it to one that has not (Thakur,
// Rabenseifner and Gropp 2005, section 4.2). For short messages.
func BcastBinomial(e Endpoint, buf []byte, root int) error {
	p := e.Size()
	rel := (e.Rank() - root + p) % p
	d := 1
	for ; d < p; d *= 2 {
		if rel&d != 0 {
			if err := e.Recv(buf, (rel-d+root)%p, tagBcast); err != nil {
				return err
			}
			break
		}
	}
	for d /= 2; d > 0; d /= 2 {
		if rel+d < p {
			if err := e.Send(buf, (rel+d+root)%p, tagBcast); err != nil {
				return err
			}
		}
	}
	return nil
}

// BcastScatterAllgather copies root's buf to every rank by scattering it down
// a binomial tree and passing the pieces around a ring, which moves each byte
// twice instead of lg p times (Barnett et al. 1994). For long messages.
func BcastScatterAllgather(e Endpoint, buf []byte, root int) error {
	p := e.Size()
	rel := (e.Rank() - root + p) % p
	parts := Even(len(buf), 1, p)
	// The ranks rel..rel+d-1 form the subtree under rel; a prefix of parts is contiguous.
	run := func(lo, d int) []byte {
		hi := min(lo+d, p) - 1
		return buf[parts[lo].Off : parts[hi].Off+parts[hi].Len]
	}
	d := 1
	for ; d < p; d *= 2 {
		if rel&d != 0 {
			if err := e.Recv(run(rel, d), (rel-d+root)%p, tagBcast); err != nil {
				return err
			}
			break
		}
	}
	for d /= 2; d > 0; d /= 2 {
		if rel+d < p {
			if err := e.Send(run(rel+d, d), (rel+d+root)%p, tagBcast); err != nil {
				return err
			}
		}
	}
	at := neighbours{next: (rel + 1 + root) % p, prev: (rel - 1 + p + root) % p}
	return at.ring(e, buf, parts, rel, tagBcast)
}

// neighbours are the ranks beside one in a ring.
type neighbours struct{ next, prev int }

// ring passes parts around all ranks until all have all of them; the caller
// holds part own, and part own-1 is what prev holds.
func (n neighbours) ring(e Endpoint, buf []byte, parts []Span, own, tag int) error {
	p := len(parts)
	for i := range p - 1 {
		s, r := parts[(own-i+p)%p], parts[(own-i-1+p)%p]
		if err := e.Sendrecv(s.Of(buf), n.next, r.Of(buf), n.prev, tag); err != nil {
			return err
		}
	}
	return nil
}
