package probe

import (
	"hybrid/mpi"
	"hybrid/study/cloop"
)

// The same trials in a loop of the MPI library's own language: what the library does
// by itself.

func (w *wire) inC(l cloop.Loop, bytes, many, n int) (seconds float64, err error) {
	return cloop.Run(w.c, l, w.out[:bytes], w.in[:bytes], many, n)
}

func (w *wire) cPingPong(bytes, n int) (float64, error) {
	s, err := w.inC(cloop.PingPong, bytes, 1, n)
	return s / float64(2*n), err
}

func (w *wire) cWindow(bytes, n int) (float64, error) {
	many := windowOf(bytes)
	s, err := w.inC(cloop.Window, bytes, many, n)
	return float64(n*many) * float64(bytes) / s, err
}

func (w *wire) cBurst(bytes, n int) (float64, error) {
	many := burstOf(bytes)
	s, err := w.inC(cloop.Burst, bytes, many, n)
	return s / float64(n*many), err
}

// cSum is the time of an all-reduce on the slowest rank.
func (w *wire) cSum(bytes, n int) (float64, error) {
	s, err := w.inC(cloop.Sum8, bytes, 0, n)
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
