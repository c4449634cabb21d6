package gpu

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"hybrid/gpu/ptxsim"
)

// A simStream does what it is given in a goroutine of its own, so that a wait that
// is missing shows here as it would on a device.
type simStream struct {
	d    *simBackend
	work chan func() error
	gone chan struct{}

	recorded *simGraph // that the stream is given work for, or nil

	mu    sync.Mutex
	first error // of what ran
}

// newStream makes a stream. Its queue is long enough that nobody waits in ordinary
// use, as with a device's.
func (d *simBackend) newStream(bool) (stream, error) {
	s := &simStream{d: d, work: make(chan func() error, 1024), gone: make(chan struct{})}
	go func() {
		defer close(s.gone)
		for f := range s.work {
			// After an error nothing is done any more, but events are reached.
			if err := f(); err != nil {
				s.mu.Lock()
				if s.first == nil {
					s.first = err
				}
				s.mu.Unlock()
			}
		}
	}()
	return s, nil
}

// failed is the first error of what ran.
func (s *simStream) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// enqueue lets f, a call of the driver, run behind all that was given before.
func (s *simStream) enqueue(call string, f func() error) error {
	if s.recorded != nil {
		*s.recorded = append(*s.recorded, f)
		return nil
	}
	if err := s.failed(); err != nil {
		return err
	}
	s.work <- func() error {
		if s.failed() != nil {
			return nil
		}
		if err := s.d.check(call); err != nil {
			return err
		}
		return f()
	}
	return nil
}

func (s *simStream) copy(t transfer) error {
	if t.between() && t.rows > 1 {
		return errNoRows(t.rows)
	}
	call := "cuMemcpyAsync"
	if t.rows > 1 {
		call = "cuMemcpy2DAsync"
	}
	return s.enqueue(call, func() error {
		dst, err := t.dst.bytes((t.rows-1)*t.dstPitch + t.width)
		if err != nil {
			return err
		}
		src, err := t.src.bytes((t.rows-1)*t.srcPitch + t.width)
		if err != nil {
			return err
		}
		for r := range t.rows {
			copy(dst[r*t.dstPitch:r*t.dstPitch+t.width], src[r*t.srcPitch:])
		}
		return nil
	})
}

// bytes are the n bytes of a location.
func (p location) bytes(n int) ([]byte, error) {
	if p.host != nil {
		return unsafe.Slice((*byte)(p.host), n), nil
	}
	return p.of.(*simBackend).mem.Bytes(p.addr, int64(n))
}

func (s *simStream) fill(addr uint64, bytes int64, value byte) error {
	return s.enqueue("cuMemsetD8Async", func() error {
		b, err := s.d.mem.Bytes(addr, bytes)
		for i := range b {
			b[i] = value
		}
		return err
	})
}

func (s *simStream) launch(k kernel, grid, block Dim, shared int, args []byte, _ []int) error {
	l := ptxsim.Launch{Grid: [3]int{grid.X, grid.Y, grid.Z}, Block: [3]int{block.X, block.Y, block.Z}, Shared: shared, Args: args}
	return s.enqueue("cuLaunchKernel", func() error { return s.d.run(k.(simKernel), l) })
}

func (s *simStream) wait(e event) error {
	if s.recorded != nil {
		return errRecorded
	}
	reached := e.(*simEvent).point()
	return s.enqueue("cuStreamWaitEvent", func() error {
		<-reached.done
		return nil
	})
}

func (s *simStream) synchronize() error {
	if s.recorded != nil {
		return errRecorded
	}
	reached := make(chan struct{})
	s.work <- func() error { close(reached); return nil }
	<-reached
	if err := s.d.check("cuStreamSynchronize"); err != nil {
		return err
	}
	return s.failed()
}

func (s *simStream) close() error {
	close(s.work)
	<-s.gone
	if s.d.lost.Load() != nil {
		return nil // it was told
	}
	return s.failed()
}

// A simEvent is the point that it was last recorded at, by its device alone; others wait
// for it too.
type simEvent struct{ last atomic.Pointer[simPoint] }

type simPoint struct {
	done chan struct{}
	at   time.Time // read when done is closed
}

func (d *simBackend) newEvent(ipc bool) (event, error) {
	if ipc {
		return nil, errSimIPC
	}
	return &simEvent{}, nil
}

// point is where the event is; a point that is reached if it was never recorded.
func (e *simEvent) point() *simPoint {
	if p := e.last.Load(); p != nil {
		return p
	}
	p := &simPoint{done: make(chan struct{}), at: time.Now()}
	close(p.done)
	return p
}

func (e *simEvent) record(s stream) error {
	if s.(*simStream).recorded != nil {
		return errRecorded
	}
	p := &simPoint{done: make(chan struct{})}
	e.last.Store(p)
	// Whatever has failed before, who waits for this point must not wait for ever.
	s.(*simStream).work <- func() error {
		p.at = time.Now()
		close(p.done)
		return nil
	}
	return s.(*simStream).failed()
}

func (e *simEvent) synchronize() error {
	<-e.point().done
	return nil
}

func (e *simEvent) since(earlier event) (float64, error) {
	from, to := earlier.(*simEvent).last.Load(), e.last.Load()
	if from == nil || to == nil {
		return 0, errors.New("an event was not recorded")
	}
	for _, p := range []*simPoint{from, to} {
		select {
		case <-p.done:
		default:
			return 0, errors.New("an event is not reached yet")
		}
	}
	return to.at.Sub(from.at).Seconds(), nil
}

func (e *simEvent) close() error { return nil }

// errSimIPC is about devices that are memory of their process.
var errSimIPC = errors.New("gpu: a simulated device has no memory for other processes")

func (d *simBackend) importEvent([ipcBytes]byte) (event, error) { return nil, errSimIPC }
func (e *simEvent) export() (h [ipcBytes]byte, err error)       { return h, errSimIPC }

// reach fails where a test says so.
func (d *simBackend) reach(owner backend) error {
	if _, ok := owner.(*simBackend); !ok {
		return errors.New("gpu: a simulated device does not reach a real one")
	}
	return d.check("cuCtxEnablePeerAccess")
}

func (d *simBackend) exportMemory(uint64) (h [ipcBytes]byte, err error) { return h, errSimIPC }
func (d *simBackend) importMemory([ipcBytes]byte) (uint64, error)       { return 0, errSimIPC }
func (d *simBackend) closeMemory(uint64) error                          { return errSimIPC }
