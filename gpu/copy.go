package gpu

import (
	"fmt"
	"unsafe"
)

// A Matrix says how rows lie in a buffer: Pitch elements from the beginning of one
// to that of the next.
type Matrix struct{ Rows, Cols, Pitch int }

func (m Matrix) elements() int {
	if m.Rows == 0 || m.Cols == 0 {
		return 0
	}
	return (m.Rows-1)*m.Pitch + m.Cols
}

// CopyIn copies as many elements as dst has from the host to the device.
func CopyIn[T Element](s *Stream, dst *Buffer[T], src *HostBuffer[T]) error {
	if err := sameLength("CopyIn", dst.n, len(src.data)); err != nil || dst.n == 0 {
		return err
	}
	return s.d.hold(s.s.copy(contiguous[T](deviceAt(dst), hostAt(src.data), dst.n)))
}

// CopyOut copies from the device to the host.
func CopyOut[T Element](s *Stream, dst *HostBuffer[T], src *Buffer[T]) error {
	if err := sameLength("CopyOut", len(dst.data), src.n); err != nil || src.n == 0 {
		return err
	}
	return s.d.hold(s.s.copy(contiguous[T](hostAt(dst.data), deviceAt(src), src.n)))
}

// Copy copies within the device, or from one that it imported a buffer of. The buffers must
// not overlap.
func Copy[T Element](s *Stream, dst, src *Buffer[T]) error {
	if err := sameLength("Copy", dst.n, src.n); err != nil || dst.n == 0 {
		return err
	}
	return s.d.hold(s.s.copy(contiguous[T](deviceAt(dst), deviceAt(src), dst.n)))
}

// CopyIn2D copies rows from the host to the device. Rows and columns of both are
// the same; their pitches may differ.
func CopyIn2D[T Element](s *Stream, dst *Buffer[T], dm Matrix, src *HostBuffer[T], sm Matrix) error {
	return copy2D[T](s, "CopyIn2D", side{deviceAt(dst), dst.n, dm}, side{hostAt(src.data), len(src.data), sm})
}

// CopyOut2D copies rows from the device to the host.
func CopyOut2D[T Element](s *Stream, dst *HostBuffer[T], dm Matrix, src *Buffer[T], sm Matrix) error {
	return copy2D[T](s, "CopyOut2D", side{hostAt(dst.data), len(dst.data), dm}, side{deviceAt(src), src.n, sm})
}

// Copy2D copies rows within the device.
func Copy2D[T Element](s *Stream, dst *Buffer[T], dm Matrix, src *Buffer[T], sm Matrix) error {
	return copy2D[T](s, "Copy2D", side{deviceAt(dst), dst.n, dm}, side{deviceAt(src), src.n, sm})
}

// Fill sets every byte of a buffer.
func Fill[T Element](s *Stream, dst *Buffer[T], value byte) error {
	if dst.n == 0 {
		return nil
	}
	return s.d.hold(s.s.fill(dst.addr, int64(dst.n)*size[T](), value))
}

// Write copies from ordinary memory and waits for it. It is for what need not be
// fast.
func (b *Buffer[T]) Write(src []T) error {
	if err := sameLength("Write", b.n, len(src)); err != nil || b.n == 0 {
		return err
	}
	return b.d.now(contiguous[T](deviceAt(b), hostAt(src), b.n))
}

// Read copies to ordinary memory and waits for it.
func (b *Buffer[T]) Read(dst []T) error {
	if err := sameLength("Read", len(dst), b.n); err != nil || b.n == 0 {
		return err
	}
	return b.d.now(contiguous[T](hostAt(dst), deviceAt(b), b.n))
}

// now copies through a stream of its own, over pinned memory.
func (d *Device) now(t transfer) error { return d.hold(d.copyNow(t)) }

func (d *Device) copyNow(t transfer) error {
	s, err := d.NewStream()
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := d.b.allocHost(int64(t.width))
	if err != nil {
		return err
	}
	defer d.b.freeHost(p)
	ordinary, out := t.src.host, t.dst.host != nil
	if out {
		ordinary, t.dst.host = t.dst.host, p
	} else {
		t.src.host = p
		copy(unsafe.Slice((*byte)(p), t.width), unsafe.Slice((*byte)(ordinary), t.width))
	}
	if err := s.s.copy(t); err != nil {
		return err
	}
	if err := s.Synchronize(); err != nil {
		return err
	}
	if out {
		copy(unsafe.Slice((*byte)(ordinary), t.width), unsafe.Slice((*byte)(p), t.width))
	}
	return nil
}

func deviceAt[T Element](b *Buffer[T]) location { return location{addr: b.addr, of: b.d.b} }
func hostAt[T Element](s []T) location {
	return location{host: unsafe.Pointer(unsafe.SliceData(s))}
}

func contiguous[T Element](dst, src location, n int) transfer {
	bytes := n * int(size[T]())
	return transfer{dst: dst, src: src, rows: 1, width: bytes, dstPitch: bytes, srcPitch: bytes}
}

func sameLength(call string, dst, src int) error {
	if dst != src {
		return fmt.Errorf("gpu: %s: %d elements to a place of %d", call, src, dst)
	}
	return nil
}

// A side is where rows are copied from or to: so many elements from a place on.
type side struct {
	location
	n int
	Matrix
}

func copy2D[T Element](s *Stream, call string, dst, src side) error {
	dm, sm := dst.Matrix, src.Matrix
	if dm.Rows != sm.Rows || dm.Cols != sm.Cols || dm.Rows < 0 || dm.Cols < 0 || dm.Pitch < dm.Cols || sm.Pitch < sm.Cols {
		return fmt.Errorf("gpu: %s: %+v to %+v: want the same rows and columns, and pitches of at least a row", call, sm, dm)
	}
	if dm.elements() > dst.n || sm.elements() > src.n {
		return fmt.Errorf("gpu: %s: %+v of %d elements to %+v of %d: beyond the end", call, sm, src.n, dm, dst.n)
	}
	if dm.elements() == 0 {
		return nil
	}
	b := int(size[T]())
	return s.d.hold(s.s.copy(transfer{dst: dst.location, src: src.location, rows: dm.Rows, width: dm.Cols * b, dstPitch: dm.Pitch * b, srcPitch: sm.Pitch * b}))
}

// between tells whether a copy goes from one device to another.
func (t transfer) between() bool { return t.src.of != nil && t.dst.of != nil && t.src.of != t.dst.of }
