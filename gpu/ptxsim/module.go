package ptxsim

import (
	"fmt"
	"sync"

	"hybrid/gpu/ptx"
)

// Module is a parsed and compiled PTX file. It is immutable and may be used by
// many goroutines.
type Module struct {
	file     *ptx.File
	global   segment               // .global variables
	constant []byte                // .const variables
	offset   map[*ptx.Variable]int // where in these each variable lies
	kernels  []*Kernel
}

// segment is a run of bytes in which variables are placed one after the other. It takes memory for
// what has a value alone: a line of a file can declare gigabytes.
type segment struct {
	size   int
	values []initial // of variables; the other bytes are 0
}

// initial is the value of the bytes from a place on.
type initial struct {
	at    int
	bytes []byte
}

// place takes size bytes at the next multiple of align.
func (s *segment) place(size, align int) int {
	at := (s.size + align - 1) &^ (align - 1)
	s.size = at + size
	return at
}

// fill gives the segment's bytes, which begin at b, their initial values.
func (s *segment) fill(b []byte) {
	clear(b)
	for _, v := range s.values {
		copy(b[v.at:], v.bytes)
	}
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
	file, err := ptx.Parse(name, src)
	if err != nil {
		return nil, fmt.Errorf("ptxsim: %w", err)
	}
	m = &Module{file: file, offset: map[*ptx.Variable]int{}}
	m.layOut()
	for _, f := range file.Entries {
		m.kernels = append(m.kernels, compileKernel(m, f))
	}
	return m, nil
}

// A text is what a process may give to several devices.
type text struct{ name, source string }

var (
	loadedMutex sync.Mutex
	loaded      = map[text]func() (*Module, error){}
)

// maxLoaded bounds what Load remembers.
const maxLoaded = 64

// Load is Parse, of whose results it remembers the last ones: devices of a process share
// what they load.
func Load(name string, src []byte) (*Module, error) {
	loadedMutex.Lock()
	key := text{name, string(src)}
	parse := loaded[key]
	if parse == nil {
		if len(loaded) >= maxLoaded {
			clear(loaded)
		}
		parse = sync.OnceValues(func() (*Module, error) { return Parse(name, []byte(key.source)) })
		loaded[key] = parse
	}
	loadedMutex.Unlock()
	return parse()
}

// layOut places the variables of global and constant memory.
func (m *Module) layOut() {
	var constant segment
	for _, v := range m.file.Globals {
		seg := &m.global
		if v.Space == "const" {
			seg = &constant
		}
		at := seg.place(v.Size, v.Align)
		if constant.size > 64<<10 {
			m.fail(v.Line, "more than 64 KiB of constant memory")
		}
		m.offset[v] = at
		seg.values = append(seg.values, initial{at, v.Init})
	}
	m.constant = alignedCopy(make([]byte, constant.size))
	constant.fill(m.constant)
}

// fail ends Parse with an error in a line of the file.
func (m *Module) fail(line int, format string, args ...any) {
	panic(&ptx.SyntaxError{File: m.file.Name, Line: line, Msg: fmt.Sprintf(format, args...)})
}

// Target is the .target, such as "sm_61".
func (m *Module) Target() string { return m.file.Target }

// Version is the PTX ISA version, such as "7.8".
func (m *Module) Version() string { return m.file.Version }

// Kernels returns the entries in the file's order.
func (m *Module) Kernels() []*Kernel { return m.kernels }

// Kernel returns the entry of a name.
func (m *Module) Kernel(name string) (*Kernel, bool) {
	for _, k := range m.kernels {
		if k.fn.Name == name {
			return k, true
		}
	}
	return nil, false
}

// Global returns address and bytes of a .global variable in mem, where the
// module's variables are placed at the first use.
func (m *Module) Global(mem *Memory, name string) (addr uint64, size int, err error) {
	v := m.file.Variables[name]
	if v == nil || v.Space != "global" {
		return 0, 0, fmt.Errorf("ptxsim: %s has no global variable %q", m.file.Name, name)
	}
	base, err := m.globals(mem)
	return base + uint64(m.offset[v]), v.Size, err
}

// globals returns where mem holds the module's .global variables.
func (m *Module) globals(mem *Memory) (uint64, error) {
	if m.global.size == 0 {
		return 0, nil
	}
	mem.placing.Lock()
	defer mem.placing.Unlock()
	if a, ok := mem.placed[m]; ok {
		return a, nil
	}
	a, err := mem.Alloc(int64(m.global.size))
	if err != nil {
		return 0, fmt.Errorf("ptxsim: global variables of %s: %w", m.file.Name, err)
	}
	b, err := mem.Bytes(a, int64(m.global.size))
	if err != nil {
		return 0, err
	}
	m.global.fill(b)
	mem.placed[m] = a
	return a, nil
}

// Kernel is an entry of a module.
type Kernel struct {
	mod     *Module
	fn      *ptx.Function
	argSize int
	shared  int // static bytes
	dynAt   int // where dynamic shared memory begins
	usesDyn bool
	local   int // bytes of a thread

	blocks []block
	table  []slot // what the pointer table of a warp is made of
	n32    int
	n64    int
	npred  int
	ntrack int
	gran   uint // log2 of the bytes that share a stamp of the race check
}

// Name is the entry's name.
func (k *Kernel) Name() string { return k.fn.Name }

// Params returns the parameters in order, with their places in Launch.Args.
func (k *Kernel) Params() []*ptx.Variable { return k.fn.Params }

// SharedBytes is the static shared memory of a block.
func (k *Kernel) SharedBytes() int { return k.shared }

// MaxThreads is the block size of .maxntid or .reqntid, 0 where neither is given.
func (k *Kernel) MaxThreads() int {
	n := k.fn.MaxThreads
	return n[0] * n[1] * n[2]
}
