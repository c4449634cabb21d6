package ptxsim

import (
	"math/bits"
	"strings"

	"hybrid/gpu/ptx"
)

// node is a basic block before it is compiled.
type node struct {
	ins           []*ptx.Instruction // the last may be a branch, a return or a barrier
	term          *ptx.Instruction   // that last one, nil where control falls through
	succ          []int              // a branch's target first, then where it falls through to
	pred          []int
	postDominator int // immediate, -1 where lanes meet no more
}

// ends reports whether an instruction ends a basic block.
func ends(in *ptx.Instruction) bool {
	switch in.Op {
	case "bra", "brx", "ret", "exit":
		return true
	case "bar", "barrier":
		return blockBarrier(in)
	}
	return false
}

// blockBarrier reports whether a bar makes its warp wait for other warps.
func blockBarrier(in *ptx.Instruction) bool {
	for _, m := range in.Modifiers {
		if m == "warp" || m == "arrive" {
			return false
		}
	}
	return true
}

// buildGraph cuts the statements into basic blocks and links them.
func (x *inliner) buildGraph() []*node {
	labels := map[string]int{}
	nodes := []*node{{postDominator: -1}}
	cur := func() *node { return nodes[len(nodes)-1] }
	for _, s := range x.body {
		if s.Instruction == nil {
			if len(cur().ins) > 0 {
				nodes = append(nodes, &node{postDominator: -1})
			}
			if _, ok := labels[s.Label]; ok {
				x.fail("label %s is defined twice", plainLabel(s.Label))
			}
			labels[s.Label] = len(nodes) - 1
			continue
		}
		n := cur()
		n.ins = append(n.ins, s.Instruction)
		if ends(s.Instruction) {
			n.term = s.Instruction
			nodes = append(nodes, &node{postDominator: -1})
		}
	}
	if n := len(nodes); n > maxNodes || n*len(x.regs) > maxFlow {
		x.fail("%s has %d basic blocks and %d registers: more than its flow is followed of", x.k.fn.Name, n, len(x.regs))
	}
	target := func(l string) int {
		i, ok := labels[l]
		if !ok {
			x.fail("label %s is not defined", plainLabel(l))
		}
		return i
	}
	for i, n := range nodes {
		fall := true
		if t := n.term; t != nil {
			x.line = t.Line
			switch t.Op {
			case "bra":
				if len(t.Args) != 1 || t.Args[0].Kind != ptx.Symbol {
					x.fail("bra wants a label")
				}
				n.succ = append(n.succ, target(t.Args[0].Name))
				fall = t.Guard >= 0
			case "brx":
				if len(t.Args) != 2 || t.Args[1].Kind != ptx.Symbol || len(x.tables[t.Args[1].Name]) == 0 {
					x.fail("brx.idx wants an index and a list of targets")
				}
				for _, l := range x.tables[t.Args[1].Name] {
					n.succ = append(n.succ, target(l))
				}
				fall = t.Guard >= 0
			case "ret", "exit":
				fall = t.Guard >= 0
			}
		}
		if fall && i+1 < len(nodes) {
			n.succ = append(n.succ, i+1)
		}
		for _, s := range n.succ {
			nodes[s].pred = append(nodes[s].pred, i)
		}
	}
	setPostDominators(nodes)
	return nodes
}

// What is known of the flow of a kernel is some bits for each pair of blocks, and for each block and
// register: more than these no compiler makes, and they take some 200 MB.
const (
	maxNodes = 1 << 14
	maxFlow  = 1 << 28
)

// plainLabel is a label as the file has it, without the number of its copy.
func plainLabel(l string) string { return l[strings.IndexByte(l, ':')+1:] }

// bitset is a set of small integers.
type bitset []uint64

func newBitset(n int) bitset    { return make(bitset, (n+63)/64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }
func (b bitset) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) remove(i int)   { b[i/64] &^= 1 << (i % 64) }
func (b bitset) len() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// setPostDominators finds the immediate post-dominator of every node, by the plain iteration
// over sets; an exit post-dominates nothing but itself.
func setPostDominators(nodes []*node) {
	n := len(nodes)
	sets := make([]bitset, n)
	for i := range sets {
		sets[i] = newBitset(n)
		for j := range sets[i] {
			sets[i][j] = ^uint64(0)
		}
	}
	exits := func(nd *node) bool {
		return len(nd.succ) == 0 || nd.term != nil && (nd.term.Op == "ret" || nd.term.Op == "exit")
	}
	tmp := newBitset(n)
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			clear(tmp)
			if !exits(nodes[i]) {
				for j := range tmp {
					tmp[j] = ^uint64(0)
				}
				for _, s := range nodes[i].succ {
					for j := range tmp {
						tmp[j] &= sets[s][j]
					}
				}
			}
			tmp.add(i)
			for j := range tmp {
				if sets[i][j] != tmp[j] {
					changed = true
					sets[i][j] = tmp[j]
				}
			}
		}
	}
	size := make([]int, n)
	for i := range sets {
		size[i] = sets[i].len()
	}
	for i, nd := range nodes {
		best := -1
		for j := range n {
			if j != i && sets[i].has(j) && (best < 0 || size[j] > size[best]) {
				best = j
			}
		}
		nd.postDominator = best
	}
}
