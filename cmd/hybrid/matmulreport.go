package main

import (
	"math"
	"slices"
	"strings"
	"time"

	"hybrid/internal/plain"
	"hybrid/mpi/gather"
)

// matmulResult is the same for any ranks and devices, but for tensor cores. A
// number is null where elements of C are not finite.
type matmulResult struct {
	Rows int      `json:"rows"`
	Cols int      `json:"cols"`
	Sum  *float64 `json:"sum"`
	Norm *float64 `json:"norm"` // Frobenius
	Max  *float64 `json:"max"`  // largest magnitude
	// Arithmetic is chains (every element one chain of fused multiply-adds), tensor
	// or tf32.
	Arithmetic string `json:"arithmetic"`
	// ErrorBound is c of |C - AB| <= c |A||B|, element by element.
	ErrorBound float64 `json:"error_bound"`
}

type matmulMetrics struct {
	Flops float64 `json:"flops"` // floating-point operations a second
	// PeakFlops is what the arithmetic units of all ranks do at best, and
	// PeakFraction Flops as a part of it; null where it is not known.
	PeakFlops      *float64 `json:"peak_flops"`
	PeakFraction   *float64 `json:"peak_fraction"`
	WaitSeconds    float64  `json:"wait_seconds"` // for panels, mean over the ranks
	ComputeSeconds float64  `json:"compute_seconds"`
	BytesSent      float64  `json:"bytes_sent"`
	MatrixBytes    int      `json:"matrix_bytes"` // memory of the blocks and panels, all ranks
	DeviceBytes    int      `json:"device_bytes"`
	PeakBytes      int      `json:"peak_bytes"`
	Kernels        []string `json:"kernels"` // that ran, on any rank
}

// report measures the limit and fills in the report.
func (j *matmulJob[T]) report(r *report) error {
	costs := j.solver.Costs()
	all, err := j.job.sum(costs.Wait.Seconds(), costs.Compute.Seconds(), costs.Bytes, float64(costs.MatrixBytes), float64(costs.DeviceBytes))
	if err != nil {
		return err
	}
	names, err := gather.ToRoot(j.comm, j.solver.Kernels())
	if err != nil {
		return err
	}
	peak, err := j.limit(func() (float64, error) {
		if limit := j.solver.Limit(50 * time.Millisecond); limit > 0 {
			return limit, nil
		}
		return math.Inf(-1), nil // nor is the sum known
	})
	if err != nil {
		return err
	}
	p, ranks := j.problem, float64(j.comm.Size())
	m := matmulMetrics{
		WaitSeconds: all[0] / ranks, ComputeSeconds: all[1] / ranks, BytesSent: all[2],
		MatrixBytes: int(all[3]), DeviceBytes: int(all[4]), PeakBytes: r.peakBytes,
		Kernels: slices.Compact(slices.Sorted(slices.Values(slices.Concat(names...)))),
	}
	if r.Seconds > 0 {
		m.Flops = p.Flops() / r.Seconds
	}
	result := matmulResult{
		Rows: p.M, Cols: p.N, Sum: finite(j.sum.Sum), Norm: finite(j.sum.Norm), Max: finite(j.sum.Max),
		Arithmetic: map[string]string{"off": "chains", "f64": "tensor", "tf32": "tf32"}[j.Tensor],
		ErrorBound: j.Arithmetic.Bound(p.K, bytesOf(j.DType)),
	}
	g := j.solver.Grid()
	r.Params = r.params().Set("m", p.M).Set("n", p.N).Set("k", p.K).Set("grid_rows", g.Rows).Set("grid_cols", g.Cols)
	from := "at random"
	if j.A != "" {
		from = "from " + plain.Text(j.A) + " and " + plain.Text(j.B)
	}
	r.say("product", "%d x %d times %d x %d, %s, %s", p.M, p.K, p.K, p.N, j.DType, from)
	r.say("result", "sum %.10g, Frobenius norm %.10g, largest magnitude %.10g", j.sum.Sum, j.sum.Norm, j.sum.Max)
	r.say("kernels", "%s", strings.Join(m.Kernels, ", "))
	if j.Tensor != "off" {
		r.say("accuracy", "every element within %.2g of its row of |A| times its column of |B|: %s", result.ErrorBound,
			map[string]string{"f64": "the order of sums is the tensor cores'", "tf32": "factors have 11 binary digits"}[j.Tensor])
	}
	if m.PeakFraction = r.speed(m.Flops, peak, "flop", "that the multiply-adders do"); peak > 0 {
		m.PeakFlops = &peak
	}
	if ranks > 1 {
		r.rate("panels", "%.1f %% of the time waiting for them, on a grid of %d x %d ranks",
			100*m.WaitSeconds/(m.WaitSeconds+m.ComputeSeconds), g.Rows, g.Cols)
	}
	r.verify = "checks the product by Freivalds' method"
	r.Result, r.Metrics = result, m
	r.files(j.Out)
	return nil
}

// finite is a number for JSON, which knows no infinity.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
