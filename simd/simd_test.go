package simd

import (
	"slices"
	"testing"
)

func TestChoose(t *testing.T) {
	for _, name := range []string{"", "auto"} {
		if got, err := Choose(name); err != nil || got != Best() {
			t.Errorf("Choose(%q) = %v, %v, want %v", name, got, err, Best())
		}
	}
	if got, err := Choose("go"); err != nil || got != Go {
		t.Errorf("Choose(go) = %v, %v", got, err)
	}
	if _, err := Choose("sse9"); err == nil {
		t.Error("Choose(sse9) gave no error")
	}
	for i := Go; i <= NEON; i++ {
		got, err := Choose(i.String())
		have := slices.Contains(Available(), i)
		if have && (err != nil || got != i) {
			t.Errorf("Choose(%v) = %v, %v", i, got, err)
		}
		if !have && err == nil {
			t.Errorf("Choose(%v) gave no error on a processor that has %v", i, Available())
		}
	}
	if _, err := ISA(99).Resolve(); err == nil {
		t.Error("ISA(99).Resolve gave no error")
	}
}

func TestAvailable(t *testing.T) {
	have := Available()
	if have[0] != Go || have[len(have)-1] != Best() || !slices.IsSorted(have) {
		t.Errorf("Available() = %v, want from go to %v", have, Best())
	}
}
