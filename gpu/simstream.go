package gpu

import (
	"errors"
	"sync"
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

	mu    sync.Mutex
	first error // of what ran
}

// newStream makes a stream. Its queue is long enough that nobody waits in ordinary
// use, as with a device's.
func (d *simBackend) newStream() (stream, error) {
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
	return s.enqueue("cuMemcpyAsync", func() error {
		dst, err := s.d.bytes(t.dst, (t.rows-1)*t.dstPitch+t.width)
		if err != nil {
			return err
		}
		src, err := s.d.bytes(t.src, (t.rows-1)*t.srcPitch+t.width)
		if err != nil {
			return err
		}
		for r := range t.rows {
			copy(dst[r*t.dstPitch:r*t.dstPitch+t.width], src[r*t.srcPitch:])
		}
		return nil
	})
}

// bytes are the n bytes of a place.
func (d *simBackend) bytes(p place, n int) ([]byte, error) {
	if p.host != nil {
		return unsafe.Slice((*byte)(p.host), n), nil
	}
	return d.mem.Bytes(p.addr, int64(n))
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
	reached := e.(*simEvent).point()
	return s.enqueue("cuStreamWaitEvent", func() error {
		<-reached.done
		return nil
	})
}

func (s *simStream) synchronize() error {
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

// A simEvent is the point that it was last recorded at.
type simEvent struct{ last *simPoint }

type simPoint struct {
	done chan struct{}
	at   time.Time // read when done is closed
}

func (d *simBackend) newEvent() (event, error) { return &simEvent{}, nil }

// point is where the event is; a point that is reached if it was never recorded.
func (e *simEvent) point() *simPoint {
	if e.last == nil {
		p := &simPoint{done: make(chan struct{}), at: time.Now()}
		close(p.done)
		return p
	}
	return e.last
}

func (e *simEvent) record(s stream) error {
	p := &simPoint{done: make(chan struct{})}
	e.last = p
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
	from := earlier.(*simEvent)
	if e.last == nil || from.last == nil {
		return 0, errors.New("an event was not recorded")
	}
	for _, p := range []*simPoint{from.last, e.last} {
		select {
		case <-p.done:
		default:
			return 0, errors.New("an event is not reached yet")
		}
	}
	return e.last.at.Sub(from.last.at).Seconds(), nil
}

func (e *simEvent) close() error { return nil }
