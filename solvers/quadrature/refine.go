package quadrature

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"hybrid/internal/neumaier"
)

// A pair is two rules on [0, 1] over the same nodes, of which the finer gives the
// value and the difference to the coarser an idea of the error.
//
// Neither sees a jump between its outermost node and an end. So there are edges: places
// close to the ends, with weights that foretell the value there from the nodes.
type pair struct {
	nodes, fine, coarse []float64 // the nodes rise
	edges               []float64
	foretell            [][]float64 // for each edge, the weights of the nodes
	gap                 float64     // from an end to the next node
}

// withEdges adds the edges of the parts [ends[i], ends[i+1]], each with the polynomial
// through the nodes of the finer rule in that part.
func (p pair) withEdges(ends ...float64) pair {
	const close = 0x1p-30
	p.gap = p.nodes[0]
	for i := range ends[1:] {
		lo, hi := ends[i], ends[i+1]
		in := func(k int) bool { return p.fine[k] != 0 && p.nodes[k] > lo && p.nodes[k] < hi }
		for _, edge := range []float64{lo + close, hi - close} {
			weights := make([]float64, len(p.nodes))
			for k := range weights {
				if !in(k) {
					continue
				}
				weights[k] = 1
				for m, other := range p.nodes {
					if m != k && in(m) {
						weights[k] *= (edge - other) / (p.nodes[k] - other)
					}
				}
			}
			p.edges, p.foretell = append(p.edges, edge), append(p.foretell, weights)
		}
	}
	return p
}

// A refinement says how to integrate by cells that are halved where it pays.
type refinement struct {
	pair
	grid
	tolerance float64
	floor     float64 // no tolerance is below this part of the integral of |f|
}

// A refined integral is what came of it.
type refined struct {
	value, err float64
	size       float64 // the integral of |f|
	rounding   float64 // what the rounding of places changes
	points     uint64
	// worst is the cell with the greatest error of those that could not be made
	// good enough; nil: there was none. crowded: there were too many cells.
	worst   *cell
	crowded bool
}

// A history is how the differences of a cell and its ancestors fell.
type history struct {
	off    float64 // the last, and no less than an eighth of the one before, as they scatter
	top    float64 // the largest
	since  int     // generations from there to the last
	rising int     // generations in a row, up to the last, that were the largest so far
}

// next is the history with the difference of one generation more.
func (p history) next(off float64) history {
	next := history{off: max(off, p.off/8), top: p.top, since: p.since + 1}
	if off >= p.top {
		next.top, next.since, next.rising = off, 0, p.rising+1
	}
	return next
}

// err is the error that the differences foretell. Towards a singular place those of a
// cell, its half, the half of that, and so on, fall like a geometric series, whose sum
// is the error: |x|^(a-1) has the ratio 2^-a. That factor is taken twice, as they
// scatter where the place lies elsewhere in each cell. Where f is smooth they fall so
// fast that the error is the last of them.
func (p history) err() float64 {
	ratio := 1 - 0x1p-10
	if p.since > 0 {
		ratio = min(ratio, math.Pow(p.off/p.top, 1/float64(p.since)))
	}
	return p.off / (1 - ratio) / (1 - ratio)
}

const (
	// maxHalved bounds how many cells may be added to those of the beginning.
	maxHalved = 1 << 16
	// maxRising ends the search at a place towards which the integral grows.
	maxRising = 40
	// noise is what rounding makes of a value.
	noise = 50 * 0x1p-53
)

// refine integrates over [lo, hi]. It takes all cells of a generation at a time: they
// are dealt out to the ranks anew, and taken by their threads as they come.
//
// A cell of the first generation is halved unless its difference is rounding, as
// one difference says nothing of how differences fall. A later one is good enough if
// its error is its share of half the tolerance, and all are if their errors together
// are within the tolerance, which is what ends it where f jumps or has a pole.
func (t *engine) refine(f *Function, lo, hi float64, r refinement) (refined, error) {
	pieces := segments(lo, hi)
	var cells []cell
	for i, s := range pieces {
		cells = append(cells, r.cells(i, s)...)
	}
	type done struct {
		cell
		value, err float64
	}
	var (
		found   []done
		total   refined
		limit   = len(cells) + maxHalved
		largest float64 // error of worst

		foundErr, foundSize neumaier.Sum
	)
	for first := true; len(cells) > 0; first = false {
		const width = 4
		values, err := t.all(len(cells), width, func(i int, out []float64) error {
			r.measure(f, pieces[cells[i].segment], cells[i], out)
			return nil
		})
		if err != nil {
			return total, err
		}
		total.points += uint64(len(cells)) * uint64(len(r.nodes))
		all, size := foundErr, foundSize
		errs := make([]float64, len(cells))
		var bad *ValueError
		for i := range cells {
			if v := values[width*i:]; math.IsNaN(v[0]) && (bad == nil || v[1] < bad.X) {
				bad = &ValueError{f.short(), v[1], v[2]}
			}
		}
		if bad != nil {
			return total, bad
		}
		for i, c := range cells {
			v := values[width*i:]
			switch {
			case math.IsInf(v[0], 0):
				return total, fmt.Errorf("quadrature: the integral of %s near x = %v is beyond the range of float64", f.short(), pieces[c.segment].at(c.left+c.width/2))
			}
			cells[i].history = c.next(v[1])
			if errs[i] = v[1]; !isNoise(v) {
				errs[i] = cells[i].err()
			}
			all.Add(errs[i])
			size.Add(v[2])
		}
		tolerance := max(r.tolerance, r.floor*size.Value())
		enough := all.Value() <= tolerance && !first
		good := func(i int) bool {
			return enough || isNoise(values[width*i:]) ||
				!first && errs[i] <= tolerance/2*cells[i].width/float64(len(pieces))
		}
		halves := 0
		for i := range cells {
			if !good(i) {
				halves += 2
			}
		}
		full := len(found)+len(cells)+halves/2 > limit
		var next []cell
		for i, c := range cells {
			v := values[width*i:]
			isGood := good(i)
			if !isGood && !full && c.rising < maxRising && pieces[c.segment].splits(c) {
				next = append(next, cell{c.segment, c.left, c.width / 2, c.history}, cell{c.segment, c.left + c.width/2, c.width / 2, c.history})
				continue
			}
			if !isGood {
				if errs[i] *= 2; full {
					errs[i] = max(errs[i], 2*v[2]) // whatever the two rules say
				}
				if errs[i] > largest {
					largest, total.worst = errs[i], &cells[i]
				}
				total.crowded = full
			}
			found = append(found, done{c, v[0], errs[i]})
			foundErr.Add(errs[i])
			foundSize.Add(v[2])
			total.rounding += v[3]
		}
		cells = next
	}
	slices.SortFunc(found, func(a, b done) int {
		return cmp.Or(cmp.Compare(a.segment, b.segment), cmp.Compare(a.left, b.left))
	})
	var value, err neumaier.Sum
	for _, d := range found {
		value.Add(d.value)
		err.Add(d.err)
	}
	total.value, total.err, total.size = value.Value(), err.Value(), foundSize.Value()
	return total, nil
}

// rooms are what measure writes to.
var rooms sync.Pool

// measure sets out to the integral over a cell, by how much the coarser rule
// differs, the integral of |f|, and what the rounding of places changes; or to NaN, a
// place where f is not finite, and what it is there.
func (r *refinement) measure(f *Function, s segment, c cell, out []float64) {
	n := len(r.nodes)
	all := n + len(r.edges)
	room, _ := rooms.Get().(*[]float64)
	if need := (3 + f.depth) * all; room == nil || len(*room) < need {
		fresh := make([]float64, need)
		room = &fresh
	}
	defer rooms.Put(room)
	t, x, y, free := (*room)[:all], (*room)[all:2*all], (*room)[2*all:3*all], (*room)[3*all:]
	for i := range t {
		node := 0.0
		if i < n {
			node = r.nodes[i]
		} else {
			node = r.edges[i-n]
		}
		t[i] = math.FMA(c.width, node, c.left)
		x[i] = s.at(t[i])
	}
	f.eval(x, y, free)
	var fine, coarse, size, variation float64
	for i, v := range y[:n] {
		if !isFinite(v) {
			out[0], out[1], out[2] = math.NaN(), x[i], v
			return
		}
		if i > 0 {
			variation += math.Abs(v - y[i-1])
		}
	}
	for i, v := range y[:n] {
		v = s.weigh(v, t[i])
		y[i] = v
		fine = math.FMA(r.fine[i], v, fine)
		coarse = math.FMA(r.coarse[i], v, coarse)
		size = math.FMA(r.fine[i], math.Abs(v), size)
	}
	out[0], out[1], out[2] = c.width*fine, c.width*math.Abs(fine-coarse), c.width*size
	out[3] = variation * 0x1p-53 * max(math.Abs(x[0]), math.Abs(x[n-1]))
	if math.IsNaN(out[0]) {
		out[0] = math.Inf(1) // of overflow, infinities of both signs
	}
	if !isNoise(out) {
		return
	}
	// Less than this part of f is what polynomials miss of a smooth f.
	const jump = 1e-6
	for e, weights := range r.foretell {
		if !isFinite(y[n+e]) { // it may fall on the end itself
			continue
		}
		foretold := 0.0
		for i, w := range weights {
			foretold = math.FMA(w, y[i], foretold)
		}
		if off := math.Abs(s.weigh(y[n+e], t[n+e]) - foretold); off > jump*size {
			out[1] = max(out[1], c.width*r.gap*off)
		}
	}
}

// isNoise reports whether the difference that measure found is rounding.
func isNoise(m []float64) bool { return m[1] <= float64(noise*m[2])+m[3] }
