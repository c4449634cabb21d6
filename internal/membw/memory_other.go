//go:build !unix

package membw

// allocate takes memory for n numbers from Go's heap; release leaves it to the collector.
func allocate(n int) (memory []float64, release func(), err error) {
	return make([]float64, n), func() {}, nil
}
