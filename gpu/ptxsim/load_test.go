package ptxsim

import (
	"os"
	"testing"
)

// Load gives what it has parsed before, and each memory has global variables of its own in
// it.
func TestLoad(t *testing.T) {
	src, err := os.ReadFile("testdata/" + flows[0])
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load("one", src)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Load("one", src); again != m || err != nil {
		t.Errorf("another module for the same text, error %v", err)
	}
	if other, err := Load("other", src); other == m || err != nil {
		t.Errorf("the module of another name, error %v", err)
	}
	if m, err := Load("broken", src[1:]); m != nil || err == nil {
		t.Errorf("%v of a broken file, error %v", m, err)
	}
	first, second := NewMemory(1<<20), NewMemory(1<<20)
	at, size, err := m.Global(first, "counter")
	if err != nil {
		t.Fatal(err)
	}
	b, err := first.Bytes(at, int64(size))
	if err != nil {
		t.Fatal(err)
	}
	b[0]++
	if at, size, err = m.Global(second, "counter"); err != nil {
		t.Fatal(err)
	}
	if c, err := second.Bytes(at, int64(size)); err != nil || c[0]+1 != b[0] {
		t.Errorf("counter %v, want one less than %v, error %v", c, b, err)
	}
}
