package main

import . "hybrid/internal/asmgen/neon"

// Vector registers: pairs of each of two rows, and what is the same for all.
const (
	first  V = 0  // a side neighbour,
	second V = 4  // the centre
	third  V = 8  // and the other side neighbour of the update, for each row
	ns     V = 12 // north, then south
	we     V = 16
	value  V = 20
	rx     V = 28
	ry     V = 29
	k      V = 30
	zero   V = 31
)

// step writes the kernel that takes rows one step on, and flushes what it made if it is
// to.
func step(d direction, e Float, flush bool) {
	ptr, name := "*"+e.Type, d.name
	if flush {
		name = "flush" + d.title
	}
	Func(name+e.Name+"NEON", "func(p "+ptr+", stride, rows, groups int, c, edges, ahead "+ptr+", rate int, near "+ptr+", nearRate int)", "is the same as "+name+"Go.", func() {
		Load("p", north)
		Load("stride", stride)
		Load("rows", left)
		Load("groups", groups)
		Load("edges", edges)
		Load("ahead", ahead)
		Load("near", near)
		Load("c", temp)
		coefficients := []V{rx, ry, k}
		if flush {
			coefficients = append(coefficients, zero)
		}
		for _, v := range coefficients {
			e.Broadcast(temp, v)
			Op("ADD", Imm(e.Size), temp)
		}
		toBytes(e)

		rows := func(name string, count int) {
			prefetch(name+"_ahead", "PLDL2KEEP", ahead, "rate", count)
			prefetch(name+"_near", "PLDL1KEEP", near, "nearRate", count)
			for part := 0; part < 64; part += 32 {
				walk{e, d.step, count, part, flush}.write(NewLabel(name))
			}
			Op("CBZ", edges, name+"_carried")
			Op("MOVD", north, row)
			for r := range count {
				if r > 0 {
					Op("ADD", stride, row)
				}
				d.carryRow(e)
			}
			Label(name + "_carried")
		}
		Comment("Two rows at a time: the south of the one is the centre of the other.")
		Label("pair")
		Op("CMP", Imm(2), left)
		Op("BLT", "last")
		rows("pair", 2)
		Op("ADD", stride, north)
		Op("ADD", stride, north)
		Op("SUB", Imm(2), left)
		Op("B", "pair")

		Label("last")
		Op("CBZ", left, "done")
		rows("last", 1)
		Label("done")
	})
}

// prefetch asks for the cache lines of so many rows, the rate for each being an
// argument of the kernel, and moves the pointer behind them.
func prefetch(name, where string, from R, rate string, rows int) {
	Load(rate, n)
	if rows == 2 {
		Op("ADD", n, n)
	}
	Label(name)
	Op("CBZ", n, name+"_done")
	Op("PRFM", At(from, 0), where)
	Op("ADD", Imm(64), from)
	Op("SUB", Imm(1), n)
	Op("B", name)
	Label(name + "_done")
}

// A walk updates half of every group of count rows, side by side. Row r is written over
// row r, has its centre in row r+1 and its south in row r+2.
type walk struct {
	Float
	step, count int
	part        int // the half's first byte
	flush       bool
}

// The update at place 0 of a walk has its centre at step, one side neighbour at 0 and
// the other at 2 step.
func (w walk) write(name string) {
	const unroll = 3 // first, second and third are in turn each of the three
	at := func(r, group int) string { return At(row0+R(r), 64*w.step*group) }
	pair := func(v V, r int) (V, V) { return v + V(2*r), v + V(2*r) + 1 }
	load := func(from string, v V, r int) {
		a, b := pair(v, r)
		LoadPair(from, a, b)
	}
	Op("MOVD", groups, n)
	Op("ADD", Imm(w.part), north, row0)
	if w.step < 0 {
		Op("ADD", groups, row0)
		Op("SUB", Imm(64), row0)
	}
	for r := range w.count + 1 {
		Op("ADD", stride, row0+R(r), row0+R(r)+1)
	}
	for r := range w.count {
		load(at(r+1, 0), first, r)
		load(at(r+1, 1), second, r)
	}
	update := func(u int, first, second, third V) {
		last := w.count - 1
		for r := range w.count {
			load(at(r+1, u+2), third, r)
		}
		south := ns + 2 // of the last row, to which the second of two adds its north
		LoadPair(at(0, u+1), ns, ns+1)
		LoadPair(at(last+2, u+1), south, south+1)
		for i := range V(2 * w.count) {
			switch {
			case w.count == 1:
				w.Add(ns+i, ns+i, south+i)
			case i < 2:
				w.Add(ns+i, ns+i, second+2+i)
			default:
				w.Add(ns+i, ns+i, second-2+i)
			}
			w.Mul(value+i, second+i, k)
			w.Add(we+i, first+i, third+i)
		}
		for i := range V(2 * w.count) {
			w.FMA(value+i, ns+i, ry)
		}
		for i := range V(2 * w.count) {
			w.FMA(value+i, we+i, rx)
		}
		if w.flush {
			for i := range V(2 * w.count) {
				w.GreaterSize(we+i, zero, value+i)
				AndNot(value+i, value+i, we+i)
			}
		}
		for r := range w.count {
			a, b := pair(value, r)
			StorePair(a, b, at(r, u))
		}
	}
	next := func(updates int) {
		for r := range w.count + 2 {
			if w.step < 0 { // the assembler adds a negative number in two instructions
				Op("SUB", Imm(64*updates), row0+R(r))
			} else {
				Op("ADD", Imm(64*updates), row0+R(r))
			}
		}
	}

	Label(name)
	Op("SUBS", Imm(64*unroll), n)
	Op("BLT", name+"_rest")
	x, y, z := first, second, third
	for u := range unroll {
		update(u, x, y, z)
		x, y, z = y, z, x
	}
	next(unroll)
	Op("B", name)

	Label(name + "_rest")
	Op("ADD", Imm(64*unroll), n)
	Label(name + "_single")
	Op("CBZ", n, name+"_done")
	update(0, first, second, third)
	for i := range V(2 * w.count) {
		Op("VMOV", (second + i).In("B16"), (first + i).In("B16"))
		Op("VMOV", (third + i).In("B16"), (second + i).In("B16"))
	}
	next(1)
	Op("SUB", Imm(64), n)
	Op("B", name+"_single")
	Label(name + "_done")
}
