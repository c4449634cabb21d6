package kernels

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hybrid/gpu"
)

// A Matmul makes matrix products on a device, for one type of elements.
type Matmul[T Real] struct {
	module     *gpu.Module
	kernels    map[string]*gpu.Kernel // those that were looked up
	capability int                    // of the PTX, times ten
	processors int
}

// An Operand is a matrix on a device, row after row, Pitch elements apart. With
// Trans its transpose is meant. Kernels are fastest where a row begins at a multiple
// of 16 bytes and has memory up to the next one; see Pitch.
type Operand[T Real] struct {
	Buf   *gpu.Buffer[T]
	Pitch int
	Trans bool
}

// Pitch is a good distance of the rows of a matrix with so many columns: whole
// cache lines.
func Pitch[T Real](cols int) int {
	line := 128 / sizeOf[T]()
	return (cols + line - 1) / line * line
}

// LoadMatmul loads the kernels for T that suit the device.
func LoadMatmul[T Real](d *gpu.Device) (*Matmul[T], error) {
	info, name := d.Info(), fmt.Sprintf("matmul%d", 8*sizeOf[T]())
	ptx, arch, err := PTX(name, info.Major, info.Minor)
	if err != nil {
		return nil, err
	}
	capability, err := strconv.Atoi(strings.TrimPrefix(arch, "sm_"))
	if err != nil {
		return nil, err
	}
	module, err := d.Load(name+"."+arch+".ptx", ptx)
	if err != nil {
		return nil, err
	}
	return &Matmul[T]{module, map[string]*gpu.Kernel{}, capability, info.SMs}, nil
}

// Close unloads the kernels.
func (x *Matmul[T]) Close() error { return x.module.Unload() }

// Has tells whether there is a kernel of an arithmetic for T.
func (x *Matmul[T]) Has(how Arithmetic) bool {
	return slices.ContainsFunc(tiles(how, sizeOf[T]()), func(t tile) bool { return !t.from80 || x.capability >= 80 })
}

// A Product is C = op(A)·op(B), where op is the matrix or its transpose.
type Product[T Real] struct {
	How     Arithmetic
	M, N, K int        // C is of M x N elements, op(A) of M x K, op(B) of K x N
	A, B, C Operand[T] // C without Trans
	Resume  bool       // the chains of C are taken on, instead of begun at 0
}

// Multiply makes a product. It returns when the stream has got the work, and the name
// of the kernel that does it, which it chooses by shape and device. It costs 2 M N K
// operations.
func (x *Matmul[T]) Multiply(s *gpu.Stream, p Product[T]) (kernel string, err error) {
	return x.multiply(s, p, "")
}

// multiply is Multiply with the kernel of a name, if it is not "".
func (x *Matmul[T]) multiply(s *gpu.Stream, p Product[T], only string) (kernel string, err error) {
	lies := func(o Operand[T]) matrix {
		return matrix{sizeOf[T](), o.Pitch, o.Buf.Len(), o.Buf.Address()%16 == 0, o.Trans}
	}
	q := problem{p.How, p.M, p.N, p.K, lies(p.A), lies(p.B), lies(p.C), p.Resume}
	l, err := q.plan(x.capability, x.processors, only)
	if err != nil {
		return "", err
	}
	f := x.kernels[l.name]
	if f == nil {
		if f, err = x.module.Kernel(l.name); err != nil {
			return "", fmt.Errorf("kernels: %w", err)
		}
		x.kernels[l.name] = f
	}
	a, b := p.A.Buf, p.B.Buf
	if l.swapped {
		a, b = b, a
	}
	return l.name, f.Launch(s, gpu.Dim{X: l.grid}, gpu.Dim{X: l.threads}, l.shared(x.capability, sizeOf[T]()),
		gpu.Value(l.m), gpu.Value(l.n), gpu.Value(l.k), gpu.Value(l.flags), a.Arg(), b.Arg(), p.C.Buf.Arg(),
		gpu.Value(l.strides[0]), gpu.Value(l.strides[1]), gpu.Value(l.strides[2]), gpu.Value(l.strides[3]))
}
