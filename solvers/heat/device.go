package heat

import (
	"time"
	"unsafe"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
)

// A device has a rank's tile in the memory of a GPU, where it stays from Fill on:
// kernels take it through time, and only its edges leave it on the way. Its rows lie
// one after the other in two buffers, between which every pass changes, with halo rows or
// a row of the ring at each end; of a periodic field without the ring's columns. Where
// columns are cut they begin and end with those of the halo, and beyond it with one that
// the kernels take for the ring's: what follows from it has no meaning, a column more
// with every step, and reaches no own one before it is renewed.
//
//	memory row 0        ring, or the first of depth halo rows
//	above               row lo of the grid
//	above + hi - lo     ring, or the first of depth halo rows
//
// Only the rank's own goroutine may call what reaches the GPU: Fetch, Store, Run, and
// Row for a row that was not fetched.
type device[T Real] struct {
	problem Problem
	tile
	gpu     *gpu.Device
	kernels *kernels.Heat[T]
	field   kernels.HeatField[T]
	above   int // memory rows before the own ones
	first   int // column of the grid that the memory's rows begin with
	depth   int // most steps between halo exchanges
	threads int

	rows [2]*gpu.Buffer[T]
	now  int // the field is in rows[now]
	zero zero[T]

	graphs map[deviceGraph[T]]*gpu.Graph // of periods that were wanted before; nil where there are none
	step   int                           // steps done before this period

	// compute has the passes that need no halo row of another rank, transfer the
	// halo rows and the passes that need them.
	compute, transfer *gpu.Stream
	halos             deviceHalos[T]
	columns           *gpu.Buffer[T]   // of a halo, on their way; empty where the ranks have all columns
	events            [2]*periodEvents // of this period and of the last

	// staged holds the own columns of rows [since, until) of the grid, the ring's included.
	staged       *gpu.HostBuffer[T]
	since, until int
}

// newDevice takes the device's memory for a tile that has rows, and sets them to 0. The
// kernels are those that k has loaded there.
func newDevice[T Real](g *gpu.Device, k *kernels.Heat[T], p Problem, t tile, depth, threads int) (d *device[T], err error) {
	d = &device[T]{problem: p, tile: t, gpu: g, kernels: k, depth: depth, threads: threads, graphs: map[deviceGraph[T]]*gpu.Graph{}}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	d.field, d.above, d.first = deviceField[T](p, t, depth)
	if d.compute, err = g.NewStream(); err != nil {
		return d, err
	}
	if d.transfer, err = g.NewUrgentStream(); err != nil {
		return d, err
	}
	for i := range d.rows {
		if d.rows[i], err = gpu.Alloc[T](g, d.field.Rows*d.field.Pitch); err != nil {
			return d, err
		}
		if err = gpu.Fill(d.compute, d.rows[i], 0); err != nil {
			return d, err
		}
	}
	if d.columns, err = gpu.Alloc[T](g, t.columnValues(depth)); err != nil {
		return d, err
	}
	if d.staged, err = gpu.AllocHost[T](g, blockOfRows[T](p)*t.width(p.NX)); err != nil {
		return d, err
	}
	for i := range d.events {
		if d.events[i], err = newPeriodEvents(g, depth); err != nil {
			return d, err
		}
	}
	return d, d.compute.Synchronize()
}

// deviceField is how a tile lies in a device's memory, how many memory rows come before
// the first own one, and which column of the grid is the memory's first.
func deviceField[T Real](p Problem, t tile, depth int) (f kernels.HeatField[T], above, first int) {
	beyond := func(s side) int {
		if s == ring {
			return 1
		}
		return depth
	}
	beside := func(s side) int {
		switch {
		case s == nearby:
			return 0 // the kernels go round
		case s == ring:
			return 1
		}
		return depth + 1
	}
	k := coef[T](p)
	f = kernels.HeatField[T]{
		Columns: beside(t.west) + t.right - t.left + beside(t.east), Rows: beyond(t.top) + t.rows() + beyond(t.bottom), Boundary: int(p.Boundary),
		RX: k.RX, RY: k.RY, K: k.K, Top: -kernels.NoRing, Bottom: kernels.NoRing,
	}
	if t.top == ring {
		f.Top = 0
	}
	if t.bottom == ring {
		f.Bottom = f.Rows - 1
	}
	f.Pitch = kernels.HeatPitch[T](f.Columns)
	return f, beyond(t.top), t.left - beside(t.west)
}

// deviceBytes is the device's memory that newDevice takes.
func deviceBytes[T Real](p Problem, t tile, depth int) float64 {
	if t.rows() == 0 {
		return 0
	}
	f, _, _ := deviceField[T](p, t, depth)
	var v T
	return (2*float64(f.Rows)*float64(f.Pitch) + float64(t.columnValues(depth))) * float64(unsafe.Sizeof(v))
}

// columnValues is the most values of a message of columns, which begin and end with the ring's.
func (t tile) columnValues(depth int) int {
	if t.west != remote && t.east != remote {
		return 0
	}
	return (t.rows() + 2) * depth
}

// Bytes is the device's memory.
func (d *device[T]) Bytes() int {
	var v T
	return (d.rows[0].Len() + d.rows[1].Len()) * int(unsafe.Sizeof(v))
}

// Workers are the threads that make and take rows.
func (d *device[T]) Workers() int { return d.threads }

// Close gives everything back that newDevice took, as far as it got.
func (d *device[T]) Close() error {
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	note(d.halos.close())
	for _, s := range []*gpu.Stream{d.compute, d.transfer} {
		if s != nil {
			note(s.Close())
		}
	}
	note(d.closeGraphs())
	for _, e := range d.events {
		note(e.close())
	}
	note(d.staged.Free())
	note(d.columns.Free())
	for _, b := range d.rows {
		note(b.Free())
	}
	return first
}

// memory are rows [lo, hi) of the grid in a buffer. A row beyond a periodic edge
// counts on past it.
func (d *device[T]) memory(b *gpu.Buffer[T], lo, hi int) *gpu.Buffer[T] {
	first := lo - d.lo + d.above
	return b.Slice(first*d.field.Pitch, (first+hi-lo)*d.field.Pitch)
}

// copyOut and copyIn move the own columns of rows [lo, hi) of the grid from a buffer to
// staged, and back.
func (d *device[T]) copyOut(b *gpu.Buffer[T], lo, hi int) error {
	b, m, host, h := d.stage(b, lo, hi)
	return gpu.CopyOut2D(d.compute, host, h, b, m)
}

func (d *device[T]) copyIn(b *gpu.Buffer[T], lo, hi int) error {
	b, m, host, h := d.stage(b, lo, hi)
	return gpu.CopyIn2D(d.compute, b, m, host, h)
}

func (d *device[T]) shapes(rows, columns, pitch int) (host, memory gpu.Matrix) {
	return gpu.Matrix{Rows: rows, Cols: columns, Pitch: pitch}, gpu.Matrix{Rows: rows, Cols: columns, Pitch: d.field.Pitch}
}

// stage is where the own columns of rows [lo, hi) of the grid begin in a buffer and in
// staged, and their shapes there.
func (d *device[T]) stage(b *gpu.Buffer[T], lo, hi int) (*gpu.Buffer[T], gpu.Matrix, *gpu.HostBuffer[T], gpu.Matrix) {
	from, to := d.own()
	host, memory := d.shapes(hi-lo, to-from, d.width(d.problem.NX))
	b = d.memory(b, lo, hi)
	return b.Slice(from-d.first, b.Len()), memory, d.staged.Slice(from-d.from(), d.staged.Len()), host
}

// kept clips rows [lo, hi) to those that lie in the memory for SetRow: the own ones
// and, with Dirichlet's boundary, the ring's.
func (d *device[T]) kept(lo, hi int) (int, int) {
	first, end := d.lo, d.hi
	if d.problem.Boundary == Dirichlet && d.top == ring {
		first--
	}
	if d.problem.Boundary == Dirichlet && d.bottom == ring {
		end++
	}
	return max(lo, first), min(hi, end)
}

// Fetch stages the rows [lo, hi), no more than a block of them.
func (d *device[T]) Fetch(lo, hi int) error {
	lo, hi = max(lo, d.lo), min(hi, d.hi)
	if d.since <= lo && hi <= d.until || lo >= hi {
		return nil
	}
	d.since, d.until = 0, 0
	if err := d.copyOut(d.rows[d.now], lo, hi); err != nil {
		return err
	}
	if err := d.compute.Synchronize(); err != nil {
		return err
	}
	d.since, d.until = lo, hi
	return nil
}

// Row copies a row, and stages it with those behind it if it is not there.
func (d *device[T]) Row(i int, dst []T) error {
	n := d.width(d.problem.NX)
	if i < d.since || i >= d.until {
		if err := d.Fetch(i, min(i+d.staged.Len()/n, d.hi)); err != nil {
			return err
		}
	}
	copy(dst, d.staged.Data()[(i-d.since)*n:(i-d.since+1)*n])
	return nil
}

// Stage makes room for the rows [lo, hi), no more than a block of them.
func (d *device[T]) Stage(lo, hi int) { d.since, d.until = d.kept(lo, hi) }

// SetRow puts a row where Store finds it.
func (d *device[T]) SetRow(i int, src []T) {
	n := d.width(d.problem.NX)
	copy(d.staged.Data()[(i-d.since)*n:(i-d.since+1)*n], src)
}

// Store takes the staged rows to both buffers: what keeps its values lies in both.
func (d *device[T]) Store(lo, hi int) error {
	if d.since >= d.until {
		return nil
	}
	for _, b := range d.rows {
		if err := d.copyIn(b, d.since, d.until); err != nil {
			return err
		}
	}
	return d.compute.Synchronize()
}

// Limit takes what the device's data sheet promises, or else what a copy within its
// memory reaches; of a simulated device nothing is known.
func (d *device[T]) Limit(time.Duration) (Limit, error) {
	info := d.gpu.Info()
	if info.Kind == gpu.KindSim {
		return Limit{}, nil
	}
	bandwidth := info.PeakBandwidth()
	if bandwidth == 0 {
		var err error
		if bandwidth, err = d.copyRate(); err != nil {
			return Limit{}, err
		}
	}
	var v T
	onePass := bandwidth / float64(2*unsafe.Sizeof(v))
	depths := kernels.HeatDepths()
	l := Limit{OnePass: onePass, Updates: onePass * float64(depths[len(depths)-1])}
	if peak := kernels.HeatPeak[T](info); peak > 0 {
		l.Updates = min(l.Updates, peak)
	}
	return l, nil
}

// copyRate measures a copy within the device's memory, in bytes read and written a
// second. The buffers have the same values where a pass does not write, so that one
// may be copied over the other.
func (d *device[T]) copyRate() (float64, error) {
	began, ended := d.events[0].computed, d.events[0].moved
	best := 0.0
	for range 5 {
		if err := began.Record(d.compute); err != nil {
			return 0, err
		}
		if err := gpu.Copy(d.compute, d.rows[1-d.now], d.rows[d.now]); err != nil {
			return 0, err
		}
		if err := ended.Record(d.compute); err != nil {
			return 0, err
		}
		if err := d.compute.Synchronize(); err != nil {
			return 0, err
		}
		t, err := gpu.Elapsed(began, ended)
		if err != nil {
			return 0, err
		}
		best = max(best, float64(d.Bytes())/t.Seconds())
	}
	return best, nil
}
