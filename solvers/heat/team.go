package heat

import (
	"context"
	"runtime"

	"hybrid/internal/stencil"
)

// A team is the threads of a rank in one run. Thread 0 is the rank's own, which
// alone may communicate.
type team[T Real] struct {
	*host[T]
	ctx    context.Context
	coef   stencil.Coef[T]
	zero   zero[T]
	from   int // steps before the first
	steps  int
	report func(done int)
	meet   *barrier
	err    error // set by thread 0 before the first barrier of an exchange, read behind it
}

func (t *team[T]) run(thread int) {
	left, drift := t.steps, 0
	if len(t.bands) > 0 {
		drift = t.bands[0].drifted
	}
	for left > 0 {
		steps := min(left, t.plan.depth)
		if thread == 0 {
			if t.err = t.ctx.Err(); t.err == nil {
				t.err = t.halos.start(steps)
			}
		}
		if t.halos.columns != nil {
			t.meet.wait() // rows that other bands copy have their ghosts
			if t.err != nil {
				return
			}
		}
		t.mine(thread, func(b *band[T]) { t.halos.local(b, steps) })
		t.meet.wait()
		if t.err != nil {
			return
		}
		forth := (steps + 1 - drift) / 2 // an odd step goes forth first and back next time
		t.mine(thread, func(b *band[T]) { t.sweep(thread, b, t.from+t.steps-left, steps, forth) })
		drift += 2*forth - steps
		left -= steps
		if thread == 0 {
			t.halos.finish()
			t.report(t.steps - left)
		}
		t.meet.wait()
	}
}

// mine calls f for the bands of a thread.
func (t *team[T]) mine(thread int, f func(*band[T])) {
	from, to := t.of(thread)
	for _, b := range t.bands[from:to] {
		f(b)
	}
}

// of are the bands [from, to) of a thread.
func (h *host[T]) of(thread int) (from, to int) {
	n := len(h.bands)
	return thread * n / h.threads, (thread + 1) * n / h.threads
}

// sweep takes a band through the steps between two halo exchanges, after step number
// from: forth and, with what is left, back to where it was.
func (t *team[T]) sweep(thread int, b *band[T], from, steps, forth int) {
	b.ownGhosts()
	s := sweep[T]{band: b, kernel: t.kernel, coef: &t.coef, zero: t.zero, boundary: t.problem.Boundary, block: t.plan.block}
	s.await, s.poll = t.halos.finish, t.halos.poll
	if thread != 0 {
		s.await, s.poll = t.awaitOther, func() {}
	}
	if s.from, s.steps, s.after = from, forth, steps-forth; s.steps > 0 {
		s.run()
	}
	if s.back, s.from, s.steps, s.after = true, from+forth, steps-forth, 0; s.steps > 0 {
		s.run()
	}
}

// awaitOther waits until thread 0 has the halo rows.
func (t *team[T]) awaitOther() {
	for !t.halos.arrived.Load() {
		runtime.Gosched()
	}
}
