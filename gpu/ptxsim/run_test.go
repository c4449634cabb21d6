package ptxsim

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"unsafe"

	"hybrid/internal/fma"
)

// load parses a file of testdata and returns a kernel of it.
func load(t testing.TB, file, kernel string) *Kernel {
	t.Helper()
	src, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(file, src)
	if err != nil {
		t.Fatal(err)
	}
	k, ok := m.Kernel(kernel)
	if !ok {
		t.Fatalf("%s has no kernel %s", file, kernel)
	}
	return k
}

// put copies values into new device memory.
func put[T any](t testing.TB, mem *Memory, v []T) uint64 {
	t.Helper()
	var x T
	n := int64(len(v)) * int64(unsafe.Sizeof(x))
	addr, err := mem.Alloc(n)
	if err != nil {
		t.Fatal(err)
	}
	copy(get[T](t, mem, addr, len(v)), v)
	return addr
}

// get is device memory as values.
func get[T any](t testing.TB, mem *Memory, addr uint64, n int) []T {
	t.Helper()
	var x T
	b, err := mem.Bytes(addr, int64(n)*int64(unsafe.Sizeof(x)))
	if err != nil {
		t.Fatal(err)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), n)
}

// pack lays arguments out as the kernel's parameters want them.
func pack(t testing.TB, k *Kernel, args ...any) []byte {
	t.Helper()
	var b []byte
	params := k.Params()
	if len(params) != len(args) {
		t.Fatalf("%d arguments for %d parameters", len(args), len(params))
	}
	for i, a := range args {
		for len(b) < params[i].Offset {
			b = append(b, 0)
		}
		switch v := a.(type) {
		case int:
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, v)
		case uint64:
			b = binary.LittleEndian.AppendUint64(b, v)
		case float32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		case float64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		default:
			t.Fatalf("argument of type %T", a)
		}
	}
	return b
}

func TestSaxpy(t *testing.T) {
	const n = 1000
	for _, file := range []string{"basic.sm_61.ptx", "basic.sm_80.ptx"} {
		k := load(t, file, "saxpy")
		if got := k.MaxThreads(); got != 256 {
			t.Errorf("MaxThreads %d, want 256", got)
		}
		mem := NewMemory(1 << 20)
		x, y := make([]float32, n), make([]float32, n)
		for i := range x {
			x[i], y[i] = float32(i)*0.1, float32(n-i)*0.3
		}
		dx, dy := put(t, mem, x), put(t, mem, y)
		l := Launch{Grid: [3]int{4, 1, 1}, Block: [3]int{256, 1, 1}, Args: pack(t, k, float32(1.7), dx, dy, n)}
		if err := k.Run(t.Context(), mem, l); err != nil {
			t.Fatal(err)
		}
		for i, got := range get[float32](t, mem, dy, n) {
			if want := fma.FMA32(1.7, x[i], y[i]); got != want {
				t.Fatalf("%s: y[%d] = %v, want %v", file, i, got, want)
			}
		}
	}
}

func TestReduce(t *testing.T) {
	const n = 5000
	for _, file := range []string{"basic.sm_61.ptx", "basic.sm_80.ptx"} {
		k := load(t, file, "reduce")
		mem := NewMemory(1 << 20)
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i)
		}
		dx, out := put(t, mem, x), put(t, mem, []float64{0})
		l := Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{256, 1, 1}, Args: pack(t, k, dx, out, n)}
		if err := k.Run(t.Context(), mem, l); err != nil {
			t.Fatal(err)
		}
		if got := get[float64](t, mem, out, 1)[0]; got != n*(n-1)/2 {
			t.Errorf("sum %v, want %v", got, n*(n-1)/2)
		}
	}
}

// product runs a kernel of the matrix product on n x n matrices.
func product(t testing.TB, file, kernel string, n int) (c, want []float32, err error) {
	k := load(t, file, kernel)
	mem := NewMemory(1 << 24)
	a, b := make([]float32, n*n), make([]float32, n*n)
	for i := range a {
		a[i], b[i] = float32(i%17)-8.3, float32(i%23)*0.7
	}
	want = make([]float32, n*n)
	for i := range n {
		for j := range n {
			for l := range n {
				want[i*n+j] = fma.FMA32(a[i*n+l], b[l*n+j], want[i*n+j])
			}
		}
	}
	da, db, dc := put(t, mem, a), put(t, mem, b), put(t, mem, want)
	clear(get[float32](t, mem, dc, n*n))
	l := Launch{Grid: [3]int{n / 16, n / 16, 1}, Block: [3]int{16, 16, 1}, Args: pack(t, k, da, db, dc, n)}
	err = k.Run(context.Background(), mem, l)
	return get[float32](t, mem, dc, n*n), want, err
}

func TestMatmul(t *testing.T) {
	for _, file := range []string{"basic.sm_61.ptx", "basic.sm_80.ptx"} {
		c, want, err := product(t, file, "matmul", 64)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c {
			if c[i] != want[i] {
				t.Fatalf("%s: element %d is %v, want %v", file, i, c[i], want[i])
			}
		}
	}
}

// faultOf wants a fault whose message has a text.
func faultOf(t *testing.T, err error, text string) *Fault {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) {
		t.Fatalf("error %v, want a fault", err)
	}
	if !strings.Contains(f.Msg, text) {
		t.Fatalf("fault %q, want %q in it", f, text)
	}
	return f
}

func TestMissingBarrier(t *testing.T) {
	for _, kernel := range []string{"norace1", "norace2"} {
		_, _, err := product(t, "basic.sm_61.ptx", kernel, 64)
		t.Log(err)
		faultOf(t, err, "shared memory")
	}
}
