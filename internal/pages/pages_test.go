package pages

import (
	"errors"
	"syscall"
	"testing"
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
