// Package gputest is the conformance suite of package gpu: what a device must do,
// whatever drives it.
package gputest

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"hybrid/gpu"
)

//go:embed mix.sm_61.ptx
var mix []byte

// A Check is one property. It leaves the device as it was.
type Check struct {
	Name string
	Run  func(d *gpu.Device) error
}

// Checks is the suite.
func Checks() []Check {
	return []Check{
		{"what a device says of itself", identity},
		{"elements of every type come back", everyType},
		{"parts of buffers", parts},
		{"rows with pitches", rows},
		{"fill", fill},
		{"arguments of every type", arguments},
		{"arguments that do not fit", wrongArguments},
		{"launches that cannot be", wrongLaunches},
		{"static and dynamic shared memory", bothShared},
		{"a stream keeps its order", order},
		{"an event orders two streams", twoStreams},
		{"elapsed time", elapsed},
		{"memory that is not there", outOfMemory},
		{"memory is counted", counted},
		{"modules that cannot be", wrongModules},
		{"a module that is loaded twice", twice},
		{"empty buffers", empty},
		{"lengths that differ", lengths},
	}
}

func identity(d *gpu.Device) error {
	i := d.Info()
	free, total, err := d.MemoryInfo()
	switch {
	case err != nil:
		return err
	case i.Name == "" || i.UUID == "" || i.Major < 3 || i.SMs < 1 || i.SharedPerBlock < 48<<10 || i.Memory <= 0:
		return fmt.Errorf("%+v", i)
	case i.Kind != gpu.KindCUDA && i.Kind != gpu.KindSim:
		return fmt.Errorf("kind %q", i.Kind)
	case free <= 0 || free > total || total > i.Memory:
		return fmt.Errorf("%d of %d bytes free, the device has %d", free, total, i.Memory)
	}
	return nil
}

func everyType(d *gpu.Device) error {
	return errors.Join(roundTrip[int32](d), roundTrip[uint32](d), roundTrip[int64](d), roundTrip[uint64](d),
		roundTrip[float32](d), roundTrip[float64](d), roundTrip[uint8](d))
}

// random are n values that differ.
func random[T gpu.Element](n int) []T {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([]T, n)
	for i := range v {
		v[i] = T(r.IntN(256))
	}
	return v
}

// roundTrip sends elements there and back, both ways that there are.
func roundTrip[T gpu.Element](d *gpu.Device) error {
	for _, n := range []int{1, 7, 1000, 100_003} {
		want := random[T](n)
		b, err := gpu.Alloc[T](d, n)
		if err != nil {
			return err
		}
		defer b.Free()
		got := make([]T, n)
		if err := errors.Join(b.Write(want), b.Read(got)); err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%T, %d elements, Write and Read: %v", want, n, err)
		}
		got, err = throughStream(d, want)
		if err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("%T, %d elements, CopyIn, Copy and CopyOut: %v", want, n, err)
		}
	}
	return nil
}

// throughStream copies to the device, there to another place, and back.
func throughStream[T gpu.Element](d *gpu.Device, src []T) ([]T, error) {
	s, err := d.NewStream()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var there [2]*gpu.Buffer[T]
	for i := range there {
		if there[i], err = gpu.Alloc[T](d, len(src)); err != nil {
			return nil, err
		}
		defer there[i].Free()
	}
	in, err := gpu.AllocHost[T](d, len(src))
	if err != nil {
		return nil, err
	}
	defer in.Free()
	out, err := gpu.AllocHost[T](d, len(src))
	if err != nil {
		return nil, err
	}
	defer out.Free()
	copy(in.Data(), src)
	err = errors.Join(gpu.CopyIn(s, there[0], in), gpu.Copy(s, there[1], there[0]), gpu.CopyOut(s, out, there[1]), s.Synchronize())
	return slices.Clone(out.Data()), err
}

func parts(d *gpu.Device) error {
	b, err := gpu.Alloc[int32](d, 10)
	if err != nil {
		return err
	}
	defer b.Free()
	err = errors.Join(b.Write([]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), b.Slice(3, 5).Write([]int32{30, 40}), b.Slice(4, 10).Slice(5, 6).Write([]int32{90}))
	got := make([]int32, 8)
	if err := errors.Join(err, b.Slice(2, 10).Read(got)); err != nil || !slices.Equal(got, []int32{2, 30, 40, 5, 6, 7, 8, 90}) {
		return fmt.Errorf("%v, %v", got, err)
	}
	return b.Slice(0, 4).Free() // of a part: nothing
}

func rows(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	const rows, cols = 5, 3
	hm, am, bm := gpu.Matrix{Rows: rows, Cols: cols, Pitch: 4}, gpu.Matrix{Rows: rows, Cols: cols, Pitch: 7}, gpu.Matrix{Rows: rows, Cols: cols, Pitch: 3}
	host, err := gpu.AllocHost[float64](d, 19)
	if err != nil {
		return err
	}
	defer host.Free()
	a, err := gpu.Alloc[float64](d, 31)
	if err != nil {
		return err
	}
	defer a.Free()
	b, err := gpu.Alloc[float64](d, 15)
	if err != nil {
		return err
	}
	defer b.Free()
	copy(host.Data(), random[float64](19))
	sent := slices.Clone(host.Data())
	err = errors.Join(gpu.Fill(s, a, 0), gpu.CopyIn2D(s, a, am, host, hm), gpu.Copy2D(s, b, bm, a, am), s.Synchronize())
	if err != nil {
		return err
	}
	onA, onB := make([]float64, 31), make([]float64, 15)
	if err := errors.Join(a.Read(onA), b.Read(onB)); err != nil {
		return err
	}
	for i := range 31 {
		want := 0.0
		if i%7 < cols {
			want = sent[i/7*4+i%7]
		}
		if onA[i] != want {
			return fmt.Errorf("element %d of rows 7 apart is %v, want %v", i, onA[i], want)
		}
	}
	clear(host.Data())
	if err := errors.Join(gpu.CopyOut2D(s, host, hm, b, bm), s.Synchronize()); err != nil {
		return err
	}
	for i := range 19 {
		want := 0.0
		if i%4 < cols {
			want = sent[i]
		}
		if host.Data()[i] != want || i%4 < cols && onB[i/4*3+i%4] != want {
			return fmt.Errorf("element %d of the rows that came back is %v, want %v", i, host.Data()[i], want)
		}
	}
	for _, m := range []gpu.Matrix{{Rows: 5, Cols: 3, Pitch: 2}, {Rows: 6, Cols: 3, Pitch: 4}, {Rows: 5, Cols: 4, Pitch: 4}, {Rows: -1, Cols: 3, Pitch: 4}} {
		if err := gpu.CopyIn2D(s, a, am, host, m); err == nil {
			return fmt.Errorf("%+v of 19 elements to %+v of 31: no error", m, am)
		}
	}
	return nil
}

func fill(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[uint32](d, 5)
	if err != nil {
		return err
	}
	defer b.Free()
	got := make([]uint32, 5)
	err = errors.Join(b.Write(make([]uint32, 5)), gpu.Fill(s, b.Slice(1, 4), 0xa5), s.Synchronize(), b.Read(got))
	if err != nil || !slices.Equal(got, []uint32{0, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0}) {
		return fmt.Errorf("%#x, %v", got, err)
	}
	return nil
}

func arguments(d *gpu.Device) error {
	k, done, err := kernel(d, "mix")
	if err != nil {
		return err
	}
	defer done()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	const n, block = 1000, 128
	in, out, err := pair(d, n)
	if err != nil {
		return err
	}
	defer in.Free()
	defer out.Free()
	x := random[float64](n)
	l, v := int64(-1)<<40, uint64(1)<<50
	err = errors.Join(in.Write(x), k.Launch(s, gpu.Dim{X: (n + block - 1) / block}, gpu.Dim{X: block}, 8*block, out.Arg(), in.Arg(),
		gpu.Value(int32(n)), gpu.Value(uint32(math.MaxUint32)), gpu.Value(l), gpu.Value(v), gpu.Value(float32(0.5)), gpu.Value(-0.25)), s.Synchronize())
	got := make([]float64, n)
	if err := errors.Join(err, out.Read(got)); err != nil {
		return err
	}
	for i := range got {
		want := float64(float64(float64(float64(x[i]*-0.25)+0.5)+math.MaxUint32)+float64(l)) + float64(v)
		if got[i] != want {
			return fmt.Errorf("element %d is %v, want %v", i, got[i], want)
		}
	}
	if a := k.Attributes(); a.MaxThreads < block || a.Shared != 0 {
		return fmt.Errorf("attributes %+v", a)
	}
	if blocks, err := k.Occupancy(block, 8*block); err != nil || blocks < 1 || blocks > 64 {
		return fmt.Errorf("occupancy of %d blocks, %v", blocks, err)
	}
	return nil
}

// kernel loads a kernel of mix.sm_61.ptx.
func kernel(d *gpu.Device, name string) (k *gpu.Kernel, done func() error, err error) {
	m, err := d.Load("mix.sm_61.ptx", mix)
	if err != nil {
		return nil, nil, err
	}
	k, err = m.Kernel(name)
	return k, m.Unload, err
}

func pair(d *gpu.Device, n int) (a, b *gpu.Buffer[float64], err error) {
	if a, err = gpu.Alloc[float64](d, n); err != nil {
		return nil, nil, err
	}
	if b, err = gpu.Alloc[float64](d, n); err != nil {
		a.Free()
	}
	return a, b, err
}

func wrongArguments(d *gpu.Device) error {
	k, done, err := kernel(d, "beyond")
	if err != nil {
		return err
	}
	defer done()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 1)
	if err != nil {
		return err
	}
	defer b.Free()
	one := gpu.Dim{X: 1}
	for want, args := range map[string][]gpu.Arg{
		"0 arguments, want 2":           {},
		"3 arguments, want 2":           {b.Arg(), gpu.Value(int32(0)), gpu.Value(int32(0))},
		"argument 1 is u64, want u32":   {b.Arg(), gpu.Value(int64(0))},
		"argument 1 is f32, want u32":   {b.Arg(), gpu.Value(float32(0))},
		"argument 0 is f64, want u64":   {gpu.Value(0.0), gpu.Value(int32(0))},
		"argument 1 is a pointer, want": {b.Arg(), b.Arg()},
	} {
		if err := k.Launch(s, one, one, 0, args...); err == nil || !strings.Contains(err.Error(), want) {
			return fmt.Errorf("%v, want %q", err, want)
		}
	}
	return s.Synchronize()
}

func wrongLaunches(d *gpu.Device) error {
	k, done, err := kernel(d, "beyond")
	if err != nil {
		return err
	}
	defer done()
	b, err := gpu.Alloc[float64](d, 8)
	if err != nil {
		return err
	}
	defer b.Free()
	for _, wrong := range []struct {
		grid, block gpu.Dim
		shared      int
	}{{gpu.Dim{X: -1}, gpu.Dim{X: 1}, 0}, {gpu.Dim{X: 1}, gpu.Dim{X: 1025}, 0}, {gpu.Dim{X: 1, Y: 1 << 16}, gpu.Dim{X: 1}, 0}, {gpu.Dim{X: 1}, gpu.Dim{X: 1}, d.Info().SharedPerBlock + 1}} {
		s, err := d.NewStream()
		if err != nil {
			return err
		}
		err = errors.Join(k.Launch(s, wrong.grid, wrong.block, wrong.shared, b.Arg(), gpu.Value(int32(0))), s.Synchronize())
		s.Close()
		if err == nil {
			return fmt.Errorf("%+v: no error", wrong)
		}
	}
	return nil
}

// bothPTX has 40 KiB of static shared memory, and writes to the ends of it and of the
// dynamic one before another thread reads there.
const bothPTX = `.version 7.8
.target sm_61
.address_size 64
.shared .align 4 .b8 fixed[40960];
.extern .shared .align 4 .b8 dynamic[];
.visible .entry both(
	.param .u64 out,
	.param .u32 bytes
)
{
	.reg .b32 %r<16>;
	.reg .b64 %rd<6>;
	ld.param.u64 %rd1, [out];
	ld.param.u32 %r1, [bytes];
	mov.u32 %r2, %tid.x;
	mov.u32 %r3, %ntid.x;
	shl.b32 %r4, %r2, 2;
	mov.u32 %r5, fixed;
	add.s32 %r6, %r5, 40956;
	sub.s32 %r6, %r6, %r4;
	st.shared.u32 [%r6], %r2;
	mov.u32 %r7, dynamic;
	add.s32 %r8, %r7, %r1;
	sub.s32 %r8, %r8, %r4;
	sub.s32 %r8, %r8, 4;
	st.shared.u32 [%r8], %r2;
	bar.sync 0;
	sub.s32 %r9, %r3, 1;
	sub.s32 %r9, %r9, %r2;
	shl.b32 %r9, %r9, 2;
	add.s32 %r10, %r5, 40956;
	sub.s32 %r10, %r10, %r9;
	ld.shared.u32 %r11, [%r10];
	add.s32 %r12, %r7, %r1;
	sub.s32 %r12, %r12, %r9;
	sub.s32 %r12, %r12, 4;
	ld.shared.u32 %r13, [%r12];
	mad.lo.s32 %r14, %r11, 1000, %r13;
	cvta.to.global.u64 %rd2, %rd1;
	mul.wide.u32 %rd3, %r2, 4;
	add.s64 %rd4, %rd2, %rd3;
	st.global.u32 [%rd4], %r14;
	ret;
}
`

// bothShared launches a block with more than the 48 KiB of shared memory that every
// block may have, of which neither the static nor the dynamic part is more.
func bothShared(d *gpu.Device) error {
	const threads, dynamic = 64, 16 << 10
	if d.Info().SharedPerBlock < 40<<10+dynamic {
		return nil // the device has no more
	}
	m, err := d.Load("both.ptx", []byte(bothPTX))
	if err != nil {
		return err
	}
	defer m.Unload()
	k, err := m.Kernel("both")
	if err != nil {
		return err
	}
	out, err := gpu.Alloc[int32](d, threads)
	if err != nil {
		return err
	}
	defer out.Free()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	got := make([]int32, threads)
	if err := errors.Join(k.Launch(s, gpu.Dim{X: 1}, gpu.Dim{X: threads}, dynamic, out.Arg(), gpu.Value(int32(dynamic))), s.Synchronize(), out.Read(got)); err != nil {
		return err
	}
	for i, v := range got {
		if want := int32(threads-1-i) * 1001; v != want {
			return fmt.Errorf("thread %d has %d, want %d", i, v, want)
		}
	}
	return nil
}

func order(d *gpu.Device) error {
	k, done, err := kernel(d, "mix")
	if err != nil {
		return err
	}
	defer done()
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	a, b, err := pair(d, 1)
	if err != nil {
		return err
	}
	defer a.Free()
	defer b.Free()
	one := gpu.Dim{X: 1}
	err = a.Write([]float64{1})
	for range 40 { // x -> 2x + 1, which must not change its order
		for _, ab := range [][2]*gpu.Buffer[float64]{{b, a}, {a, b}} {
			err = errors.Join(err, k.Launch(s, one, one, 8, ab[0].Arg(), ab[1].Arg(), gpu.Value(int32(1)), gpu.Value(uint32(1)),
				gpu.Value(int64(0)), gpu.Value(uint64(0)), gpu.Value(float32(0)), gpu.Value(0.5)))
		}
	}
	got := []float64{0}
	if err := errors.Join(err, s.Synchronize(), a.Read(got)); err != nil {
		return err
	}
	want := 1.0
	for range 80 {
		want = want/2 + 1
	}
	if got[0] != want {
		return fmt.Errorf("%v, want %v", got[0], want)
	}
	return nil
}

func twoStreams(d *gpu.Device) error {
	const n = 1 << 16
	first, err := d.NewStream()
	if err != nil {
		return err
	}
	defer first.Close()
	second, err := d.NewStream()
	if err != nil {
		return err
	}
	defer second.Close()
	e, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer e.Close()
	host, err := gpu.AllocHost[uint8](d, n)
	if err != nil {
		return err
	}
	defer host.Free()
	b, err := gpu.Alloc[uint8](d, n)
	if err != nil {
		return err
	}
	defer b.Free()
	for round := range 20 {
		value := byte(round + 1)
		err := errors.Join(gpu.Fill(first, b, value), e.Record(first), second.Wait(e), gpu.CopyOut(second, host, b), e.Record(second), first.Wait(e), second.Synchronize())
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(host.Data(), func(v uint8) bool { return v != value }); i >= 0 {
			return fmt.Errorf("round %d: byte %d is %d, want %d", round, i, host.Data()[i], value)
		}
	}
	return first.Synchronize()
}

func elapsed(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	from, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := gpu.Elapsed(from, to); err == nil {
		return errors.New("a time between events that were never recorded")
	}
	b, err := gpu.Alloc[uint8](d, 1<<20)
	if err != nil {
		return err
	}
	defer b.Free()
	if err := errors.Join(from.Record(s), gpu.Fill(s, b, 1), to.Record(s), to.Synchronize()); err != nil {
		return err
	}
	if t, err := gpu.Elapsed(from, to); err != nil || t < 0 {
		return fmt.Errorf("%v, %v", t, err)
	}
	return nil
}

func outOfMemory(d *gpu.Device) error {
	_, err := gpu.Alloc[float64](d, 1<<50)
	var m *gpu.MemoryError
	if !errors.As(err, &m) || m.Want != 1<<53 || m.Free <= 0 || m.Total < m.Free {
		return fmt.Errorf("%v, %+v", err, m)
	}
	if _, err := gpu.Alloc[float64](d, -1); err == nil {
		return errors.New("a buffer of -1 elements")
	}
	if _, err := gpu.Alloc[float64](d, math.MaxInt/4); err == nil {
		return errors.New("a buffer of more bytes than can be counted")
	}
	return nil
}

func counted(d *gpu.Device) error {
	before, _, err := d.MemoryInfo()
	if err != nil {
		return err
	}
	const bytes = 64 << 20
	b, err := gpu.Alloc[uint8](d, bytes)
	if err != nil {
		return err
	}
	with, _, err := d.MemoryInfo()
	if err != nil || before-with < bytes {
		return fmt.Errorf("%d bytes free before %d were taken, %d then, %v", before, bytes, with, err)
	}
	if err := errors.Join(b.Free(), b.Free()); err != nil { // a second time: nothing
		return err
	}
	after, _, err := d.MemoryInfo()
	if err != nil || after <= with {
		return fmt.Errorf("%d bytes free after they were given back, %v", after, err)
	}
	return nil
}

func wrongModules(d *gpu.Device) error {
	// The interpreter names the line as "broken.ptx:4", NVIDIA's compiler as "line 4".
	line := regexp.MustCompile(`broken\.ptx.*(line |:)4\b`)
	if _, err := d.Load("broken.ptx", []byte(".version 7.8\n.target sm_61\n.address_size 64\n.visible .entry f() { frobnicate.u32 %r1; }\n")); err == nil || !line.MatchString(err.Error()) {
		return fmt.Errorf("%v, want one of line 4 of broken.ptx", err)
	}
	if _, _, err := kernel(d, "nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		return fmt.Errorf("a kernel that is not there: %v", err)
	}
	later := strings.Replace(string(mix), "sm_61", "sm_90", 1)
	if i := d.Info(); i.Major < 9 {
		if _, err := d.Load("later.ptx", []byte(later)); err == nil {
			return errors.New("PTX for a later device was loaded")
		}
	}
	return nil
}

// twice loads the same text under two names, of which one is given back before a
// kernel of the other runs.
func twice(d *gpu.Device) error {
	first, err := d.Load("first.ptx", mix)
	if err != nil {
		return err
	}
	second, err := d.Load("second.ptx", mix)
	if err != nil {
		return errors.Join(err, first.Unload())
	}
	defer second.Unload()
	k, err := second.Kernel("beyond")
	if err := errors.Join(err, first.Unload()); err != nil {
		return err
	}
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 1)
	if err != nil {
		return err
	}
	defer b.Free()
	one := gpu.Dim{X: 1}
	return errors.Join(gpu.Fill(s, b, 0), k.Launch(s, one, one, 0, b.Arg(), gpu.Value(int32(0))), s.Synchronize())
}

func empty(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 0)
	if err != nil || b.Len() != 0 {
		return fmt.Errorf("%d elements, %v", b.Len(), err)
	}
	h, err := gpu.AllocHost[float64](d, 0)
	if err != nil || h.Len() != 0 {
		return fmt.Errorf("%d elements of the host, %v", h.Len(), err)
	}
	return errors.Join(gpu.CopyIn(s, b, h), gpu.CopyOut(s, h, b), gpu.Fill(s, b, 1), b.Write(nil), b.Read(nil), b.Free(), h.Free(), s.Synchronize())
}

func lengths(d *gpu.Device) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	b, err := gpu.Alloc[float64](d, 3)
	if err != nil {
		return err
	}
	defer b.Free()
	h, err := gpu.AllocHost[float64](d, 4)
	if err != nil {
		return err
	}
	defer h.Free()
	for _, err := range []error{gpu.CopyIn(s, b, h), gpu.CopyOut(s, h, b), gpu.Copy(s, b, b.Slice(0, 2)), b.Write(make([]float64, 4)), b.Read(make([]float64, 2))} {
		if err == nil || !strings.Contains(err.Error(), "elements") {
			return fmt.Errorf("%v, want an error that names both numbers of elements", err)
		}
	}
	return s.Synchronize()
}
