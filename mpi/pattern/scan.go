package pattern

// ScanRecursiveDoubling replaces buf on rank r by the combination of ranks
// 0..r (Hillis and Steele 1986).
func ScanRecursiveDoubling(e Endpoint, buf []byte, f Combine) error {
	p, r := e.Size(), e.Rank()
	whole := scratch(len(buf)) // of the ranks of this one's block of d
	in := scratch(len(buf))
	copy(whole, buf)
	for d := 1; d < p; d *= 2 {
		other := r ^ d
		if other >= p {
			continue
		}
		if err := e.Sendrecv(whole, other, in, other, tagScan); err != nil {
			return err
		}
		if other < r {
			f(buf, in, buf)
		}
		inOrder(f, whole, whole, in, r, other)
	}
	return nil
}

// ScanLinear is ScanRecursiveDoubling along a line, each rank waiting for the
// one below: the order of a plain loop over the ranks.
func ScanLinear(e Endpoint, buf []byte, f Combine) error {
	p, r := e.Size(), e.Rank()
	if r > 0 {
		in := scratch(len(buf))
		if err := e.Recv(in, r-1, tagScan); err != nil {
			return err
		}
		f(buf, in, buf)
	}
	if r+1 < p {
		return e.Send(buf, r+1, tagScan)
	}
	return nil
}
