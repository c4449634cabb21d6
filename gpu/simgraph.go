package gpu

import "errors"

// A simGraph is what a stream was given.
type simGraph []func() error

// errRecorded is about what a graph cannot have here, nor a driver's without more care.
var errRecorded = errors.New("gpu: a graph is being recorded: it has launches, copies and fills alone")

func (s *simStream) begin() error {
	if err := s.d.check("cuStreamBeginCapture"); err != nil {
		return err
	}
	s.recorded = &simGraph{}
	return nil
}

func (s *simStream) end() (graph, error) {
	g := s.recorded
	s.recorded = nil
	if err := s.d.check("cuStreamEndCapture"); err != nil || g == nil {
		return nil, err
	}
	return g, nil
}

func (g *simGraph) launch(s stream) error {
	return s.(*simStream).enqueue("cuGraphLaunch", func() error {
		for _, f := range *g {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (g *simGraph) close() error { return nil }
