package matmul

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/kernels_cuda"
	"hybrid/mpi/memcheck"
)

// A gpuEngine multiplies on a GPU. The blocks lie in pinned memory of the host, and
// what fits of them on the device too:
//
//	all of it    A, B and C: from A and B this rank's panels are taken as they lie,
//	             and only those of other ranks are copied
//	C            panels of A and B are copied, each while the one before is
//	             multiplied with
//	panels       C goes through the device in bands of rows too, once for each panel
//
// In all three C is copied back when the product is done.
type gpuEngine[T Real] struct {
	*Solver[T]
	d        *gpu.Device
	matmul   *kernels.Matmul[T]
	how      Arithmetic
	pinned   []*gpu.HostBuffer[T]
	used     map[string]bool // kernels
	resident bool            // A and B are on the device
	a, b     gpuMatrix[T]
	band     int             // rows of C that are on the device at once
	c        [2]gpuMatrix[T] // the second only where C is in bands

	panelA, panelB [2]gpuMatrix[T] // of other ranks, or of this one where A and B are not on the device

	compute, in, out *gpu.Stream
	arrived, done    [2]*gpu.Event // of a panel's place: it is there; it is free
	full, sum, empty [2]*gpu.Event // of a band's place: its chains are there; taken on; free
	whole            *gpu.Event    // all bands of a panel are back
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

func (x *gpuEngine[T]) Make(n int) ([]T, error) {
	b, err := gpu.AllocHost[T](x.d, n)
	if err != nil {
		return nil, err
	}
	x.pinned = append(x.pinned, b)
	return b.Data(), nil
}

// pin is the pinned buffer that some memory is a part of, from its first value on.
func (x *gpuEngine[T]) pin(s []T) *gpu.HostBuffer[T] {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	for _, b := range x.pinned {
		from := uintptr(unsafe.Pointer(unsafe.SliceData(b.Data())))
		if i := int(at-from) / int(unsafe.Sizeof(s[0])); at >= from && i+len(s) <= b.Len() {
			return b.Slice(i, b.Len())
		}
	}
	panic("matmul: a panel that lies in no block and no ring")
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
				Where: x.d.Info().Name, Instead: "smaller matrices, float32 or more devices", Need: panels + 2*size(1, n), Have: float64(free), Total: float64(total)}
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
	if err := copyIn(x.in, to, x.pin(b.Data), b.Rows, b.Cols, b.Cols); err != nil {
		return err
	}
	return x.in.Synchronize()
}

func copyIn[T Real](s *gpu.Stream, to gpuMatrix[T], from *gpu.HostBuffer[T], rows, cols, pitch int) error {
	return gpu.CopyIn2D(s, to.buf, gpu.Matrix{Rows: rows, Cols: cols, Pitch: to.pitch}, from, gpu.Matrix{Rows: rows, Cols: cols, Pitch: pitch})
}

// Ready waits until the place that panel i gets is free, which leaves one panel
// to be multiplied with meanwhile.
func (x *gpuEngine[T]) Ready(i int) error { return x.done[i%2].Synchronize() }

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
		err = copyIn(x.in, x.panelA[place], x.pin(x.A.Data[k0-x.A.Col:]), m, k, x.A.Cols)
	default:
		err = copyIn(x.in, x.panelA[place], x.pin(panelA), m, k, k)
	}
	if err != nil {
		return err
	}
	if ownB && x.resident {
		b = x.b.part(k0-x.B.Row, 0)
	} else if err = copyIn(x.in, x.panelB[place], x.pin(panelB), k, n, n); err != nil {
		return err
	}
	err = errors.Join(x.arrived[place].Record(x.in), x.compute.Wait(x.arrived[place]))
	if err != nil {
		return err
	}
	if x.band == m {
		err = x.multiply(m, k, a, b, x.c[0], k0 > 0)
	} else {
		err = x.bands(k, a, b, k0 > 0)
	}
	return errors.Join(err, x.done[place].Record(x.compute))
}

// operand is the whole matrix.
func (m gpuMatrix[T]) operand() kernels.Operand[T] {
	return kernels.Operand[T]{Buf: m.buf, Pitch: m.pitch}
}

// multiply takes some rows of C on by a panel.
func (x *gpuEngine[T]) multiply(rows, k int, a, b kernels.Operand[T], c gpuMatrix[T], resume bool) error {
	name, err := x.matmul.Multiply(x.compute, kernels.Product[T]{How: x.how, M: rows, N: x.C.Cols, K: k, A: a, B: b, C: c.operand(), Resume: resume})
	x.used[name] = true
	return err
}

// bands takes C on by a panel, one band of rows after the other: while one is
// multiplied, the next comes and the last one goes.
func (x *gpuEngine[T]) bands(k int, a, b kernels.Operand[T], resume bool) error {
	n := x.C.Cols
	if err := x.in.Wait(x.whole); err != nil {
		return err
	}
	for t, row := 0, 0; row < x.C.Rows; t, row = t+1, row+x.band {
		rows, place := min(x.band, x.C.Rows-row), t%2
		c, home := x.c[place], x.pin(x.C.Data[row*n:])
		err := x.in.Wait(x.empty[place])
		if err == nil && resume {
			err = copyIn(x.in, c, home, rows, n, n)
		}
		if err = errors.Join(err, x.full[place].Record(x.in), x.compute.Wait(x.full[place])); err != nil {
			return err
		}
		part := kernels.Operand[T]{Buf: a.Buf.Slice(row*a.Pitch, a.Buf.Len()), Pitch: a.Pitch}
		if err := x.multiply(rows, k, part, b, c, resume); err != nil {
			return err
		}
		err = errors.Join(x.sum[place].Record(x.compute), x.out.Wait(x.sum[place]),
			copyOut(x.out, home, c, rows, n), x.empty[place].Record(x.out))
		if err != nil {
			return err
		}
	}
	return x.whole.Record(x.out)
}

func copyOut[T Real](s *gpu.Stream, to *gpu.HostBuffer[T], from gpuMatrix[T], rows, cols int) error {
	return gpu.CopyOut2D(s, to, gpu.Matrix{Rows: rows, Cols: cols, Pitch: cols}, from.buf, gpu.Matrix{Rows: rows, Cols: cols, Pitch: from.pitch})
}

func (x *gpuEngine[T]) Finish() error {
	if x.C.Rows == 0 || x.C.Cols == 0 {
		return nil
	}
	if x.band == x.C.Rows {
		if err := copyOut(x.compute, x.pin(x.C.Data), x.c[0], x.C.Rows, x.C.Cols); err != nil {
			return err
		}
	}
	return errors.Join(x.compute.Synchronize(), x.out.Synchronize())
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
	for _, b := range x.pinned {
		give(true, b.Free)
	}
	give(x.matmul != nil, x.matmul.Close)
	return errors.Join(errs...)
}

// events are all of them.
func (x *gpuEngine[T]) events() []**gpu.Event {
	all := []**gpu.Event{&x.whole}
	for i := range 2 {
		all = append(all, &x.arrived[i], &x.done[i], &x.full[i], &x.sum[i], &x.empty[i])
	}
	return all
}
