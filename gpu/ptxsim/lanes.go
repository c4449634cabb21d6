package ptxsim

import "unsafe"

// The shapes of instructions without side effects. What they are made of works
// on all 32 lanes: lanes that are not executing compute too, into a scratch
// array, and only the others' results are kept. Lanes that have exited may be
// overwritten.

func array[T any](w *warp, i int) *[32]T { return (*[32]T)(w.p[i]) }

func scratch[T any](w *warp) *[32]T { return (*[32]T)(unsafe.Pointer(&w.scratch)) }

// keep copies the executing lanes' results out of the scratch array.
func keep[T any](w *warp, d int) {
	to, from := array[T](w, d), scratch[T](w)
	for m := w.mask; m != 0; m &= m - 1 {
		i := firstLane(m)
		to[i] = from[i]
	}
}

func lanes1[D, A any](d, a int, f func(d *[32]D, a *[32]A)) op {
	return func(w *warp) {
		if w.mask == w.live {
			f(array[D](w, d), array[A](w, a))
			return
		}
		f(scratch[D](w), array[A](w, a))
		keep[D](w, d)
	}
}

func lanes2[D, A, B any](d, a, b int, f func(d *[32]D, a *[32]A, b *[32]B)) op {
	return func(w *warp) {
		if w.mask == w.live {
			f(array[D](w, d), array[A](w, a), array[B](w, b))
			return
		}
		f(scratch[D](w), array[A](w, a), array[B](w, b))
		keep[D](w, d)
	}
}

func lanes3[D, A, B, C any](d, a, b, c int, f func(d *[32]D, a *[32]A, b *[32]B, c *[32]C)) op {
	return func(w *warp) {
		if w.mask == w.live {
			f(array[D](w, d), array[A](w, a), array[B](w, b), array[C](w, c))
			return
		}
		f(scratch[D](w), array[A](w, a), array[B](w, b), array[C](w, c))
		keep[D](w, d)
	}
}

// map1, map2 and map3 make an array function of a function of one lane, for
// instructions that are too rare to have a loop of their own.

func map1[D, A any](f func(A) D) func(*[32]D, *[32]A) {
	return func(d *[32]D, a *[32]A) {
		for i := range d {
			d[i] = f(a[i])
		}
	}
}

func map2[D, A, B any](f func(A, B) D) func(*[32]D, *[32]A, *[32]B) {
	return func(d *[32]D, a *[32]A, b *[32]B) {
		for i := range d {
			d[i] = f(a[i], b[i])
		}
	}
}

func map3[D, A, B, C any](f func(A, B, C) D) func(*[32]D, *[32]A, *[32]B, *[32]C) {
	return func(d *[32]D, a *[32]A, b *[32]B, c *[32]C) {
		for i := range d {
			d[i] = f(a[i], b[i], c[i])
		}
	}
}

// raw reads and writes a lane of an array whose elements have size bytes.
func raw(p unsafe.Pointer, size, lane int) uint64 {
	switch size {
	case 1, 2:
		return uint64((*[32]uint16)(p)[lane])
	case 4:
		return uint64((*[32]uint32)(p)[lane])
	}
	return (*[32]uint64)(p)[lane]
}

func setRaw(p unsafe.Pointer, size, lane int, v uint64) {
	switch size {
	case 1, 2:
		(*[32]uint16)(p)[lane] = uint16(v)
	case 4:
		(*[32]uint32)(p)[lane] = uint32(v)
	default:
		(*[32]uint64)(p)[lane] = v
	}
}
