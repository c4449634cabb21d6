package stencil

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/internal/pages"
	"hybrid/simd"
)

// reference is the definition in the comments of Forth and Back, on a copy of
// the buffer.
func reference[T Real](buf []T, b Block, c *Coef[T], forth bool) []T {
	out := append([]T(nil), buf...)
	l := Lanes[T]()
	d := l
	if forth {
		d = -l
	}
	for r := range b.Rows {
		at := b.At + r*b.Stride
		for i := range b.Groups * l {
			n, m, s := at+i, at+b.Stride+i, at+2*b.Stride+i
			v := Update(c, buf[m+min(0, 2*d)], buf[m+max(0, 2*d)], buf[n+d], buf[s+d], buf[m+d])
			if b.Flush {
				v = Flush(v, c.Zero)
			}
			out[at+i] = v
		}
	}
	return out
}

func random[T Real](rng *rand.Rand, n int) []T {
	buf := make([]T, n)
	for i := range buf {
		switch rng.IntN(8) {
		case 0:
			buf[i] = T(math.Ldexp(rng.Float64()-0.5, -140)) // subnormal in float32
		case 1:
			buf[i] = 0
		default:
			buf[i] = T(100 * (rng.Float64() - 0.5))
		}
	}
	return buf
}

func testKernels[T Real](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := Lanes[T]()
	for _, isa := range simd.Available() {
		k, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, groups := range []int{1, 2, 3, 4, 5, 7, 8, 13, 32} {
			for _, rows := range []int{1, 2, 3, 8} {
				for _, up := range []bool{false, true} {
					width := (groups + 2*Halo) * l
					buf := random[T](rng, width*(rows+2))
					b := Block{At: Halo * l, Stride: width, Rows: rows, Groups: groups, AheadRate: 2, NearRate: 1}
					if up {
						b.At, b.Stride = Halo*l+width*(rows+1), -width
					}
					c := &Coef[T]{RX: 0.21, RY: 0.17, K: T(1 - 2*0.21 - 2*0.17), Zero: 5}
					for i := range 8 {
						forth, carry := i%2 == 0, i/2%2 == 0 && groups > 1
						b.Flush = i >= 4
						got, want := append([]T(nil), buf...), reference(buf, b, c, forth)
						var edges, left []T
						if carry {
							edges = random[T](rng, 2*rows)
							left = append(left, edges...)
						}
						if forth {
							k.Forth(got, b, c, edges)
						} else {
							k.Back(got, b, c, edges)
						}
						if carry && forth {
							k.CarryForth(want, b, left) // has a test of its own
						} else if carry {
							k.CarryBack(want, b, left)
						}
						if !slices.Equal(edges, left) {
							t.Fatalf("%v groups %d rows %d up %v forth %v flush %v: edges are %v, want %v", isa, groups, rows, up, forth, b.Flush, edges, left)
						}
						for i := range want {
							if got[i] != want[i] {
								t.Fatalf("%v groups %d rows %d up %v forth %v flush %v: value %d (row %d) is %v, want %v",
									isa, groups, rows, up, forth, b.Flush, i, i/width, got[i], want[i])
							}
						}
					}
				}
			}
		}
	}
}

func testCarry[T Real](t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	l := Lanes[T]()
	for _, isa := range simd.Available() {
		k, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, groups := range []int{2, 3, 8} {
			for _, up := range []bool{false, true} {
				const rows = 3
				width := (groups + 2*Halo) * l
				b := Block{At: Halo * l, Stride: width, Rows: rows, Groups: groups}
				if up {
					b.At, b.Stride = Halo*l+width*(rows-1), -width
				}
				buf, edges := random[T](rng, width*rows), random[T](rng, 2*rows)
				forth, gotF := append([]T(nil), buf...), append([]T(nil), edges...)
				k.CarryForth(forth, b, gotF)
				back, gotB := append([]T(nil), buf...), append([]T(nil), edges...)
				k.CarryBack(back, b, gotB)
				for r := range rows {
					at := b.At + r*b.Stride
					// As columns: forth puts column L*w-2+k of the strip on the
					// left, then column l*w-2+k, into lane l of group -2+k.
					column := func(c int) T { return buf[at+c%groups*l+c/groups] }
					for i := range 2 {
						for lane := range l {
							want := edges[2*r+i]
							if lane > 0 {
								want = column(lane*groups - 2 + i)
							}
							if got := forth[at+(i-2)*l+lane]; got != want {
								t.Fatalf("%v groups %d up %v: forth row %d halo %d lane %d is %v, want %v", isa, groups, up, r, i, lane, got, want)
							}
							want = edges[2*r+i]
							if lane < l-1 {
								want = column((lane+1)*groups + i)
							}
							if got := back[at+(groups+i)*l+lane]; got != want {
								t.Fatalf("%v groups %d up %v: back row %d halo %d lane %d is %v, want %v", isa, groups, up, r, i, lane, got, want)
							}
						}
						if got, want := gotF[2*r+i], column(l*groups-2+i); got != want {
							t.Fatalf("%v: forth edge %d of row %d is %v, want %v", isa, i, r, got, want)
						}
						if got, want := gotB[2*r+i], column(i); got != want {
							t.Fatalf("%v: back edge %d of row %d is %v, want %v", isa, i, r, got, want)
						}
					}
					for i := range groups * l {
						if forth[at+i] != buf[at+i] || back[at+i] != buf[at+i] {
							t.Fatalf("%v: carry changed the row itself at %d", isa, i)
						}
					}
				}
			}
		}
	}
}

func TestCarry(t *testing.T) {
	t.Run("float64", testCarry[float64])
	t.Run("float32", testCarry[float32])
}

func TestKernels(t *testing.T) {
	t.Run("float64", testKernels[float64])
	t.Run("float32", testKernels[float32])
}

func TestKernelRefusesABlockOutsideItsBuffer(t *testing.T) {
	k, err := New[float64](simd.Go)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float64, 4*12*8)
	good := Block{At: 16, Stride: 96, Rows: 2, Groups: 8}
	k.Forth(buf, good, &Coef[float64]{K: 1}, nil)
	for _, b := range []Block{
		{At: 15, Stride: 96, Rows: 2, Groups: 8},
		{At: 16, Stride: 96, Rows: 3, Groups: 8},
		{At: 16, Stride: -96, Rows: 2, Groups: 8},
		{At: 16, Stride: 96, Rows: 2, Groups: 0},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v did not panic", b)
				}
			}()
			k.Forth(buf, b, &Coef[float64]{K: 1}, nil)
		}()
	}
}

func BenchmarkKernel(b *testing.B) {
	b.Run("float64", benchmarkKernel[float64])
	b.Run("float32", benchmarkKernel[float32])
}

// benchmarkKernel works on rows that stay in the first-level cache.
func benchmarkKernel[T Real](b *testing.B) {
	l := Lanes[T]()
	for _, isa := range simd.Available() {
		for i, groups := range []int{16, 24, 32, 24} {
			flush := i == 3
			b.Run(fmt.Sprintf("%v/groups=%d/flush=%v", isa, groups, flush), func(b *testing.B) {
				k, err := New[T](isa)
				if err != nil {
					b.Fatal(err)
				}
				const rows = 12
				width := (groups + 2*Halo) * l
				buf := pages.Make[T](width * (rows + 2))
				for i := range buf {
					buf[i] = T(i%97) + 1
				}
				c := &Coef[T]{RX: 0.2, RY: 0.2, K: T(0.2)}
				edges := make([]T, 2*rows)
				blk := Block{At: Halo * l, Stride: width, Rows: rows, Groups: groups, Flush: flush}
				for b.Loop() {
					k.Forth(buf, blk, c, edges)
				}
				b.ReportMetric(float64(rows*groups*l)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
