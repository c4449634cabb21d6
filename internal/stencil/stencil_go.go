package stencil

import (
	"unsafe"

	"hybrid/internal/fma"
	"hybrid/simd"
)

// goKernel is the kernel of every processor, and the reference of all others.
func goKernel[T Real]() *Kernel[T] {
	return &Kernel[T]{
		isa:   simd.Go,
		forth: forthGo[T], back: backGo[T],
		flushForth: flushForthGo[T], flushBack: flushBackGo[T],
		carryForth: carryForthGo[T], carryBack: carryBackGo[T],
	}
}

// forthGo is the reference of every forth kernel.
func forthGo[T Real](p *T, stride, rows, groups int, c, edges, _ *T, _ int, _ *T, _ int) {
	k, l := (*Coef[T])(unsafe.Pointer(c)), Lanes[T]()
	for r := range rows {
		at := r * stride
		out, n, s := row(p, at, groups*l), row(p, at-l, groups*l), row(p, at+2*stride-l, groups*l)
		w, m, e := row(p, at+stride-2*l, groups*l), row(p, at+stride-l, groups*l), row(p, at+stride, groups*l)
		n, s, w, m, e = n[:len(out)], s[:len(out)], w[:len(out)], m[:len(out)], e[:len(out)]
		for i := len(out) - 1; i >= 0; i-- { // n lies in the row that is written, one group behind
			out[i] = Update(k, w[i], e[i], n[i], s[i], m[i])
		}
	}
	if edges != nil {
		carryForthGo(p, stride, rows, groups, edges)
	}
}

// backGo is the reference of every back kernel.
func backGo[T Real](p *T, stride, rows, groups int, c, edges, _ *T, _ int, _ *T, _ int) {
	k, l := (*Coef[T])(unsafe.Pointer(c)), Lanes[T]()
	for r := range rows {
		at := r * stride
		out, n, s := row(p, at, groups*l), row(p, at+l, groups*l), row(p, at+2*stride+l, groups*l)
		w, m, e := row(p, at+stride, groups*l), row(p, at+stride+l, groups*l), row(p, at+stride+2*l, groups*l)
		n, s, w, m, e = n[:len(out)], s[:len(out)], w[:len(out)], m[:len(out)], e[:len(out)]
		for i := range out { // n lies in the row that is written, one group ahead
			out[i] = Update(k, w[i], e[i], n[i], s[i], m[i])
		}
	}
	if edges != nil {
		carryBackGo(p, stride, rows, groups, edges)
	}
}

// flushForthGo is the reference of every flushForth kernel.
func flushForthGo[T Real](p *T, stride, rows, groups int, c, edges, _ *T, _ int, _ *T, _ int) {
	forthGo(p, stride, rows, groups, c, nil, nil, 0, nil, 0)
	flushRows(p, stride, rows, groups, c)
	if edges != nil {
		carryForthGo(p, stride, rows, groups, edges)
	}
}

// flushBackGo is the reference of every flushBack kernel.
func flushBackGo[T Real](p *T, stride, rows, groups int, c, edges, _ *T, _ int, _ *T, _ int) {
	backGo(p, stride, rows, groups, c, nil, nil, 0, nil, 0)
	flushRows(p, stride, rows, groups, c)
	if edges != nil {
		carryBackGo(p, stride, rows, groups, edges)
	}
}

func flushRows[T Real](p *T, stride, rows, groups int, c *T) {
	zero := (*Coef[T])(unsafe.Pointer(c)).Zero
	for r := range rows {
		out := row(p, r*stride, groups*Lanes[T]())
		for i, v := range out {
			out[i] = Flush(v, zero)
		}
	}
}

// carryForthGo is the reference of every forth carry.
func carryForthGo[T Real](p *T, stride, rows, groups int, edges *T) {
	l := Lanes[T]()
	pairs := unsafe.Slice(edges, 2*rows)
	for r := range rows {
		for k := range 2 {
			from, to := row(p, r*stride+(groups-2+k)*l, l), row(p, r*stride+(k-2)*l, l)
			copy(to[1:], from)
			to[0], pairs[2*r+k] = pairs[2*r+k], from[l-1]
		}
	}
}

// carryBackGo is the reference of every back carry.
func carryBackGo[T Real](p *T, stride, rows, groups int, edges *T) {
	l := Lanes[T]()
	pairs := unsafe.Slice(edges, 2*rows)
	for r := range rows {
		for k := range 2 {
			from, to := row(p, r*stride+k*l, l), row(p, r*stride+(groups+k)*l, l)
			copy(to, from[1:])
			to[l-1], pairs[2*r+k] = pairs[2*r+k], from[0]
		}
	}
}

// row is the n values that begin off values from p. Kernel.Forth and Back have
// checked that they exist.
func row[T Real](p *T, off, n int) []T {
	return unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(p), off*int(unsafe.Sizeof(*p)))), n)
}

// Update is one update of one point, as every kernel does it: one rounding in
// each fma, one in k*c and one in each sum.
func Update[T Real](k *Coef[T], west, east, north, south, centre T) T {
	return fma.FMA(k.RX, T(west+east), fma.FMA(k.RY, T(north+south), T(k.K*centre)))
}

// Flush is +0 for a value below zero in magnitude, -0 too, and any other value itself,
// as every kernel does it behind the update.
func Flush[T Real](v, zero T) T {
	if -zero < v && v < zero {
		return 0
	}
	return v
}
