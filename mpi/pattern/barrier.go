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
