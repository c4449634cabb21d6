package ptxsim

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// flows are the variants of testdata/flow.cu.
var flows = []string{"flow.sm_61.ptx", "flow.sm_90.ptx"}

// launch runs blocks of threads of a kernel of testdata/flow.cu.
func launch(t *testing.T, mem *Memory, k *Kernel, blocks, threads, shared int, args ...any) {
	t.Helper()
	l := Launch{Grid: [3]int{blocks, 1, 1}, Block: [3]int{threads, 1, 1}, Shared: shared, Args: pack(t, k, args...)}
	if err := k.Run(t.Context(), mem, l); err != nil {
		t.Fatal(err)
	}
}

// TestDivergence runs a loop that every lane leaves after steps of its own.
func TestDivergence(t *testing.T) {
	const n = 1000
	for _, file := range flows {
		k, mem := load(t, file, "collatz"), NewMemory(1<<20)
		in := make([]uint32, n)
		for i := range in {
			in[i] = uint32(i + 1)
		}
		out := put(t, mem, make([]uint32, n))
		launch(t, mem, k, 8, 128, 0, put(t, mem, in), out, n)
		for i, got := range get[uint32](t, mem, out, n) {
			steps := uint32(0)
			for v := uint32(i + 1); v != 1; steps++ {
				if v%2 != 0 {
					v = 3*v + 1
				} else {
					v /= 2
				}
			}
			if got != steps {
				t.Fatalf("%s: %d takes %d steps, want %d", file, i+1, got, steps)
			}
		}
	}
}

// TestLocal sorts in an array of each thread's own.
func TestLocal(t *testing.T) {
	const threads = 100
	rng := rand.New(rand.NewPCG(1, 2))
	in := make([]int32, 16*threads)
	for i := range in {
		in[i] = rng.Int32()
	}
	for _, file := range flows {
		k, mem := load(t, file, "sorted"), NewMemory(1<<20)
		out := put(t, mem, in)
		launch(t, mem, k, 1, threads, 0, put(t, mem, in), out)
		got := get[int32](t, mem, out, len(in))
		for i := range threads {
			want := slices.Sorted(slices.Values(in[16*i : 16*i+16]))
			if !slices.Equal(got[16*i:16*i+16], want) {
				t.Fatalf("%s: thread %d has %v, want %v", file, i, got[16*i:16*i+16], want)
			}
		}
	}
}

// TestCalls runs functions that the compiler did not inline, one with a barrier.
func TestCalls(t *testing.T) {
	for _, file := range flows {
		for _, n := range []int{3, 40, 50} {
			k, mem := load(t, file, "calls"), NewMemory(1<<20)
			out, f := put(t, mem, make([]int32, 64)), put(t, mem, make([]float64, 64))
			launch(t, mem, k, 1, 64, 0, out, f, n)
			values := get[float64](t, mem, f, 64)
			for i, got := range get[int32](t, mem, out, 64) {
				s := i
				collect := func(x int) int {
					if x > 40 {
						return s
					}
					s += x
					return x * 7
				}
				a := collect(n)
				if want := a + collect(n+1) + s; int(got) != want {
					t.Fatalf("%s: thread %d has %d, want %d", file, i, got, want)
				}
				if want := 2*math.Abs(float64(i)-10) + 12; values[i] != want {
					t.Fatalf("%s: thread %d has %v, want %v", file, i, values[i], want)
				}
			}
		}
	}
}

func TestSwitch(t *testing.T) {
	for _, file := range flows {
		k, mem := load(t, file, "table"), NewMemory(1<<20)
		in := make([]int32, 32)
		for i := range in {
			in[i] = int32(i % 10)
		}
		out := put(t, mem, in)
		launch(t, mem, k, 1, 32, 0, put(t, mem, in), out)
		for i, got := range get[int32](t, mem, out, 32) {
			want := []int32{11, 5, 5, 24, 103, 125, -6, -8, 1000, 1000}[i%10]
			if got != want {
				t.Errorf("%s: case %d gives %d, want %d", file, i%10, got, want)
			}
		}
	}
}

// TestBranchTable runs brx.idx, which NVRTC has not written for any kernel yet.
func TestBranchTable(t *testing.T) {
	out, err := execute(t, `and.b32 %r1, %t, 3; T: .branchtargets A, B, A, C; brx.idx %r1, T;
		A: mov.u32 %r0, 10; bra D; B: mov.u32 %r0, 20; bra D; C: mov.u32 %r0, 30; D: st.global.u32 [%at], %r0;`, 64, 64)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range out {
		if want := []uint32{10, 20, 10, 30}[i%4]; got != want {
			t.Errorf("thread %d has %d, want %d", i, got, want)
		}
	}
}

// TestSpaces reads a structure of parameters, constant and global variables.
func TestSpaces(t *testing.T) {
	for _, file := range flows {
		k, mem := load(t, file, "structure"), NewMemory(1<<20)
		if p := k.Params()[0]; p.Size != 40 || p.Align != 8 || p.Type.String() != "b8" {
			t.Errorf("parameter %+v, want 40 bytes", p)
		}
		out := put(t, mem, make([]float64, 32))
		args := binary.LittleEndian.AppendUint64(nil, 3)
		for _, v := range []float64{0.5, 0.25, 2} {
			args = binary.LittleEndian.AppendUint64(args, math.Float64bits(v))
		}
		args = binary.LittleEndian.AppendUint64(args, uint64(math.Float32bits(100)))
		args = binary.LittleEndian.AppendUint64(args, out)
		l := Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{32, 1, 1}, Args: args}
		for range 2 {
			if err := k.Run(t.Context(), mem, l); err != nil {
				t.Fatal(err)
			}
		}
		for i, got := range get[float64](t, mem, out, 32) {
			want := 3*[]float64{0.5, 0.25, 2}[i%3] + 100 + float64(i%8+1)
			if i == 0 {
				want += 2
			}
			if got != want {
				t.Errorf("%s: thread %d has %v, want %v", file, i, got, want)
			}
		}
		addr, size, err := k.mod.Global(mem, "counter")
		if err != nil || size != 4 {
			t.Fatalf("%d bytes, error %v", size, err)
		}
		if got := get[int32](t, mem, addr, 1)[0]; got != 9 {
			t.Errorf("counter %d, want 9", got)
		}
		if _, _, err := k.mod.Global(mem, "weights"); err == nil {
			t.Error("a constant taken for a global variable")
		}
	}
}

func TestDynamicShared(t *testing.T) {
	for _, file := range flows {
		k, mem := load(t, file, "reversed"), NewMemory(1<<20)
		x := make([]float32, 96)
		for i := range x {
			x[i] = float32(i)
		}
		p := put(t, mem, x)
		launch(t, mem, k, 1, 96, 96*4, p)
		for i, got := range get[float32](t, mem, p, 96) {
			if want := float32(95-i) + 0.5; got != want {
				t.Fatalf("%s: element %d is %v, want %v", file, i, got, want)
			}
		}
		err := k.Run(t.Context(), mem, Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{96, 1, 1}, Shared: 95 * 4, Args: pack(t, k, p)})
		if f := faultOf(t, err, "offset 508 of 508"); f.Thread != [3]int{95, 0, 0} {
			t.Errorf("fault of thread %v, want 95", f.Thread)
		}
	}
}

// TestLastBlock has one block read what the others wrote, in order by atomics.
func TestLastBlock(t *testing.T) {
	const blocks = 200
	for _, file := range flows {
		k, mem := load(t, file, "lastblock"), NewMemory(1<<20)
		x := make([]float64, 32*blocks)
		for i := range x {
			x[i] = float64(i)
		}
		dx, part, out := put(t, mem, x), put(t, mem, make([]float64, blocks)), put(t, mem, make([]float64, 1))
		for range 3 {
			launch(t, mem, k, blocks, 32, 0, dx, part, out)
			if got, want := get[float64](t, mem, out, 1)[0], float64(len(x)*(len(x)-1)/2); got != want {
				t.Errorf("%s: sum %v, want %v", file, got, want)
			}
		}
	}
}

// TestMaths runs CUDA's mathematical functions, which are long and use most of the
// instruction set, within a few ulps.
func TestMaths(t *testing.T) {
	const n = 500
	rng := rand.New(rand.NewPCG(5, 6))
	x, y := make([]float64, n), make([]float32, n)
	for i := range x {
		x[i] = (rng.Float64() - 0.5) * math.Pow(10, float64(i%4))
		if i%50 == 0 {
			x[i] *= 1e6 // sin and cos take their long way
		}
		y[i] = float32(x[i])
	}
	abs := math.Abs
	fs := []func(x float64) float64{math.Sin, math.Cos, math.Exp, func(x float64) float64 { return math.Log(abs(x)) },
		func(x float64) float64 { return math.Pow(abs(x), 1.5) }, func(x float64) float64 { return math.Sqrt(abs(x)) },
		func(x float64) float64 { return 1 / x }}
	for _, file := range flows {
		k, mem := load(t, file, "maths"), NewMemory(1<<20)
		out, z := put(t, mem, make([]float64, 8*n)), put(t, mem, make([]float32, 8*n))
		launch(t, mem, k, 4, 128, 0, put(t, mem, x), out, put(t, mem, y), z, n)
		doubles, singles := get[float64](t, mem, out, 8*n), get[float32](t, mem, z, 8*n)
		for i := range n {
			for j, f := range append(slices.Clip(fs), math.Atan) {
				if got, want := doubles[8*i+j], f(x[i]); abs(got-want) > 1e-15*abs(want)+4e-16 {
					t.Fatalf("%s: function %d of %v is %v, want %v", file, j, x[i], got, want)
				}
			}
			for j, f := range append(slices.Clip(fs), math.Tanh) {
				got, want := float64(singles[8*i+j]), f(float64(y[i]))
				if want > math.MaxFloat32 {
					want = math.Inf(1)
				}
				if got != want && abs(got-want) > 1e-6*abs(want)+2e-7 {
					t.Fatalf("%s: f32 function %d of %v is %v, want %v", file, j, y[i], got, want)
				}
			}
		}
	}
}
