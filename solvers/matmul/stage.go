package matmul

import (
	"errors"
	"sync"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/guard"
)

// A stage is a ring of places in pinned memory, through which a device copies from and to
// ordinary memory at the speed of its bus. Threads of the host fill or empty one place
// while the device copies others, so that little memory is pinned however large the
// blocks are.
//
//	blocks          place 0 | place 1 | place 2 | place 3          device
//	          copy ->                             copy ->
type stage[T Real] struct {
	places  [stagePlaces]stagePlace[T]
	next    int // place
	waiting int // places before it that have not been emptied
	threads int
}

const (
	stagePlaces = 4
	stageBytes  = 8 << 20 // of a place
)

// stageValues are those of a place, if a matrix has as many.
func (o *Options) stageValues() int {
	if o.place > 0 {
		return o.place
	}
	return stageBytes / 8
}

// partRows are the fewest rows of a part of C that the last panel takes on.
func (o *Options) partRows() int {
	if o.part > 0 {
		return o.part
	}
	return leastPart
}

// A stagePlace is pinned memory, and where the values go that were copied to it.
type stagePlace[T Real] struct {
	pinned     *gpu.HostBuffer[T]
	copied     *gpu.Event // by the device
	to         []T
	rows, cols int
	pitch      int // in to
}

func newStage[T Real](d *gpu.Device, values, threads int) (*stage[T], error) {
	s := &stage[T]{threads: threads}
	for i := range s.places {
		p := &s.places[i]
		var err error
		if p.pinned, err = gpu.AllocHost[T](d, values); err == nil {
			p.copied, err = d.NewEvent()
		}
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *stage[T]) close() error {
	var errs []error
	for _, p := range s.places {
		errs = append(errs, p.pinned.Free())
		if p.copied != nil {
			errs = append(errs, p.copied.Close())
		}
	}
	return errors.Join(errs...)
}

// pieces calls f for rectangles that a place has room for, which are the matrix.
func (s *stage[T]) pieces(rows, cols int, f func(row, col, rows, cols int) error) error {
	room := s.places[0].pinned.Len()
	wide := min(cols, room)
	high := room / wide
	for row := 0; row < rows; row += high {
		for col := 0; col < cols; col += wide {
			if err := f(row, col, min(high, rows-row), min(wide, cols-col)); err != nil {
				return err
			}
		}
	}
	return nil
}

// in copies rows that lie pitch apart in from to the device. It returns when from is free.
func (s *stage[T]) in(stream *gpu.Stream, to gpuMatrix[T], from []T, rows, cols, pitch int) error {
	return s.pieces(rows, cols, func(row, col, rows, cols int) error {
		p := &s.places[s.next%stagePlaces]
		if err := p.copied.Synchronize(); err != nil {
			return err
		}
		s.move(p.pinned.Data(), cols, from[row*pitch+col:], pitch, rows, cols)
		s.next++
		at := to.buf.Slice(row*to.pitch+col, to.buf.Len())
		err := gpu.CopyIn2D(stream, at, gpu.Matrix{Rows: rows, Cols: cols, Pitch: to.pitch}, p.pinned, gpu.Matrix{Rows: rows, Cols: cols, Pitch: cols})
		return errors.Join(err, p.copied.Record(stream))
	})
}

// out begins to copy rows of the device to to, where they lie one after the other; flush
// ends it.
func (s *stage[T]) out(stream *gpu.Stream, to []T, from gpuMatrix[T], rows, pitch int) error {
	return s.pieces(rows, pitch, func(row, col, rows, cols int) error {
		if s.waiting == stagePlaces {
			if err := s.empty(); err != nil {
				return err
			}
		}
		p := &s.places[s.next%stagePlaces]
		p.to, p.rows, p.cols, p.pitch = to[row*pitch+col:], rows, cols, pitch
		s.next++
		s.waiting++
		at := from.buf.Slice(row*from.pitch+col, from.buf.Len())
		err := gpu.CopyOut2D(stream, p.pinned, gpu.Matrix{Rows: rows, Cols: cols, Pitch: cols}, at, gpu.Matrix{Rows: rows, Cols: cols, Pitch: from.pitch})
		return errors.Join(err, p.copied.Record(stream))
	})
}

// empty waits for the place that was filled first, and copies from it.
func (s *stage[T]) empty() error {
	p := &s.places[(s.next-s.waiting)%stagePlaces]
	s.waiting--
	if err := p.copied.Synchronize(); err != nil {
		return err
	}
	s.move(p.to, p.pitch, p.pinned.Data(), p.cols, p.rows, p.cols)
	p.to = nil
	return nil
}

// flush copies from all places that the device fills.
func (s *stage[T]) flush() error {
	for s.waiting > 0 {
		if err := s.empty(); err != nil {
			return err
		}
	}
	return nil
}

// move copies rows on all threads, as it takes more than one to keep a bus busy.
func (s *stage[T]) move(to []T, toPitch int, from []T, fromPitch, rows, cols int) {
	var v T
	const enough = 1 << 18 // bytes that are worth a thread
	threads := min(max(rows*cols*int(unsafe.Sizeof(v))/enough, 1), s.threads, rows)
	var wg sync.WaitGroup
	for t := range threads {
		some := func() {
			for i := cut(rows, threads, t); i < cut(rows, threads, t+1); i++ {
				copy(to[i*toPitch:][:cols], from[i*fromPitch:])
			}
		}
		if t == threads-1 {
			some()
		} else {
			guard.Go(&wg, some)
		}
	}
	wg.Wait()
}
