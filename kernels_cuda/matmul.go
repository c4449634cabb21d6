package kernels

import (
	"fmt"
	"strconv"
	"strings"

	"hybrid/gpu"
)

// A Matmul is the matrix product on a device, for one type of elements.
type Matmul struct {
	module     *gpu.Module
	capability int // of the PTX, times ten
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
func LoadMatmul[T Real](d *gpu.Device) (*Matmul, error) {
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
	return &Matmul{module, capability, info.SMs}, nil
}

// Unload gives the kernels back.
func (x *Matmul) Unload() error { return x.module.Unload() }

// Has tells whether there is a kernel of an arithmetic for T.
func Has[T Real](x *Matmul, how Arithmetic) bool {
	for _, t := range tiles(how, sizeOf[T]()) {
		if !t.sized || x.capability >= 80 {
			return true
		}
	}
	return false
}

// Multiply makes C, of m x n elements, the product of op(A) and op(B), of m x k and
// k x n, or with resume takes the chains of C on by them. It returns when the stream
// has got the work, and the name of the kernel that does it, which it chooses by
// shape and device. It costs 2mnk operations.
func Multiply[T Real](x *Matmul, s *gpu.Stream, how Arithmetic, m, n, k int, a, b Operand[T], c *gpu.Buffer[T], pitch int, resume bool) (kernel string, err error) {
	return multiply(x, s, how, m, n, k, a, b, c, pitch, resume, "")
}

func multiply[T Real](x *Matmul, s *gpu.Stream, how Arithmetic, m, n, k int, a, b Operand[T], c *gpu.Buffer[T], pitch int, resume bool, only string) (kernel string, err error) {
	lies := func(buf *gpu.Buffer[T], pitch int) matrix {
		return matrix{sizeOf[T](), pitch, buf.Len(), buf.Address()%16 == 0}
	}
	p, err := planProduct(how, m, n, k, lies(a.Buf, a.Pitch), a.Trans, lies(b.Buf, b.Pitch), b.Trans, lies(c, pitch), resume, x.capability, x.processors, only)
	if err != nil {
		return "", err
	}
	f, err := x.module.Kernel(p.name)
	if err != nil {
		return "", fmt.Errorf("kernels: %w", err)
	}
	if p.swapped {
		a, b = b, a
	}
	return p.name, f.Launch(s, gpu.Dim{X: p.grid}, gpu.Dim{X: p.threads}, p.shared(x.capability, sizeOf[T]()),
		gpu.Value(p.m), gpu.Value(p.n), gpu.Value(p.k), gpu.Value(p.flags), a.Buf.Arg(), b.Buf.Arg(), c.Arg(),
		gpu.Value(p.strides[0]), gpu.Value(p.strides[1]), gpu.Value(p.strides[2]), gpu.Value(p.strides[3]))
}
