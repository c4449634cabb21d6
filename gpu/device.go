package gpu

import (
	"errors"
	"fmt"
	"unsafe"

	"hybrid/gpu/ptx"
	"hybrid/internal/units"
)

// A Device is one GPU, held by this process.
type Device struct {
	info Info
	b    backend
	held held
}

// Kinds of devices.
const (
	KindCUDA = "cuda"
	KindSim  = "sim"
)

// Info is what a device is.
type Info struct {
	Index        int    // among those that this process can see
	Kind         string // KindCUDA or KindSim
	Name         string
	UUID         string // as nvidia-smi prints it: GPU-xxxxxxxx-xxxx-...
	Memory       int64  // bytes
	Major, Minor int    // compute capability
	SMs          int    // streaming multiprocessors
	ClockHz      float64
	// MemoryClockHz and BusBits are 0 where the driver does not tell.
	MemoryClockHz float64
	BusBits       int
	L2Bytes       int
	SharedPerSM   int // bytes
	// SharedPerBlock is the most shared memory, static and dynamic, that a block can
	// have.
	SharedPerBlock int
	Driver         string // version of the driver, as in "12.4"; of ptxsim, "simulated"
}

// A backend is one way to reach a device.
type backend interface {
	memory
	sharer
	maker
	close() error
}

// memory is the device's memory and pinned memory of the host.
type memory interface {
	alloc(bytes int64) (addr uint64, err error)
	free(addr uint64) error
	allocHost(bytes int64) (unsafe.Pointer, error)
	freeHost(p unsafe.Pointer) error
	available() (free, total int64, err error)
}

// A sharer gives devices each other's memory.
type sharer interface {
	// reach lets copies between memory of the two devices go over the links between them.
	reach(owner backend) error
	exportMemory(addr uint64) ([ipcBytes]byte, error)
	importMemory(handle [ipcBytes]byte) (addr uint64, err error)
	closeMemory(addr uint64) error
}

// A maker makes what a device works with.
type maker interface {
	load(name string, text []byte) (module, error) // compiles PTX
	newStream(urgent bool) (stream, error)
	newEvent(ipc bool) (event, error) // with a time, unless it is for other processes
	importEvent(handle [ipcBytes]byte) (event, error)
}

type module interface {
	kernel(name string) (kernel, error) // errNoKernel if there is none of that name
	unload() error
}

var errNoKernel = errors.New("there is none of that name")

// A kernel knows its parameters and attributes since it was looked up.
type kernel interface {
	params() []*ptx.Variable
	attributes() Attributes
	occupancy(threads, shared int) (blocks int, err error)
}

type stream interface {
	copy(t transfer) error
	fill(addr uint64, bytes int64, value byte) error
	launch(k kernel, grid, block Dim, shared int, args []byte, offsets []int) error
	wait(e event) error
	synchronize() error
	close() error
}

type event interface {
	record(s stream) error
	synchronize() error
	since(earlier event) (seconds float64, err error)
	export() ([ipcBytes]byte, error)
	close() error
}

// A transfer copies rows of bytes.
type transfer struct {
	dst, src           location
	rows, width        int // width in bytes
	dstPitch, srcPitch int // bytes from one row to the next
}

// A location is an address of the device, or else memory of the host.
type location struct {
	addr uint64
	host unsafe.Pointer
	of   backend // the device that has the address
}

// Info tells what the device is.
func (d *Device) Info() Info { return d.info }

// MemoryInfo is how many bytes of the device's memory are free, and how many there
// are.
func (d *Device) MemoryInfo() (free, total int64, err error) { return d.b.available() }

// Close gives the device back. What was made with it is of no more use.
func (d *Device) Close() error { return d.b.close() }

// An Error is an error of the CUDA driver.
type Error struct {
	Call string // of the driver's interface, such as "cuMemAlloc"
	Code int
	Name string // such as "CUDA_ERROR_OUT_OF_MEMORY"
	Text string
	Cure string // what to do about it; empty where that is not known
}

func (e *Error) Error() string {
	text := fmt.Sprintf("gpu: %s: %s: %s", e.Call, e.Name, e.Text)
	if e.Cure != "" {
		text += " (" + e.Cure + ")"
	}
	return text
}

// ExitCode is the status of a run that has failed by it, whatever input a caller finds at fault.
func (e *Error) ExitCode() int { return 1 }

// A MemoryError is memory that a device, or the host, does not have.
type MemoryError struct {
	Where             string // the device's name, or "the host, pinned"
	Want, Free, Total int64  // bytes; Free and Total are 0 where they are not known
}

func (e *MemoryError) Error() string {
	if e.Total == 0 {
		return fmt.Sprintf("gpu: %s has no room for %s; take a smaller problem or fewer ranks on a node", e.Where, units.Memory(float64(e.Want)))
	}
	return fmt.Sprintf("gpu: %s has no room for %s: %s of %s are free; take a smaller problem or more ranks with devices of their own",
		e.Where, units.Memory(float64(e.Want)), units.Memory(float64(e.Free)), units.Memory(float64(e.Total)))
}
