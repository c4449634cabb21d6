package ptxsim

import "math/bits"

// frame is one level of divergence: lanes of mask continue at block next until
// they reach join, where the level below takes over.
type frame struct {
	next, join int
	mask       uint32
}

// run executes the warp until it waits at a barrier, has exited, or has done
// turn blocks of instructions.
func (w *warp) run(turn int) {
	k := w.b.k
	for ; turn > 0 && len(w.stack) > 0; turn-- {
		top := &w.stack[len(w.stack)-1]
		if top.mask == 0 || top.next == top.join {
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		b := &k.blocks[top.next]
		w.mask = top.mask
		for _, f := range b.ops {
			f(w)
		}
		w.steps += uint64(b.count)
		w.b.done += uint64(b.count * bits.OnesCount32(top.mask))
		if w.terminate(b, top) {
			return
		}
	}
}

// terminate does what ends a basic block. It reports whether the warp has to wait.
func (w *warp) terminate(b *block, top *frame) bool {
	mask := top.mask
	if b.guard >= 0 {
		mask &= w.pred[b.guard] ^ b.flip
	}
	switch b.end {
	case endFall:
		top.next = b.next
	case endBranch:
		switch mask {
		case top.mask:
			top.next = b.target
		case 0:
			top.next = b.next
		default:
			w.diverge(b, top, mask)
		}
	case endTable:
		w.table(b, top, mask)
	case endExit:
		top.next = b.next
		w.exit(mask)
	case endBarrier:
		top.next = b.next
		if mask != 0 {
			return w.arrive(b, mask)
		}
	}
	return false
}

// diverge splits the lanes of a frame at a branch.
func (w *warp) diverge(b *block, top *frame, taken uint32) {
	rest := top.mask &^ taken
	join := b.join
	top.next = join
	if join < 0 { // they meet no more
		w.stack = w.stack[:len(w.stack)-1]
	}
	if b.next != join {
		w.stack = append(w.stack, frame{b.next, join, rest})
	}
	if b.target != join {
		w.stack = append(w.stack, frame{b.target, join, taken})
	}
}

// table is brx.idx.
func (w *warp) table(b *block, top *frame, mask uint32) {
	index := (*[32]uint32)(w.p[b.index])
	old := *top
	top.next = b.join
	if b.join < 0 {
		w.stack = w.stack[:len(w.stack)-1]
	}
	if rest := old.mask &^ mask; rest != 0 && b.next != b.join {
		w.stack = append(w.stack, frame{b.next, b.join, rest})
	}
	for mask != 0 {
		lane := bits.TrailingZeros32(mask)
		if int64(index[lane]) >= int64(len(b.targets)) {
			w.failLine(b.line, lane, "branch index %d, the list has %d targets", index[lane], len(b.targets))
		}
		to := b.targets[index[lane]]
		same := uint32(0)
		for m := mask; m != 0; m &= m - 1 {
			l := bits.TrailingZeros32(m)
			if int(index[l]) < len(b.targets) && b.targets[index[l]] == to {
				same |= 1 << l
			}
		}
		if to != b.join {
			w.stack = append(w.stack, frame{to, b.join, same})
		}
		mask &^= same
	}
}

// exit ends lanes.
func (w *warp) exit(mask uint32) {
	w.live &^= mask
	for i := range w.stack {
		w.stack[i].mask &^= mask
	}
	for len(w.stack) > 0 && w.stack[len(w.stack)-1].mask == 0 {
		w.stack = w.stack[:len(w.stack)-1]
	}
}
