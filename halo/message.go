package halo

import (
	"errors"

	"hybrid/gpu"
)

// A Message is memory for the cells of a box on their way from or to a device: of the host,
// pinned, or of the device itself. Its values lie one after the other.
type Message[T Real] struct {
	host   *gpu.HostBuffer[T]
	device *gpu.Buffer[T]
}

func newMessage[T Real](d *gpu.Device, path Path, values int) (m Message[T], err error) {
	if path == Staged {
		m.host, err = gpu.AllocHost[T](d, values)
	} else {
		m.device, err = gpu.Alloc[T](d, values)
	}
	return m, err
}

// Len is the number of values that it has room for.
func (m Message[T]) Len() int {
	if m.host != nil {
		return m.host.Len()
	}
	if m.device != nil {
		return m.device.Len()
	}
	return 0
}

// From is the message from a value on.
func (m Message[T]) From(value int) Message[T] {
	if m.host != nil {
		return Message[T]{host: m.host.Slice(value, m.host.Len())}
	}
	return Message[T]{device: m.device.Slice(value, m.device.Len())}
}

// CopyIn lets the stream copy rows of a field into the message, which CopyOut copies back.
// Rows and columns are the same there, pitches may differ.
func (m Message[T]) CopyIn(s *gpu.Stream, mm gpu.Matrix, field *gpu.Buffer[T], fm gpu.Matrix) error {
	if m.host != nil {
		return gpu.CopyOut2D(s, m.host, mm, field, fm)
	}
	return gpu.Copy2D(s, m.device, mm, field, fm)
}

// CopyOut is the inverse of CopyIn.
func (m Message[T]) CopyOut(s *gpu.Stream, field *gpu.Buffer[T], fm gpu.Matrix, mm gpu.Matrix) error {
	if m.host != nil {
		return gpu.CopyIn2D(s, field, fm, m.host, mm)
	}
	return gpu.Copy2D(s, field, fm, m.device, mm)
}

// values are the first n as a call of MPI takes them.
func (m Message[T]) values(n int) []T {
	if m.host != nil {
		return m.host.Data()[:n]
	}
	return m.device.Slice(0, n).Pointers()
}

func (m Message[T]) free() error { return errors.Join(m.host.Free(), m.device.Free()) }
