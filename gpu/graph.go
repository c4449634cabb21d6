package gpu

import (
	"errors"
	"fmt"
)

// A Graph is work that a stream was given once and can be given again as a whole: one
// call of the driver in place of one for each kernel, for work that is done sooner than the
// processor can ask for it (CUDA C++ Programming Guide, "CUDA Graphs").
type Graph struct {
	d *Device
	g graph
}

type graph interface {
	launch(s stream) error
	close() error
}

// A recorder is a stream that makes graphs of what it is given between begin and end.
type recorder interface {
	begin() error
	end() (graph, error)
}

// ErrNoGraphs is that of a driver that has none: give the stream the work itself.
var ErrNoGraphs = errors.New("gpu: the driver makes no graphs")

// Codes of a driver that lacks a function, or does not serve it on a device.
const (
	codeNotFound     = 500
	codeNotSupported = 801
)

// Record makes a graph of what f gives the stream, which does not do it: launches, and copies
// and fills of the device's memory. Buffers have to stay, and arguments are those of now.
func (s *Stream) Record(f func() error) (*Graph, error) {
	r := s.s.(recorder)
	if err := s.d.hold(r.begin()); err != nil {
		var e *Error
		if errors.As(err, &e) && (e.Code == codeNotFound || e.Code == codeNotSupported) {
			err = fmt.Errorf("%w: %w", ErrNoGraphs, err)
		}
		return nil, err
	}
	failed := f()
	g, err := r.end()
	if err = s.d.hold(errors.Join(failed, err)); err == nil && g != nil {
		return &Graph{s.d, g}, nil
	}
	if g != nil {
		err = errors.Join(err, g.close())
	}
	return nil, err
}

// Launch has the stream do the graph's work, behind what it was given before.
func (g *Graph) Launch(s *Stream) error { return g.d.hold(g.g.launch(s.s)) }

// Close gives the graph back, which no stream may have to do any more.
func (g *Graph) Close() error { return g.g.close() }
