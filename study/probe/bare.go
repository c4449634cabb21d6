package probe

import "hybrid/mpi"

// The same trials in a loop of the MPI library's own language: what the library does
// by itself.

func (w *wire) bare(l mpi.Loop, bytes, many, n int) (seconds float64, err error) {
	seconds, _, err = w.c.Bare(l, w.out[:bytes], w.in[:bytes], many, n)
	return seconds, err
}

func (w *wire) barePingPong(bytes, n int) (float64, error) {
	s, err := w.bare(mpi.PingPong, bytes, 1, n)
	return s / float64(2*n), err
}

func (w *wire) bareWindow(bytes, n int) (float64, error) {
	many := windowOf(bytes)
	s, err := w.bare(mpi.Window, bytes, many, n)
	return float64(n*many) * float64(bytes) / s, err
}

func (w *wire) bareBurst(bytes, n int) (float64, error) {
	many := burstOf(bytes)
	s, err := w.bare(mpi.Burst, bytes, many, n)
	return s / float64(n*many), err
}

// bareSum is the time of an all-reduce on the slowest rank.
func (w *wire) bareSum(bytes, n int) (float64, error) {
	s, err := w.bare(mpi.Sum8, bytes, 0, n)
	return w.slowest(s/float64(n), err)
}

// slowest is the greatest of what all ranks found.
func (w *wire) slowest(seconds float64, err error) (float64, error) {
	if err != nil {
		return 0, err
	}
	all := []float64{seconds}
	err = mpi.Allreduce(w.c, all, all, mpi.Max)
	return all[0], err
}
