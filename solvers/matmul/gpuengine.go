package matmul

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/kernels_cuda"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/task"
)

// A gpuEngine multiplies on a GPU. The blocks lie in the host's memory, and what fits of
// them on the device too:
//
//	all of it    A, B and C: from A and B this rank's panels are taken as they lie,
//	             and only those of other ranks are copied
//	C            panels of A and B are copied, each while the one before is
//	             multiplied with
//	panels       C goes through the device in bands of rows too, once for each panel
//
// All copies go through little pinned memory, see stage. Where C is on the device the
// last panel takes it on in parts of rows, each of which goes back while the next is
// multiplied.
type gpuEngine[T Real] struct {
	*Solver[T]
	d        *gpu.Device
	matmul   *kernels.Matmul[T]
	how      Arithmetic
	used     map[string]bool // kernels
	resident bool            // A and B are on the device
	a, b     gpuMatrix[T]
	band     int             // rows of C that are on the device at once
	c        [2]gpuMatrix[T] // the second only where C is in bands
	parts    int             // of C that the last panel was multiplied in, 0 before it
	turn     int             // bands so far
	leaving  [2]int          // rows of C that the last band has on the device alone

	panelA, panelB [2]gpuMatrix[T] // of other ranks, or of this one where A and B are not on the device

	compute, in, out *gpu.Stream
	entering, going  *stage[T]
	arrived, done    [2]*gpu.Event         // of a panel's place: it is there; it is free
	full, sum, empty [2]*gpu.Event         // of a band's place: its chains are there; taken on; free
	taken            [mostParts]*gpu.Event // a part of C is taken on
	timings, spare   []kernelTiming
}

// The last panel takes C on in parts of at least so many rows, as many as a device is busy
// with, and so many parts at most.
const (
	leastPart = 1024
	mostParts = 8
)

// A kernelTiming is the time of a kernel that takes C on by a panel.
type kernelTiming struct {
	panel        int
	began, ended *gpu.Event
}

// A gpuMatrix is a matrix on the device, in rows pitch elements apart.
type gpuMatrix[T Real] struct {
	buf   *gpu.Buffer[T]
	pitch int
}

// part is the matrix from row, col on.
func (m gpuMatrix[T]) part(row, col int) kernels.Operand[T] {
	return kernels.Operand[T]{Buf: m.buf.Slice(row*m.pitch+col, m.buf.Len()), Pitch: m.pitch}
}

// errTensor says what an arithmetic needs.
func errTensor(how Arithmetic) error {
	if how == kernels.TF32 {
		return errors.New("TF32 needs float32 matrices and, on every rank, a device of compute capability 8.0 or later")
	}
	return errors.New("tensor cores in float64 need float64 matrices and, on every rank, a device of compute capability 8.0 or later")
}

func newGPUEngine[T Real](s *Solver[T]) (*gpuEngine[T], error) {
	x := &gpuEngine[T]{Solver: s, d: s.options.Device, how: s.options.Arithmetic, used: map[string]bool{}}
	var err error
	if x.matmul, err = kernels.LoadMatmul[T](x.d); err != nil {
		return x, err
	}
	if !x.matmul.Has(x.how) {
		info := x.d.Info()
		return x, fmt.Errorf("matmul: %w: rank %d has %s, %d.%d", errTensor(x.how), s.comm.Rank(), info.Name, info.Major, info.Minor)
	}
	for _, to := range []**gpu.Stream{&x.compute, &x.in, &x.out} {
		if *to, err = x.d.NewStream(); err != nil {
			return x, err
		}
	}
	for _, to := range x.events() {
		if *to, err = x.d.NewEvent(); err != nil {
			return x, err
		}
	}
	return x, nil
}

// Reserve takes the memory of the device, as much as helps.
func (x *gpuEngine[T]) Reserve() error {
	free, total, err := x.d.MemoryInfo()
	if err != nil {
		return err
	}
	if x.C.Rows == 0 || x.C.Cols == 0 {
		return nil
	}
	var v T
	size := func(rows, cols int) float64 {
		return float64(rows) * float64(kernels.Pitch[T](cols)) * float64(unsafe.Sizeof(v))
	}
	m, n, wide := x.C.Rows, x.C.Cols, x.widest()
	have := float64(free) * 15 / 16 // the driver and others need some
	panels := 2 * (size(m, wide) + size(wide, n))
	blocks := size(x.A.Rows, x.A.Cols) + size(x.B.Rows, x.B.Cols)
	x.band = m
	switch {
	case panels+blocks+size(m, n) <= have:
		x.resident = true
	case panels+size(m, n) <= have:
	default:
		x.band = int((have - panels) / 2 / size(1, n))
		if x.band < 1 {
			return &memcheck.Error{What: fmt.Sprintf("matmul: panels of %d steps of k for %d x %d elements of C need", wide, m, n),
				Where: x.d.Info().Name, Instead: task.Smaller[T]("smaller matrices", "more devices"), Need: panels + 2*size(1, n), Have: float64(free), Total: float64(total)}
		}
	}
	type want struct {
		to         *gpuMatrix[T]
		rows, cols int
	}
	wants := []want{{&x.c[0], x.band, n}}
	if x.band < m {
		wants = append(wants, want{&x.c[1], x.band, n})
	}
	if x.resident {
		wants = append(wants, want{&x.a, x.A.Rows, x.A.Cols}, want{&x.b, x.B.Rows, x.B.Cols})
	}
	for i := range 2 {
		if !x.resident || x.grid.Cols > 1 {
			wants = append(wants, want{&x.panelA[i], m, wide})
		}
		if !x.resident || x.grid.Rows > 1 {
			wants = append(wants, want{&x.panelB[i], wide, n})
		}
	}
	for _, w := range wants {
		w.to.pitch = kernels.Pitch[T](w.cols)
		if w.to.buf, err = gpu.Alloc[T](x.d, w.rows*w.to.pitch); err != nil {
			return err
		}
		x.costs.DeviceBytes += w.rows * w.to.pitch * int(unsafe.Sizeof(v))
	}
	largest := max(m*n, x.A.Rows*x.A.Cols, x.B.Rows*x.B.Cols, m*wide, wide*n)
	for _, to := range []**stage[T]{&x.entering, &x.going} {
		if *to, err = newStage[T](x.d, min(largest, x.options.stageValues()), x.threads); err != nil {
			return err
		}
	}
	return nil
}

// Filled copies a block to the device, if that is where it lies.
func (x *gpuEngine[T]) Filled(b *Block[T]) error {
	to, there := x.a, x.resident
	switch b {
	case &x.B:
		to = x.b
	case &x.C:
		to, there = x.c[0], x.band == x.C.Rows
	}
	if !there || len(b.Data) == 0 {
		return nil
	}
	if err := x.entering.in(x.in, to, b.Data, b.Rows, b.Cols, b.Cols); err != nil {
		return err
	}
	return x.in.Synchronize()
}

// Ready waits until the place that panel i gets is free, which leaves one panel
// to be multiplied with meanwhile.
func (x *gpuEngine[T]) Ready(i int) error {
	if err := x.done[i%2].Synchronize(); err != nil {
		return err
	}
	return x.count(i - 2)
}

// Step gives the streams what is to be done with a panel, and does not wait for it.
func (x *gpuEngine[T]) Step(p panel, panelA, panelB []T) error {
	if x.C.Rows == 0 || x.C.Cols == 0 {
		return nil
	}
	k0, k, place := p.k0, p.k, p.number%2
	m, n := x.C.Rows, x.C.Cols
	ownA, ownB := x.q == p.ofA, x.p == p.ofB
	a, b := x.panelA[place].operand(), x.panelB[place].operand()
	var err error
	switch {
	case ownA && x.resident:
		a = x.a.part(0, k0-x.A.Col)
	case ownA:
		err = x.entering.in(x.in, x.panelA[place], x.A.Data[k0-x.A.Col:], m, k, x.A.Cols)
	default:
		err = x.entering.in(x.in, x.panelA[place], panelA, m, k, k)
	}
	if err != nil {
		return err
	}
	if ownB && x.resident {
		b = x.b.part(k0-x.B.Row, 0)
	} else if err = x.entering.in(x.in, x.panelB[place], panelB, k, n, n); err != nil {
		return err
	}
	err = errors.Join(x.arrived[place].Record(x.in), x.compute.Wait(x.arrived[place]))
	if err != nil {
		return err
	}
	if x.band == m {
		err = x.multiplyWhole(p, a, b)
	} else {
		err = x.bands(p, a, b)
	}
	return errors.Join(err, x.done[place].Record(x.compute))
}

// below is an operand from a row on.
func below[T Real](o kernels.Operand[T], row int) kernels.Operand[T] {
	o.Buf = o.Buf.Slice(row*o.Pitch, o.Buf.Len())
	return o
}

// operand is the whole matrix.
func (m gpuMatrix[T]) operand() kernels.Operand[T] {
	return kernels.Operand[T]{Buf: m.buf, Pitch: m.pitch}
}

// multiply takes rows of C on by a panel.
func (x *gpuEngine[T]) multiply(p panel, rows int, a, b, c kernels.Operand[T]) error {
	t, err := x.newTiming(p.number)
	if err != nil {
		return err
	}
	if err := t.began.Record(x.compute); err != nil {
		return err
	}
	name, err := x.matmul.Multiply(x.compute, kernels.Product[T]{How: x.how, M: rows, N: x.C.Cols, K: p.k, A: a, B: b, C: c, Resume: p.k0 > 0})
	x.used[name] = true
	return errors.Join(err, t.ended.Record(x.compute))
}

// newTiming is one to measure a panel's kernel with.
func (x *gpuEngine[T]) newTiming(panel int) (t kernelTiming, err error) {
	if n := len(x.spare); n > 0 {
		t, x.spare = x.spare[n-1], x.spare[:n-1]
	}
	for _, e := range []**gpu.Event{&t.began, &t.ended} {
		if *e == nil {
			if *e, err = x.d.NewEvent(); err != nil {
				return t, errors.Join(err, t.close())
			}
		}
	}
	t.panel = panel
	x.timings = append(x.timings, t)
	return t, nil
}

func (t kernelTiming) close() (err error) {
	for _, e := range []*gpu.Event{t.began, t.ended} {
		if e != nil {
			err = errors.Join(err, e.Close())
		}
	}
	return err
}

// count adds up the time of kernels up to a panel's, which are done.
func (x *gpuEngine[T]) count(panel int) error {
	n := 0
	for ; n < len(x.timings) && x.timings[n].panel <= panel; n++ {
		took, err := gpu.Elapsed(x.timings[n].began, x.timings[n].ended)
		if err != nil {
			return err
		}
		x.costs.Kernel += took
	}
	x.spare = append(x.spare, x.timings[:n]...)
	x.timings = slices.Delete(x.timings, 0, n)
	return nil
}

// multiplyWhole takes C on by a panel where it is on the device.
func (x *gpuEngine[T]) multiplyWhole(p panel, a, b kernels.Operand[T]) error {
	m, parts := x.C.Rows, 1
	if x.parts = 0; p.k0+p.k == x.Problem.K {
		parts = min(max(m/x.options.partRows(), 1), mostParts)
		x.parts = parts
	}
	for i := range parts {
		lo, hi := cut(m, parts, i), cut(m, parts, i+1)
		if err := x.multiply(p, hi-lo, below(a, lo), b, x.c[0].part(lo, 0)); err != nil {
			return err
		}
		if err := x.taken[i].Record(x.compute); err != nil {
			return err
		}
	}
	return nil
}

// bands takes C on by a panel, one band of rows after the other: while one is
// multiplied, the one before goes and the next comes.
func (x *gpuEngine[T]) bands(p panel, a, b kernels.Operand[T]) error {
	n := x.C.Cols
	for row := 0; row < x.C.Rows; row += x.band {
		rows, place := min(x.band, x.C.Rows-row), x.turn%2
		err := x.in.Wait(x.empty[place])
		if err == nil && p.k0 > 0 {
			err = x.entering.in(x.in, x.c[place], x.C.Data[row*n:], rows, n, n)
		}
		if err = errors.Join(err, x.full[place].Record(x.in), x.compute.Wait(x.full[place])); err != nil {
			return err
		}
		if err := x.multiply(p, rows, below(a, row), b, x.c[place].operand()); err != nil {
			return err
		}
		if err := errors.Join(x.sum[place].Record(x.compute), x.fetchBand()); err != nil {
			return err
		}
		x.leaving = [2]int{row, row + rows}
		x.turn++
	}
	return nil
}

// fetchBand takes the last band back, if it is not back yet.
func (x *gpuEngine[T]) fetchBand() error {
	lo, hi := x.leaving[0], x.leaving[1]
	if lo == hi {
		return nil
	}
	x.leaving = [2]int{}
	n, place := x.C.Cols, (x.turn+1)%2
	err := x.out.Wait(x.sum[place])
	if err == nil {
		err = x.going.out(x.out, x.C.Data[lo*n:hi*n], x.c[place], hi-lo, n)
	}
	return errors.Join(err, x.empty[place].Record(x.out), x.going.flush())
}

func (x *gpuEngine[T]) Finish() error {
	m, n := x.C.Rows, x.C.Cols
	if m == 0 || n == 0 {
		return nil
	}
	if x.band < m {
		if err := x.fetchBand(); err != nil {
			return err
		}
	} else if err := x.fetchProduct(); err != nil {
		return err
	}
	if err := errors.Join(x.compute.Synchronize(), x.out.Synchronize()); err != nil {
		return err
	}
	return x.count(math.MaxInt)
}

// fetchProduct copies C from the device, each part when it is taken on.
func (x *gpuEngine[T]) fetchProduct() error {
	m, n, parts := x.C.Rows, x.C.Cols, x.parts
	if parts == 0 {
		parts = 1
		if err := x.taken[0].Record(x.compute); err != nil {
			return err
		}
	}
	for i := range parts {
		lo, hi := cut(m, parts, i), cut(m, parts, i+1)
		if err := x.out.Wait(x.taken[i]); err != nil {
			return err
		}
		part := gpuMatrix[T]{x.c[0].buf.Slice(lo*x.c[0].pitch, x.c[0].buf.Len()), x.c[0].pitch}
		if err := x.going.out(x.out, x.C.Data[lo*n:hi*n], part, hi-lo, n); err != nil {
			return err
		}
	}
	return x.going.flush()
}

func (x *gpuEngine[T]) Names() []string { return slices.Sorted(maps.Keys(x.used)) }

// Peak is by the clock and what the units of a multiprocessor do.
func (x *gpuEngine[T]) Peak(time.Duration) float64 {
	var v T
	info := x.d.Info()
	peak := info.PeakFlops(int(8 * unsafe.Sizeof(v)))
	switch large := info.Minor == 0 && (info.Major == 8 || info.Major == 9); {
	case x.how == kernels.Chains:
		return peak
	case !large:
		return 0
	case x.how == kernels.TF32:
		return 8 * peak
	}
	return 2 * peak
}

// Close gives back what there is, of a device that may not have come to be.
func (x *gpuEngine[T]) Close() error {
	var errs []error
	give := func(there bool, back func() error) {
		if there {
			errs = append(errs, back())
		}
	}
	for _, s := range []*gpu.Stream{x.compute, x.in, x.out} {
		give(s != nil, s.Close)
	}
	for _, e := range x.events() {
		give(*e != nil, (*e).Close)
	}
	for _, m := range []gpuMatrix[T]{x.a, x.b, x.c[0], x.c[1], x.panelA[0], x.panelA[1], x.panelB[0], x.panelB[1]} {
		give(m.buf != nil, m.buf.Free)
	}
	for _, s := range []*stage[T]{x.entering, x.going} {
		give(s != nil, s.close)
	}
	for _, t := range append(x.timings, x.spare...) {
		give(true, t.close)
	}
	give(x.matmul != nil, x.matmul.Close)
	return errors.Join(errs...)
}

// events are all of them.
func (x *gpuEngine[T]) events() []**gpu.Event {
	var all []**gpu.Event
	for i := range 2 {
		all = append(all, &x.arrived[i], &x.done[i], &x.full[i], &x.sum[i], &x.empty[i])
	}
	for i := range x.taken {
		all = append(all, &x.taken[i])
	}
	return all
}
