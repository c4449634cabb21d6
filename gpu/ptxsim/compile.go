package ptxsim

import (
	"hybrid/gpu/ptx"
)

// compiler turns the instructions of one kernel into closures.
type compiler struct {
	k      *Kernel
	regs   []ptx.Register
	places map[string]place // of variables, by the names that the inliner gave them
	slots  []int            // by register: its slot among those of its class
	follow []int            // by register: its index in warp.known, or -1
	consts map[uint64]int
	named  map[string]int
	in     *ptx.Instruction
	used   uint64 // modifiers that the instruction's compilation has asked for
}

func (c *compiler) fail(format string, args ...any) {
	c.k.mod.fail(c.in.Line, format, args...)
}

// compileKernel makes an entry ready to run.
func compileKernel(m *Module, f *ptx.Function) *Kernel {
	k := &Kernel{mod: m, fn: f, gran: 4}
	x := &inliner{m: m, k: k, tables: map[string][]string{}, places: map[string]place{}, shared: map[*ptx.Variable]int{}, line: f.Line}
	args := map[string]place{}
	for _, p := range f.Params {
		k.argSize = p.Offset + p.Size
		args[p.Name] = place{space: "args", offset: p.Offset, size: p.Size}
	}
	x.expand(f, args)
	x.renumber()
	nodes := x.buildGraph()
	k.shared = x.static.size
	k.dynAt = (k.shared + 15) &^ 15
	k.local = (x.local.size + 15) &^ 15

	c := &compiler{k: k, regs: x.regs, places: x.places, consts: map[uint64]int{}, named: map[string]int{}}
	c.assign(nodes)
	for i, n := range nodes {
		k.blocks = append(k.blocks, c.block(n, i))
	}
	return k
}

// place is where the variable of an operand lies.
func (c *compiler) place(o ptx.Operand) place {
	p := c.places[o.Name]
	p.offset += int(o.Offset)
	return p
}

// The classes of registers.
const (
	class32 = iota // 16 and 32 bits
	class64
	classPred
)

func (c *compiler) class(reg int) int {
	switch t := c.regs[reg].Type; {
	case t == pred:
		return classPred
	case t.Bits == 64:
		return class64
	}
	return class32
}

// maxSlots bounds the registers in use at once, which take up to 256 bytes of each warp. A device
// has 255 of a thread, and keeps others in its memory.
const maxSlots = 1 << 13

// assign gives every register its slot and finds those to follow.
func (c *compiler) assign(nodes []*node) {
	slots, count := allocate(lifetimes(nodes, len(c.regs)), c.class)
	if n := count[class32] + count[class64]; n > maxSlots {
		c.k.mod.fail(c.k.fn.Line, "%s has %d registers in use at once, more than %d", c.k.fn.Name, n, maxSlots)
	}
	c.slots = slots
	c.k.n32, c.k.n64, c.k.npred = count[class32], count[class64], count[classPred]+predFirst
	for i := range c.k.n32 {
		c.k.table = append(c.k.table, slot{kind: slot32, index: i})
	}
	for i := range c.k.n64 {
		c.k.table = append(c.k.table, slot{kind: slot64, index: i})
	}
	c.follow = make([]int, len(c.regs))
	set := uninitialized(nodes, len(c.regs))
	for r := range c.follow {
		c.follow[r] = -1
		if set.has(r) {
			c.follow[r] = c.k.ntrack
			c.k.ntrack++
		}
	}
}

// block compiles a basic block.
func (c *compiler) block(n *node, index int) block {
	b := block{guard: -1, next: index + 1, join: n.postDominator, count: len(n.ins)}
	for _, in := range n.ins {
		c.in, c.used = in, 0
		c.readChecks(&b, in)
		if in == n.term {
			c.terminator(&b, n)
		} else if f := c.instruction(in); f != nil {
			b.ops = append(b.ops, c.guarded(in, f))
		}
		c.finish()
		c.writeNotes(&b, in)
	}
	if n.term == nil && len(n.succ) == 0 && len(n.ins) > 0 {
		c.fail("%s ends without ret", c.k.fn.Name)
	}
	if len(n.ins) == 0 && len(n.succ) == 0 {
		b.end = endExit
	}
	return b
}

// finish refuses modifiers that nothing has asked for.
func (c *compiler) finish() {
	for i, m := range c.in.Modifiers {
		if c.used>>i&1 == 0 {
			c.fail("unknown modifier .%s of %s", m, c.in.Op)
		}
	}
}

// guarded makes f act on the lanes of the instruction's predicate only.
func (c *compiler) guarded(in *ptx.Instruction, f op) op {
	if in.Guard < 0 {
		return f
	}
	p, flip := c.predReg(in.Guard), uint32(0)
	if in.Negated {
		flip = full
	}
	return func(w *warp) {
		mask := w.mask
		if w.mask &= w.pred[p] ^ flip; w.mask != 0 {
			f(w)
		}
		w.mask = mask
	}
}

// terminator compiles what ends a block.
func (c *compiler) terminator(b *block, n *node) {
	in := n.term
	b.line = in.Line
	if in.Guard >= 0 {
		b.guard = c.predReg(in.Guard)
		if in.Negated {
			b.flip = full
		}
	}
	switch in.Op {
	case "bra":
		c.has("uni")
		b.end, b.target = endBranch, n.succ[0]
	case "brx":
		c.must("idx")
		c.has("uni")
		b.end, b.index = endTable, c.src(in.Args[0], u32)
		b.targets = n.succ
		if in.Guard >= 0 {
			b.targets = n.succ[:len(n.succ)-1]
		}
	case "ret", "exit":
		c.has("uni")
		b.end = endExit
	default:
		b.end = endBarrier
		c.barrier(&b.bar)
	}
}

// readChecks adds the test that registers were written, for those that may not
// have been.
func (c *compiler) readChecks(b *block, in *ptx.Instruction) {
	if plainMove(in) {
		return
	}
	refs(in, func(r int, write bool) {
		f := c.follow[r]
		if write || f < 0 {
			return
		}
		name, guard := c.regs[r].Name, r == in.Guard
		check := func(w *warp) {
			if miss := w.mask &^ w.known[f]; miss != 0 {
				w.fail(in, firstLane(miss), "reads register %s, which was never written", name)
			}
		}
		if guard {
			b.ops = append(b.ops, check)
		} else {
			b.ops = append(b.ops, c.guarded(in, check))
		}
	})
}

// writeNotes notes the lanes that have written a register that is followed.
func (c *compiler) writeNotes(b *block, in *ptx.Instruction) {
	refs(in, func(r int, write bool) {
		f := c.follow[r]
		if !write || f < 0 {
			return
		}
		from := -1
		if plainMove(in) {
			from = c.follow[in.Args[1].Reg]
		}
		b.ops = append(b.ops, c.guarded(in, func(w *warp) {
			if from < 0 {
				w.known[f] |= w.mask
			} else {
				w.known[f] = w.known[f]&^w.mask | w.known[from]&w.mask
			}
		}))
	})
}
