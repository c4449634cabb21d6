package pages

import (
	"errors"
	"syscall"
	"testing"
	"unsafe"
)

// TestAdvise gives ranges that begin and end inside pages, which the kernel
// itself would refuse. A kernel without huge pages refuses them all with EINVAL.
func TestAdvise(t *testing.T) {
	v := make([]byte, 8<<20)
	whole := advise(v)
	if whole != nil && !errors.Is(whole, syscall.EINVAL) {
		t.Fatal(whole)
	}
	for _, cut := range []int{1, 63, 4095, 4096, 4097} {
		if err := advise(v[cut : len(v)-2*cut]); err != whole {
			t.Errorf("cut by %d: %v, whole: %v", cut, err, whole)
		}
	}
}

func TestMake(t *testing.T) {
	check := func(address uintptr, got, want int) {
		t.Helper()
		if address%64 != 0 || got != want {
			t.Errorf("%d values at %#x, want %d on a cache line", got, address, want)
		}
	}
	for _, n := range []int{1, 7, 64, 1000, 1 << 20} {
		f := Make[float32](n)
		check(uintptr(unsafe.Pointer(&f[0])), len(f), n)
		d := Make[float64](n)
		check(uintptr(unsafe.Pointer(&d[0])), cap(d), n)
	}
	if len(Make[float64](0)) != 0 {
		t.Error("no values are some")
	}
}

func TestHugeTakesWhatItGets(t *testing.T) {
	Huge[float64](nil)
	Huge(make([]float32, 3))
	v := make([]float64, 1<<20)
	v[7] = 1
	Huge(v)
	if v[7] != 1 {
		t.Error("the array changed")
	}
}

// TestRelease releases parts of an array that begin and end anywhere: what lies
// outside stays, and what lies inside is as it was or 0, and can be written.
func TestRelease(t *testing.T) {
	Release[float64](nil)
	for _, cut := range [][2]int{{0, 1 << 16}, {1, 1 << 15}, {511, 513}, {512, 1024}, {700, 701}, {3, 40000}} {
		v := Make[float64](1 << 16)
		for i := range v {
			v[i] = 1
		}
		Release(v[cut[0]:cut[1]])
		for i, x := range v {
			within := cut[0] <= i && i < cut[1]
			if x != 1 && (x != 0 || !within) {
				t.Fatalf("%v: value %d is %v", cut, i, x)
			}
			v[i] = 2
		}
		for i, x := range v {
			if x != 2 {
				t.Fatalf("%v: value %d is %v after it was written", cut, i, x)
			}
		}
	}
}
