package matmul

import (
	"context"
	"slices"
	"strings"
	"time"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
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
	// KernelSeconds is the time in which devices multiplied, mean over those that did, and
	// KernelFlops what they did a second in it, all together; null without devices.
	KernelSeconds *float64 `json:"kernel_seconds"`
	KernelFlops   *float64 `json:"kernel_flops"`
	BytesSent     float64  `json:"bytes_sent"`
	MatrixBytes   int      `json:"matrix_bytes"` // memory of the blocks and panels, all ranks
	DeviceBytes   int      `json:"device_bytes"`
	PeakBytes     int      `json:"peak_bytes"`
	Kernels       []string `json:"kernels"` // that ran, on any rank
	Rows          []int    `json:"rows"`    // of C on each rank
}

func (t *product[T]) Report(ctx context.Context, r *task.Report) error {
	overflow, err := t.overflow()
	if err != nil {
		return err
	}
	if overflow != "" {
		t.job.Warn("warning: %s", overflow)
	}
	m, err := t.metrics(r)
	if err != nil {
		return err
	}
	peak, err := t.Limit(ctx, r.Probe(50*time.Millisecond), nil)
	if err != nil {
		return err
	}
	p, sum := t.problem, *t.sum
	result := matmulResult{
		Rows: p.M, Cols: p.N, Sum: finite(sum.Sum), Norm: finite(sum.Norm), Max: finite(sum.Max),
		Arithmetic: map[string]string{"off": "chains", "f64": "tensor", "tf32": "tf32"}[t.Tensor],
		ErrorBound: t.Arithmetic.Bound(p.K, t.Bytes()),
	}
	g := t.solver.Grid()
	r.Params.Set("m", p.M).Set("n", p.N).Set("k", p.K).Set("grid_rows", g.Rows).Set("grid_cols", g.Cols)
	from := "at random"
	if t.A != "" {
		from = "from " + plain.Text(t.A) + " and " + plain.Text(t.B)
	}
	r.Say("product", "%d x %d times %d x %d, %s, %s", p.M, p.K, p.K, p.N, t.DType, from)
	r.Say("result", "sum %.10g, Frobenius norm %.10g, largest magnitude %.10g", sum.Sum, sum.Norm, sum.Max)
	r.Say("kernels", "%s", strings.Join(m.Kernels, ", "))
	if t.Tensor != "off" {
		r.Say("accuracy", "every element within %.2g of its row of |A| times its column of |B|: %s", result.ErrorBound,
			map[string]string{"f64": "the order of sums is the tensor cores'", "tf32": "factors have 11 binary digits"}[t.Tensor])
	}
	m.PeakFraction, m.PeakFlops = r.Speed(m.Flops, "flop", peak), task.Known(peak.Rate)
	if m.Rows, err = task.Shares(r, t.job.Comm, t.solver.Rows(t.job.Comm.Rank()), "rows, by their measured speed"); err != nil {
		return err
	}
	if m.KernelSeconds != nil {
		r.Rate("devices", "%s flop/s in kernels, which ran for %.4g s", units.SI(*m.KernelFlops), *m.KernelSeconds)
	}
	if r.Ranks > 1 {
		r.Rate("panels", "%.1f %% of the time waiting for them, on a grid of %d x %d ranks",
			100*m.WaitSeconds/(m.WaitSeconds+m.ComputeSeconds), g.Rows, g.Cols)
	}
	r.Recheck = "checks the product by Freivalds' method"
	r.Result, r.Metrics = result, m
	r.Outputs("output", t.Out...)
	return nil
}

// metrics is collective.
func (t *product[T]) metrics(r *task.Report) (matmulMetrics, error) {
	costs, ranks := t.solver.Costs(), float64(r.Ranks)
	kernel, devices, rate := t.kernel.Seconds(), 0.0, 0.0
	if kernel > 0 {
		devices, rate = 1, t.kernelFlops/kernel
	}
	all, err := t.job.Sum(costs.Wait.Seconds(), costs.Compute.Seconds(), costs.Bytes, float64(costs.MatrixBytes), float64(costs.DeviceBytes), kernel, devices, rate)
	if err != nil {
		return matmulMetrics{}, err
	}
	names, err := gather.ToRoot(t.job.Comm, t.solver.Kernels())
	m := matmulMetrics{
		Flops: r.PerSecond(t.flops()), WaitSeconds: all[0] / ranks, ComputeSeconds: all[1] / ranks, BytesSent: all[2],
		MatrixBytes: int(all[3]), DeviceBytes: int(all[4]), PeakBytes: r.PeakBytes,
		Kernels: slices.Compact(slices.Sorted(slices.Values(slices.Concat(names...)))),
	}
	if devices := all[6]; devices > 0 {
		seconds := all[5] / devices
		m.KernelSeconds, m.KernelFlops = &seconds, &all[7]
	}
	return m, err
}
