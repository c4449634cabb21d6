package model

import (
	"context"
	"time"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// limit is how many updates of a cell a second all ranks could do at best: what the kernels
// of a step reach on data in the first-level cache. It takes about d, and is collective.
func (t *run[T]) limit(ctx context.Context, d time.Duration) (task.Limit, error) {
	rate, err := t.job.Best(ctx, func() (float64, error) {
		if t.job.Device != nil {
			return 0, nil // not known
		}
		return t.solver.inCache(d), nil
	})
	return task.Limit{Rate: rate, By: "compute", Text: "that the kernels reach in cache"}, err
}

// cacheBytes are what a kernel works on in inCache, in and out.
const cacheBytes = 24 << 10

// inCache is how many cells a second this rank's threads take through all passes of a step,
// each on a piece of a row that stays in the cache. It measures one thread for about d.
func (s *Solver[T]) inCache(d time.Duration) float64 {
	perCell := 0.0 // seconds
	for i := range s.sys.Passes {
		code := s.passes[i].usual().fastest()
		p, k := code.program, code.kernel
		reach := 0
		for f := range s.sys.Fields {
			r, _ := p.Reach(f)
			reach = max(reach, r[2])
		}
		size := int(unsafe.Sizeof(*new(T)))
		in, out := len(p.Rows)+1, len(p.Outs)
		n := max(64, cacheBytes/size/(in+out))
		pitch := apartRows(in, out, ((n+reach)*size+2*ir.Slack+line-1)/line*line)
		cells := pages.Make[T]((in + out) * pitch / size)
		for c := range cells {
			cells[c] = T(0.5)
		}
		row := func(k int) unsafe.Pointer { return unsafe.Pointer(&cells[(k*pitch+ir.Slack)/size]) }
		a := ir.Args{N: n, X: row(0), Uniforms: make([]uint64, len(p.Uniforms))}
		for k := range p.Rows {
			a.In = append(a.In, row(1+k))
		}
		for k := range p.Outs {
			a.Out = append(a.Out, row(in+k))
		}
		p.PutUniforms(a.Uniforms, ir.PerStep, ir.Place{})
		p.PutUniforms(a.Uniforms, ir.PerRow, ir.Place{})
		best, until := time.Duration(1<<62), time.Now().Add(d/time.Duration(len(s.sys.Passes)))
		for calls := 1; time.Now().Before(until); {
			began := time.Now()
			for range calls {
				k.Run(&a)
			}
			took := time.Since(began)
			if took < 100*time.Microsecond {
				calls *= 2
				continue
			}
			best = min(best, took/time.Duration(calls))
		}
		perCell += best.Seconds() / float64(n*code.rows)
	}
	if perCell == 0 {
		return 0
	}
	return float64(len(s.scratch)) / perCell
}
