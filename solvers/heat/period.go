package heat

import (
	"context"
	"time"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
)

// Run takes the rows on in periods of at most depth steps. In each, every
// neighbouring rank gets the edges, as many rows and columns as the period has steps, and
// gives its own, which are this rank's halo. Columns go first, and are waited for. Then
//
//	compute    inner rows, pass 1   | inner rows, pass 2 | ...
//	transfer   edges out | (messages) | halo in | outer rows, pass 1 | pass 2 | ...
//
// Inner rows are those that no halo row reaches in the steps so far: with every step
// one less at each end that has a neighbour. Outer rows are the others, and such halo
// rows as later steps of the period need.
func (d *device[T]) Run(ctx context.Context, z zero[T], from, steps int, report func(int)) (waited time.Duration, err error) {
	d.since, d.until = 0, 0
	if z != d.zero {
		if err := d.closeGraphs(); err != nil {
			return 0, err
		}
	}
	d.zero, d.field.Zero = z, z.below
	number := 0
	for done := 0; done < steps && err == nil; number++ {
		if err = ctx.Err(); err != nil {
			break
		}
		n := min(d.depth, steps-done)
		var idle time.Duration
		d.step = from + done
		if idle, err = d.period(number, n); err == nil && done+n < steps {
			report(done + n)
		}
		waited += idle
		done += n
	}
	for _, s := range []*gpu.Stream{d.compute, d.transfer} {
		if e := s.Synchronize(); err == nil {
			err = e
		}
	}
	if err != nil {
		return waited, err
	}
	idle, err := d.idle(number - 1)
	if err == nil {
		report(steps)
	}
	return waited + idle, err
}

// period gives the streams the work of so many steps and exchanges the halo rows. It
// returns before that work is done, but not before that of the period before the last
// is; and the time that the last period had no work but waited for halo rows.
func (d *device[T]) period(number, steps int) (idle time.Duration, err error) {
	e := d.events[number%2]
	passes := passesOf(steps, d.kernels.Depth(d.field.Rows, d.field.Columns))
	if d.neighbours() == 0 {
		if err := e.made.Synchronize(); err != nil {
			return 0, err
		}
		if idle, err = d.exchangeColumns(e, steps); err != nil {
			return idle, err
		}
		if err := d.alone(passes); err != nil {
			return idle, err
		}
		return idle, e.made.Record(d.compute)
	}
	forColumns, err := d.exchangeColumns(e, steps)
	if err != nil {
		return 0, err
	}
	if err := d.join(e); err != nil {
		return 0, err
	}
	// The last period's halo rows have left the memory that the next arrive in.
	if err := d.events[(number+1)%2].exchanged.Synchronize(); err != nil {
		return 0, err
	}
	if err := d.sendEdges(e, steps); err != nil {
		return 0, err
	}
	apart := d.hi-d.lo >= steps*d.neighbours()
	if apart {
		if err := d.inner(e, passes); err != nil {
			return 0, err
		}
	}
	if err := e.made.Record(d.compute); err != nil {
		return 0, err
	}
	if err := e.left.Synchronize(); err != nil {
		return 0, err
	}
	if idle, err = d.idle(number - 1); err != nil {
		return 0, err
	}
	idle += forColumns
	if err := d.exchange(e); err != nil {
		return idle, err
	}
	if apart {
		return idle, d.outer(e, passes)
	}
	if err := d.compute.Wait(e.exchanged); err != nil {
		return idle, err
	}
	return idle, d.all(passes)
}

// passesOf divides steps into passes of at most so many, each of the kernels' depths.
// They ascend: a pass of the inner rows writes over the rows that the last one read,
// and outer rows may still be read so many rows inwards as the next pass has steps.
func passesOf(steps, most int) []int {
	var passes []int
	for _, n := range kernels.HeatDepths() {
		if 2*n > most {
			n = min(n, most)
			for range steps / n {
				passes = append(passes, n)
			}
			return passes
		}
		if steps&n != 0 {
			passes = append(passes, n)
			steps -= n
		}
	}
	return passes
}

// buffer is where the field is after so many passes of this period.
func (d *device[T]) buffer(passes int) *gpu.Buffer[T] { return d.rows[(d.now+passes)%2] }

// pass takes rows [lo, hi) of the grid through pass number p.
func (d *device[T]) pass(s *gpu.Stream, passes []int, p, lo, hi int) error {
	m := d.above - d.lo
	flush := d.zero.among(d.step+sum(passes[:p]), passes[p])
	return d.kernels.Pass(s, d.field, kernels.HeatPass[T]{Dst: d.buffer(p + 1), Src: d.buffer(p), First: lo + m, End: hi + m, Steps: passes[p], Flush: flush})
}

// all does the passes for all own rows and for what halo rows later ones need.
func (d *device[T]) all(passes []int) error {
	err := d.enqueue(passes)
	d.now = (d.now + len(passes)) % 2
	return err
}

// enqueue gives the stream what all does.
func (d *device[T]) enqueue(passes []int) error {
	left := sum(passes)
	for p, n := range passes {
		left -= n
		lo, hi := d.lo, d.hi
		if d.top != ring {
			lo -= left
		}
		if d.bottom != ring {
			hi += left
		}
		if err := d.pass(d.compute, passes, p, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

// inner does the passes for the inner rows.
func (d *device[T]) inner(e *periodEvents, passes []int) error {
	lo, hi := d.lo, d.hi
	for p, n := range passes {
		if d.top == remote {
			lo += n
		}
		if d.bottom == remote {
			hi -= n
		}
		if p == 1 {
			// The second pass writes where the edge rows are copied from.
			if err := d.compute.Wait(e.left); err != nil {
				return err
			}
		}
		if err := d.pass(d.compute, passes, p, lo, hi); err != nil {
			return err
		}
		if err := e.inner[p].Record(d.compute); err != nil {
			return err
		}
	}
	return nil
}

// outer does the passes for the outer rows, behind the arrival of the halo rows.
func (d *device[T]) outer(e *periodEvents, passes []int) error {
	made, left := 0, sum(passes)
	for p, n := range passes {
		made += n
		left -= n
		if p > 0 {
			// These read inner rows of the pass before.
			if err := d.transfer.Wait(e.inner[p-1]); err != nil {
				return err
			}
		}
		if d.top == remote {
			if err := d.pass(d.transfer, passes, p, d.lo-left, d.lo+made); err != nil {
				return err
			}
		}
		if d.bottom == remote {
			if err := d.pass(d.transfer, passes, p, d.hi-made, d.hi+left); err != nil {
				return err
			}
		}
	}
	d.now = (d.now + len(passes)) % 2
	return nil
}

func sum(passes []int) int {
	n := 0
	for _, p := range passes {
		n += p
	}
	return n
}

// wrapRows renews the halo rows of a periodic field that lies on one rank.
func (d *device[T]) wrapRows(rows int) error {
	if d.top != nearby {
		return nil
	}
	b := d.buffer(0)
	if err := gpu.Copy(d.compute, d.memory(b, d.lo-rows, d.lo), d.memory(b, d.hi-rows, d.hi)); err != nil {
		return err
	}
	return gpu.Copy(d.compute, d.memory(b, d.hi, d.hi+rows), d.memory(b, d.lo, d.lo+rows))
}
