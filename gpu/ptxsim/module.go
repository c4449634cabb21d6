package ptxsim

import (
	"fmt"
	"sync"

	"hybrid/gpu/ptx"
)

// Module is a parsed and compiled PTX file. It is immutable and may be used by
// many goroutines.
type Module struct {
	name, version, target string

	funcs    map[string]*function
	entries  []*function
	vars     map[string]*variable
	global   segment // .global variables, their initial values
	constant segment // .const variables
	kernels  []*Kernel

	mu   sync.Mutex
	home map[*Memory]uint64 // where a memory holds the .global variables
}

// segment is a run of bytes in which variables are placed one after the other.
type segment struct {
	size int
	data []byte // the first bytes' initial values; zeros follow
}

// place takes size bytes at the next multiple of align.
func (s *segment) place(size, align int) int {
	at := (s.size + align - 1) &^ (align - 1)
	s.size = at + size
	return at
}

// set gives the bytes from at on their initial values.
func (s *segment) set(at int, v []byte) {
	if n := at + len(v) - len(s.data); n > 0 {
		s.data = append(s.data, make([]byte, n)...)
	}
	copy(s.data[at:], v)
}

// Parse compiles PTX source. name stands for the file in errors and faults. Every
// error names file and line.
func Parse(name string, src []byte) (m *Module, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *ptx.SyntaxError:
			m, err = nil, fmt.Errorf("ptxsim: %w", e)
		default:
			panic(e)
		}
	}()
	words, err := ptx.Scan(name, src)
	if err != nil {
		return nil, fmt.Errorf("ptxsim: %w", err)
	}
	m = &Module{name: name, funcs: map[string]*function{}, vars: map[string]*variable{}, home: map[*Memory]uint64{}}
	p := &parser{mod: m, toks: words}
	p.file()
	m.constant.set(m.constant.size, nil)
	m.constant.data = alignedCopy(m.constant.data)
	for _, f := range m.entries {
		m.kernels = append(m.kernels, compileKernel(m, f))
	}
	return m, nil
}

// Target is the .target, such as "sm_61".
func (m *Module) Target() string { return m.target }

// Version is the PTX ISA version, such as "7.8".
func (m *Module) Version() string { return m.version }

// Kernels returns the entries in the file's order.
func (m *Module) Kernels() []*Kernel { return m.kernels }

// Kernel returns the entry of a name.
func (m *Module) Kernel(name string) (*Kernel, bool) {
	for _, k := range m.kernels {
		if k.name == name {
			return k, true
		}
	}
	return nil, false
}

// Global returns address and bytes of a .global variable in mem, where the
// module's variables are placed at the first use.
func (m *Module) Global(mem *Memory, name string) (addr uint64, size int, err error) {
	v := m.vars[name]
	if v == nil || v.space != "global" {
		return 0, 0, fmt.Errorf("ptxsim: %s has no global variable %q", m.name, name)
	}
	base, err := m.globals(mem)
	return base + uint64(v.offset), v.size, err
}

// globals returns where mem holds the module's .global variables.
func (m *Module) globals(mem *Memory) (uint64, error) {
	if m.global.size == 0 {
		return 0, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.home[mem]; ok {
		return a, nil
	}
	a, err := mem.Alloc(int64(m.global.size))
	if err != nil {
		return 0, fmt.Errorf("ptxsim: global variables of %s: %w", m.name, err)
	}
	b, err := mem.Bytes(a, int64(m.global.size))
	if err != nil {
		return 0, err
	}
	clear(b[copy(b, m.global.data):])
	m.home[mem] = a
	return a, nil
}

// Kernel is an entry of a module.
type Kernel struct {
	mod     *Module
	name    string
	line    int
	params  []ptx.Param
	argSize int
	shared  int // static bytes
	dynAt   int // where dynamic shared memory begins
	usesDyn bool
	local   int // bytes of a thread
	maxntid [3]int
	reqntid bool

	blocks []block
	table  []slot // what the pointer table of a warp is made of
	n32    int
	n64    int
	npred  int
	ntrack int
	gran   uint // log2 of the bytes that share a stamp of the race check
}

// Name is the entry's name.
func (k *Kernel) Name() string { return k.name }

// Params returns the parameters in order, with their places in Launch.Args.
func (k *Kernel) Params() []ptx.Param { return append([]ptx.Param(nil), k.params...) }

// SharedBytes is the static shared memory of a block.
func (k *Kernel) SharedBytes() int { return k.shared }

// MaxThreads is the block size of .maxntid or .reqntid, 0 where neither is given.
func (k *Kernel) MaxThreads() int { return k.maxntid[0] * k.maxntid[1] * k.maxntid[2] }
