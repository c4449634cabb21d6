package model

import (
	"errors"
	"math"

	"hybrid/solvers/task"
	"hybrid/study/result"
)

// The kinds of links, as probes name them.
const (
	sameProcess = "same process"
	sameNode    = "same node"
	otherNode   = "other node"
)

// A link is LogGP's parameters of a kind of link.
type link struct {
	task.Link
	on string
}

func (l link) model(rate float64) result.Model {
	return result.Model{L: l.L, O: l.O, Gap: l.Gap, G: l.G, OByte: l.OByte, Rate: rate, Link: l.on}
}

// links are those within a node and those between nodes. Of ranks that are
// processes they are those between processes, of ranks inside one process those
// within; where no link between nodes was measured, far is near.
func links(probes []result.Probe) (near, far link, err error) {
	found := map[string]link{}
	for _, on := range []string{sameProcess, sameNode, otherNode} {
		if l, ok := readLink(probes, on); ok {
			found[on] = l
		}
	}
	var ok bool
	for _, on := range []string{sameNode, sameProcess, otherNode} {
		if near, ok = found[on]; ok {
			break
		}
	}
	if !ok {
		return near, far, errors.New("the latency and bandwidth of messages were not measured")
	}
	if far, ok = found[otherNode]; !ok {
		far = near
	}
	return near, far, nil
}

// readLink finds a link's parameters in the probes of a kind of link. It needs a
// latency and two sizes of a bandwidth.
func readLink(probes []result.Probe, on string) (link, bool) {
	type point struct{ bytes, seconds float64 }
	curves := map[string][]point{}
	for _, p := range probes {
		t := p.Median
		if p.Name == result.Bandwidth {
			t = float64(p.Bytes) / p.Median
		}
		if p.On == on && p.Bytes > 0 && t > 0 && !math.IsInf(t, 0) {
			curves[p.Name] = append(curves[p.Name], point{float64(p.Bytes), t})
		}
	}
	line := func(name string) (at0, slope float64) {
		var bytes, seconds []float64
		for _, p := range curves[name] {
			bytes, seconds = append(bytes, p.bytes), append(seconds, p.seconds)
		}
		return fit(bytes, seconds)
	}
	latency, window := curves[result.Latency], curves[result.Bandwidth]
	if len(latency) == 0 || len(window) < 2 {
		return link{}, false
	}
	l := link{on: on}
	l.Gap, l.G = line(result.Bandwidth)
	if l.G == 0 {
		return link{}, false // all of one size
	}
	if len(curves[result.Overhead]) > 0 {
		l.O, l.OByte = line(result.Overhead)
	}
	shortest := latency[0]
	for _, p := range latency {
		if p.bytes < shortest.bytes {
			shortest = p
		}
	}
	// A send keeps its rank no longer than the whole way takes, and no byte longer than
	// the next has to wait.
	l.O = min(l.O, shortest.seconds/2)
	l.OByte = min(l.OByte, l.G)
	l.L = max(shortest.seconds-2*l.O-shortest.bytes*l.G, 0)
	return l, true
}

// fit is the line a + b x nearest to y by the sum of the squares of its relative
// errors, (a + b x - y)/y: linear least squares with the weights 1/y². Neither a nor
// b is below 0; b is 0 where all x are the same.
func fit(x, y []float64) (a, b float64) {
	var s, sx, sy, sxx, sxy float64
	for i := range x {
		w := 1 / (y[i] * y[i])
		s += w
		sx += float64(w * x[i])
		sy += float64(w * y[i])
		sxx += float64(w * x[i] * x[i])
		sxy += float64(w * x[i] * y[i])
	}
	if d := float64(s*sxx) - float64(sx*sx); d > 1e-12*s*sxx {
		b = (float64(s*sxy) - float64(sx*sy)) / d
		a = (sy - float64(b*sx)) / s
	}
	switch {
	case b <= 0:
		return sy / s, 0
	case a < 0:
		return 0, sxy / sxx
	}
	return a, b
}
