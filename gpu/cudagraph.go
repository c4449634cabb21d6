//go:build cuda && linux

package gpu

/*
#include "cuda.h"
*/
import "C"

import "errors"

type cudaGraph struct {
	d *cudaBackend
	g C.CUgraphExec
}

// begin lets a graph be ended on another thread than it was begun on, as goroutines do.
func (s *cudaStream) begin() error {
	return s.d.driverCall("cuStreamBeginCapture", func() C.CUresult {
		return C.cuStreamBeginCapture_v2(s.handle(), C.CU_STREAM_CAPTURE_MODE_RELAXED)
	})
}

func (s *cudaStream) end() (graph, error) {
	var drawn C.CUgraph
	err := s.d.driverCall("cuStreamEndCapture", func() C.CUresult { return C.cuStreamEndCapture(s.handle(), &drawn) })
	if err != nil {
		return nil, err
	}
	g := &cudaGraph{d: s.d}
	err = s.d.driverCall("cuGraphInstantiate", func() C.CUresult { return C.cuGraphInstantiateWithFlags(&g.g, drawn, 0) })
	gone := s.d.kept(s.d.driverCall("cuGraphDestroy", func() C.CUresult { return C.cuGraphDestroy(drawn) }))
	if err != nil {
		return nil, errors.Join(err, gone)
	}
	return g, gone
}

func (g *cudaGraph) launch(s stream) error {
	return g.d.driverCall("cuGraphLaunch", func() C.CUresult { return C.cuGraphLaunch(g.g, s.(*cudaStream).handle()) })
}

func (g *cudaGraph) close() error {
	return g.d.kept(g.d.driverCall("cuGraphExecDestroy", func() C.CUresult { return C.cuGraphExecDestroy(g.g) }))
}
