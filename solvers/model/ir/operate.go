package ir

import (
	"math"
	"unsafe"

	"hybrid/internal/fma"
)

// do does the operation of a node for n cells from the one numbered at.
func (k *interpreter[T, U]) do(f *frame[T, U], a *Args, v, at, n int) {
	node := &k.p.Nodes[v]
	to := &f.slots[k.slot[v]]
	var x, y, z cells[T, U]
	args := &ops[node.Op].args
	if args[0] != Nothing {
		x = f.slots[k.slot[node.A]]
	}
	if args[1] != Nothing {
		y = f.slots[k.slot[node.B]]
	}
	if args[2] != Nothing {
		z = f.slots[k.slot[node.C]]
	}
	switch node.Op {
	case Load:
		copy(to.f, cellsAt[T](a.In[k.row[v]], at+int(node.Offset[2]), n))
	case Coord:
		copy(to.f, cellsAt[T](a.X, at, n))
	case Neg:
		for j, x := range x.f[:n] {
			to.f[j] = -x
		}
	case Sqrt:
		for j, x := range x.f[:n] {
			to.f[j] = T(math.Sqrt(float64(x)))
		}
	case Add:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			to[j] = x + y[j]
		}
	case Sub:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			to[j] = x - y[j]
		}
	case Mul:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			to[j] = x * y[j]
		}
	case Div:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			to[j] = x / y[j]
		}
	case FMA:
		fmaAll(to.f[:n], x.f, y.f, z.f)
	case Select:
		y, z, to := y.f[:n], z.f[:n], to.f[:n]
		for j, m := range x.i[:n] {
			if to[j] = z[j]; m != 0 {
				to[j] = y[j]
			}
		}
	case Bits:
		copy(to.i[:n], unsafe.Slice((*U)(unsafe.Pointer(&x.f[0])), n))
	case Float:
		copy(to.f[:n], unsafe.Slice((*T)(unsafe.Pointer(&x.i[0])), n))
	case Less:
		y, to := y.f[:n], to.i[:n]
		for j, x := range x.f[:n] {
			if to[j] = 0; x < y[j] {
				to[j] = ^U(0)
			}
		}
	case Equal:
		y, to := y.f[:n], to.i[:n]
		for j, x := range x.f[:n] {
			if to[j] = 0; x == y[j] {
				to[j] = ^U(0)
			}
		}
	case Min:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			if to[j] = y[j]; x < y[j] {
				to[j] = x
			}
		}
	case Max:
		y, to := y.f[:n], to.f[:n]
		for j, x := range x.f[:n] {
			if to[j] = y[j]; x > y[j] {
				to[j] = x
			}
		}
	case And, IAnd:
		y, to := y.i[:n], to.i[:n]
		for j, x := range x.i[:n] {
			to[j] = x & y[j]
		}
	case Or, IOr:
		y, to := y.i[:n], to.i[:n]
		for j, x := range x.i[:n] {
			to[j] = x | y[j]
		}
	case IXor:
		y, to := y.i[:n], to.i[:n]
		for j, x := range x.i[:n] {
			to[j] = x ^ y[j]
		}
	case IAdd:
		y, to := y.i[:n], to.i[:n]
		for j, x := range x.i[:n] {
			to[j] = x + y[j]
		}
	case ISub:
		y, to := y.i[:n], to.i[:n]
		for j, x := range x.i[:n] {
			to[j] = x - y[j]
		}
	case IShl:
		for j, x := range x.i[:n] {
			to.i[j] = x << node.Imm
		}
	case IShr:
		for j, x := range x.i[:n] {
			to.i[j] = x >> node.Imm
		}
	default:
		k.seldom(node, to, x, y, n)
	}
}

// fmaAll is to = x*y + z.
func fmaAll[T float](to, x, y, z []T) {
	if to, ok := any(to).([]float64); ok {
		x, y, z := any(x).([]float64)[:len(to)], any(y).([]float64)[:len(to)], any(z).([]float64)[:len(to)]
		for j := range to {
			to[j] = math.FMA(x[j], y[j], z[j])
		}
		return
	}
	for j := range to {
		to[j] = fma.FMA(x[j], y[j], z[j])
	}
}

// seldom does an operation by its definition, cell by cell.
func (k *interpreter[T, U]) seldom(node *Node, to *cells[T, U], x, y cells[T, U], n int) {
	bits := func(c cells[T, U], j int) uint64 {
		switch {
		case c.i != nil:
			return uint64(c.i[j])
		case c.f != nil:
			return uint64(bitsOf[T, U](c.f[j]))
		}
		return 0
	}
	for j := range n {
		made := U(k.p.Type.Eval(node.Op, node.Imm, [3]uint64{bits(x, j), bits(y, j)}))
		if to.i != nil {
			to.i[j] = made
		} else {
			to.f[j] = floatOf[T](made)
		}
	}
}

func bitsOf[T float, U word](v T) U {
	if v, ok := any(v).(float32); ok {
		return U(math.Float32bits(v))
	}
	return U(math.Float64bits(float64(v)))
}

func floatOf[T float, U word](bits U) T {
	if _, ok := any(bits).(uint32); ok {
		return T(math.Float32frombits(uint32(bits)))
	}
	return T(math.Float64frombits(uint64(bits)))
}
