package pattern

// Pipeline passes parts of rank 0's buf through all ranks in order, each of which
// does its stage to a part as soon as it is there and hands it on, so that all of
// them work at the same time. Afterwards the buf of the last rank has all parts
// done, and those of the others what they handed on.
//
//	part        0   1   2   3
//	rank 0      s0  s0  s0  s0
//	rank 1          s1  s1  s1  s1
//	rank 2              s2  s2  s2  s2     time -->
//
// A stage that adds its rank's own values makes it a reduction, in the order of
// the ranks.
func Pipeline(e Endpoint, buf []byte, parts []Span, stage func(part Span) error) error {
	p, r := e.Size(), e.Rank()
	// A part travels on while the next one comes.
	for k := 0; k <= len(parts); k++ {
		var give, take []byte
		dest, source := -1, -1
		if k > 0 && r+1 < p {
			give, dest = parts[k-1].Of(buf), r+1
		}
		if k < len(parts) && r > 0 {
			take, source = parts[k].Of(buf), r-1
		}
		if err := shift(e, give, dest, take, source, tagPipeline); err != nil {
			return err
		}
		if k < len(parts) {
			if err := stage(parts[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

// shift is Sendrecv where either side may have nobody, told by a negative rank.
func shift(e Endpoint, send []byte, dest int, recv []byte, source, tag int) error {
	switch {
	case dest >= 0 && source >= 0:
		return e.Sendrecv(send, dest, recv, source, tag)
	case dest >= 0:
		return e.Send(send, dest, tag)
	case source >= 0:
		return e.Recv(recv, source, tag)
	}
	return nil
}
