package machine

import (
	"sync"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
)

// A SharedKernel is a Kernel that others in the process may hold as well.
type SharedKernel struct {
	*Kernel
	of    sharedKey
	close sync.Once
}

// A sharedKey says what a kernel is made of.
type sharedKey struct {
	typ  ir.Type
	isa  simd.ISA
	text string // the program's, which says all else
}

// A shared kernel is made by the first one who asks for it, and closed by the last one who has it.
type shared struct {
	make   sync.Once
	kernel *Kernel
	err    error
	users  int
}

var sharing struct {
	sync.Mutex
	kernels map[sharedKey]*shared
}

// Shared is Compile where many ask for the same code, as the ranks of one process do: it is made once. Each has to
// close what it is given.
func Shared(p *ir.Program, isa simd.ISA) (*SharedKernel, error) {
	key := sharedKey{p.Type, isa, p.String()}
	sharing.Lock()
	s := sharing.kernels[key]
	if s == nil {
		if sharing.kernels == nil {
			sharing.kernels = map[sharedKey]*shared{}
		}
		s = &shared{}
		sharing.kernels[key] = s
	}
	s.users++
	sharing.Unlock()
	s.make.Do(func() { s.kernel, s.err = Compile(p, isa) })
	if s.err != nil {
		key.leave()
		return nil, s.err
	}
	return &SharedKernel{Kernel: s.kernel, of: key}, nil
}

// Close implements Kernel.Close for this user of the code.
func (k *SharedKernel) Close() (err error) {
	k.close.Do(func() { err = k.of.leave() })
	return err
}

// leave has one user less, and gives back the memory of the code after the last one.
func (key sharedKey) leave() error {
	sharing.Lock()
	defer sharing.Unlock()
	s := sharing.kernels[key]
	if s.users--; s.users > 0 {
		return nil
	}
	delete(sharing.kernels, key)
	if s.kernel == nil {
		return nil
	}
	return s.kernel.Close()
}
