package matmul

import (
	"fmt"
	"time"

	"hybrid/internal/gemm"
	"hybrid/internal/peak"
	"hybrid/internal/threads"
	kernels "hybrid/kernels_cuda"
)

// A cpuEngine multiplies on the processor.
type cpuEngine[T Real] struct {
	*Solver[T]
	gemm *gemm.Multiplier[T]
}

func newCPUEngine[T Real](s *Solver[T]) (*cpuEngine[T], error) {
	if how := s.options.Arithmetic; how != kernels.Chains {
		return nil, fmt.Errorf("matmul: %w: rank %d on %s has none", errTensor(how), s.comm.Rank(), s.comm.Host())
	}
	m, err := gemm.New[T](s.options.ISA, s.threads)
	return &cpuEngine[T]{s, m}, err
}

func (h *cpuEngine[T]) Filled(*Block[T]) error { return nil }
func (h *cpuEngine[T]) Ready(int) error        { return nil }
func (h *cpuEngine[T]) Finish() error          { return nil }
func (h *cpuEngine[T]) Close() error           { return nil }
func (h *cpuEngine[T]) Names() []string        { return []string{"gemm " + h.gemm.ISA().String()} }

// Reserve takes what the first panels are packed in.
func (h *cpuEngine[T]) Reserve() error {
	h.gemm.Prepare(h.product(panel{k: h.widest()}, nil, nil))
	return nil
}

func (h *cpuEngine[T]) Step(p panel, a, b []T) error {
	h.gemm.Multiply(h.product(p, a, b))
	return nil
}

// product is what a panel adds to C.
func (h *cpuEngine[T]) product(p panel, a, b []T) gemm.Product[T] {
	m, n, lda := h.C.Rows, h.C.Cols, p.k
	if h.grid.Cols == 1 && m > 0 {
		a, lda = h.A.Data[p.k0:], h.A.Cols
	}
	return gemm.Product[T]{M: m, N: n, K: p.k, Alpha: 1, Resume: p.k0 > 0,
		A: gemm.Matrix[T]{Data: a, LD: lda}, B: gemm.Matrix[T]{Data: b, LD: n}, C: gemm.Matrix[T]{Data: h.C.Data, LD: n}}
}

// Peak is what the threads together do on data in registers.
func (h *cpuEngine[T]) Peak(d time.Duration) float64 {
	k, err := peak.New[T](h.gemm.ISA())
	if err != nil {
		panic(err) // the multiplier has the instruction set
	}
	const rounds = 1 << 12 // some microseconds
	return threads.Fastest(h.threads, d, func(int) func() int64 {
		return func() int64 {
			k.Do(rounds)
			return int64(rounds * k.Flops())
		}
	})
}
