package pattern

// BarrierDissemination returns on no rank before all have called it. In round
// k a rank tells the one 2^k above it, counted around the group, that it and the
// 2^k - 1 below it are here (Hensgen, Finkel and Manber 1988).
func BarrierDissemination(e Endpoint) error {
	p, r := e.Size(), e.Rank()
	for d := 1; d < p; d *= 2 {
		if err := e.Sendrecv(nil, (r+d)%p, nil, (r-d+p)%p, tagBarrier); err != nil {
			return err
		}
	}
	return nil
}

// BarrierTree is BarrierDissemination in 2 (p-1) messages in all instead of p lg p:
// word that all are here goes up a binomial tree, and down again. It takes twice as
// many steps one after the other, and pays where ranks share processors.
func BarrierTree(e Endpoint) error {
	p, r := e.Size(), e.Rank()
	d := 1
	for ; d < p && r&d == 0; d *= 2 {
		if r+d < p {
			if err := e.Recv(nil, r+d, tagBarrier); err != nil {
				return err
			}
		}
	}
	if r > 0 {
		if err := e.Send(nil, r-d, tagBarrier); err != nil {
			return err
		}
		if err := e.Recv(nil, r-d, tagBarrier); err != nil {
			return err
		}
	}
	for d /= 2; d > 0; d /= 2 {
		if r+d < p {
			if err := e.Send(nil, r+d, tagBarrier); err != nil {
				return err
			}
		}
	}
	return nil
}
