package ptxsim

import (
	"strings"
	"testing"
)

func TestMemory(t *testing.T) {
	m := NewMemory(1000)
	a, err := m.Alloc(600)
	if err != nil || a%256 != 0 {
		t.Fatalf("address %#x, error %v", a, err)
	}
	wants := func(err error, text string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("error %v, want %q in it", err, text)
		}
	}
	_, err = m.Alloc(500)
	wants(err, "500 bytes wanted, 400 of 1000 free")
	_, err = m.Alloc(0)
	wants(err, "allocation of 0 bytes")
	b, err := m.Bytes(a+100, 500)
	if err != nil || len(b) != 500 || b[0] != 0xff {
		t.Errorf("%d bytes, error %v", len(b), err)
	}
	_, err = m.Bytes(a+100, 501)
	wants(err, "offset 100 of the allocation of 600 bytes")
	_, err = m.Bytes(a-8, 8)
	wants(err, "8 bytes before")
	_, err = m.Bytes(1<<63, 1)
	wants(err, "no allocation")
	wants(m.Free(a+1), "not the start")
	if err := m.Free(a); err != nil {
		t.Error(err)
	}
	wants(m.Free(a), "freed twice")
	_, err = m.Bytes(a, 1)
	wants(err, "was freed")
	c, err := m.Alloc(1000)
	if err != nil || c == a {
		t.Errorf("address %#x again, error %v", c, err)
	}
	if used, limit := m.Used(); used != 1000 || limit != 1000 {
		t.Errorf("%d of %d bytes used", used, limit)
	}
}

func TestUseAfterFree(t *testing.T) {
	k := load(t, "basic.sm_61.ptx", "saxpy")
	mem := NewMemory(1 << 20)
	p := put(t, mem, make([]float32, 32))
	if err := mem.Free(p); err != nil {
		t.Fatal(err)
	}
	err := k.Run(t.Context(), mem, Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{32, 1, 1}, Args: pack(t, k, float32(1), p, p, 32)})
	faultOf(t, err, "which was freed")
}
