package membw

// The loops are plain: one element an iteration moves data faster than memory delivers it, and a compiled C loop with
// vector instructions measures the same. The race detector leaves them alone: it would measure itself, for seconds, and
// newTeam gives each thread elements of its own.

//go:norace
func initialize(a, b, c []float64) {
	b, c = b[:len(a)], c[:len(a)]
	for i := range a {
		a[i], b[i], c[i] = a0, b0, c0
	}
}

//go:norace
func copyKernel(c, a []float64) {
	a = a[:len(c)]
	for i := range c {
		c[i] = a[i]
	}
}

//go:norace
func scaleKernel(b, c []float64, s float64) {
	c = c[:len(b)]
	for i := range b {
		b[i] = s * c[i]
	}
}

//go:norace
func addKernel(c, a, b []float64) {
	a, b = a[:len(c)], b[:len(c)]
	for i := range c {
		c[i] = a[i] + b[i]
	}
}

//go:norace
func triadKernel(a, b, c []float64, s float64) {
	b, c = b[:len(a)], c[:len(a)]
	for i := range a {
		a[i] = b[i] + s*c[i]
	}
}
