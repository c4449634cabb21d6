package radix

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"

	"hybrid/simd"
)

// bytes is how much memory a workspace has.
func (d *workspace[U]) bytes() int {
	size := int(unsafe.Sizeof(U(0)))
	sum := 4*len(d.counts) + 8*(len(d.next)+len(d.scratch)+len(d.cells)+len(d.begins[0])+len(d.begins[1]))
	sum += size * (len(d.keys) + len(d.bucket) + len(d.sorted) + len(d.lines))
	if d.below != nil {
		sum += d.below.bytes()
	}
	return sum
}

// TestThreadBytes sorts keys of every shape, of which some make leaves as large as they
// get, and compares what the threads took with what a sort says beforehand.
func TestThreadBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{10, 1000, 50_000, 1 << 20} {
		for _, m := range makers {
			if testing.Short() && n > 50_000 && r.IntN(8) > 0 {
				continue
			}
			src := make([]uint64, n)
			for i := range src {
				src[i] = m.at(r, i, n)
			}
			for _, isa := range simd.Available() {
				for _, threads := range []int{1, 2} {
					o := Options{Threads: threads, ISA: isa, Workspaces: new(Workspaces)}
					if err := Prepare[float64](n, o); err != nil {
						t.Fatal(err)
					}
					check := func(what string) {
						t.Helper()
						for _, d := range o.Workspaces.words64 {
							if got, most := d.bytes(), ThreadBytes(n/threads); float64(got) > most {
								t.Errorf("%s of %d keys, %s, %v, %d threads: %d bytes, more than %.0f", what, n, m.name, isa, threads, got, most)
							}
						}
					}
					check("preparing")
					x := append([]uint64{}, src...)
					if err := Sort(unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(x))), n), make([]float64, n), o); err != nil {
						t.Fatal(err)
					}
					check("sorting")
					clear(x[:n/2]) // ranks of two buckets, in two parts
					counts := [][]int{{n / 4, 0}, {n/2 - n/4, n - n/2}}
					for i := range x[n/2:] {
						x[n/2+i] = src[i] | 1<<63
					}
					if err := SortBuckets(make([]uint64, n), x, counts, o); err != nil {
						t.Fatal(fmt.Errorf("%v: %w", counts, err))
					}
					check("sorting buckets")
				}
			}
		}
	}
}

// TestPrepareGivesAllThreadsAsMuch, as keys are divided evenly.
func TestPrepareGivesAllThreadsAsMuch(t *testing.T) {
	for _, isa := range simd.Available() {
		all := new(Workspaces)
		if err := Prepare[float64](1<<16, Options{Threads: 8, ISA: isa, Workspaces: all}); err != nil {
			t.Fatal(err)
		}
		for i, d := range all.words64 {
			if got, want := d.bytes(), all.words64[0].bytes(); got != want || want == 0 {
				t.Errorf("%v: thread %d has %d bytes, the first one %d", isa, i, got, want)
			}
		}
	}
}
