package tally

// Multiply does at least n multiplications of 32 by 32 bits, as many at once as
// the processor can, and nothing else: against the clock it tells what no
// Philox of this instruction set can exceed. It returns how many it did.
func (k *Kernel) Multiply(n uint64) uint64 {
	const vectors = 16
	lanes := max(k.insideLanes, 1)
	times := (n + vectors*lanes - 1) / (vectors * lanes)
	switch {
	case times == 0:
	case k.multiply != nil:
		k.multiply(int(times))
	default:
		multiplyGo(int(times), &[4]uint64{3, 5, 7, 11})
	}
	return times * vectors * lanes
}

// multiplyGo multiplies 16 times n times, in four chains of squares, which the
// compiler can neither drop nor shorten.
func multiplyGo(n int, v *[4]uint64) {
	a, b, c, d := v[0], v[1], v[2], v[3]
	for range n {
		a, b, c, d = a*a, b*b, c*c, d*d
		a, b, c, d = a*a, b*b, c*c, d*d
		a, b, c, d = a*a, b*b, c*c, d*d
		a, b, c, d = a*a, b*b, c*c, d*d
	}
	*v = [4]uint64{a, b, c, d}
}
