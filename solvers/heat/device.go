package heat

import (
	"time"
	"unsafe"

	"hybrid/gpu"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
)

// A device has a rank's rows in the memory of a GPU, where they stay from Fill on:
// kernels take them through time, and only halo rows leave it on the way. They lie
// row after row in two buffers, between which every pass changes, with halo rows or a
// row of the ring at each end; of a periodic field without the ring's columns.
//
//	memory row 0        ring, or the first of depth halo rows
//	above               row lo of the grid
//	above + hi - lo     ring, or the first of depth halo rows
//
// Only the rank's own goroutine may call what reaches the GPU: Fetch, Store, Run, and
// Row for a row that was not fetched.
type device[T Real] struct {
	problem Problem
	comm    *mpi.Comm
	gpu     *gpu.Device
	kernels *kernels.Heat[T]
	field   kernels.HeatField[T]
	lo, hi  int // own interior rows
	above   int // memory rows before them
	depth   int // most steps between halo exchanges
	threads int

	top, bottom side // what lies beyond the own rows
	rows        [2]*gpu.Buffer[T]
	now         int // the field is in rows[now]

	// compute has the passes that need no halo row of another rank, transfer the
	// halo rows and the passes that need them.
	compute, transfer *gpu.Stream
	links             []*deviceLink[T]
	events            [2]*periodEvents // of this period and of the last

	// staged holds rows [from, to) of the grid, NX values each.
	staged   *gpu.HostBuffer[T]
	from, to int
}

// newDevice takes the device's memory for interior rows [lo, hi), of which there are
// some, and sets them to 0. The kernels are those that k has loaded there. above and
// below are as for newHost.
func newDevice[T Real](c *mpi.Comm, g *gpu.Device, k *kernels.Heat[T], p Problem, depth, threads, lo, hi, above, below int) (d *device[T], err error) {
	beyond := func(rank int) side {
		switch rank {
		case -1:
			return ring
		case c.Rank():
			return nearby
		}
		return remote
	}
	d = &device[T]{problem: p, comm: c, gpu: g, kernels: k, lo: lo, hi: hi, depth: depth, threads: threads,
		top: beyond(above), bottom: beyond(below)}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	d.field, d.above = deviceField[T](p, depth, hi-lo, d.top, d.bottom)
	for _, s := range []**gpu.Stream{&d.compute, &d.transfer} {
		if *s, err = g.NewStream(); err != nil {
			return d, err
		}
	}
	for i := range d.rows {
		if d.rows[i], err = gpu.Alloc[T](g, d.field.Rows*d.field.Pitch); err != nil {
			return d, err
		}
		if err = gpu.Fill(d.compute, d.rows[i], 0); err != nil {
			return d, err
		}
	}
	if d.staged, err = gpu.AllocHost[T](g, blockOfRows[T](p, threads)*p.NX); err != nil {
		return d, err
	}
	for i := range d.events {
		if d.events[i], err = newPeriodEvents(g, depth); err != nil {
			return d, err
		}
	}
	if err = d.link(above, false); err != nil {
		return d, err
	}
	if err = d.link(below, true); err != nil {
		return d, err
	}
	return d, d.compute.Synchronize()
}

// deviceField is how so many rows lie in a device's memory, and how many memory rows
// come before the first.
func deviceField[T Real](p Problem, depth, rows int, top, bottom side) (f kernels.HeatField[T], above int) {
	beyond := func(s side) int {
		if s == ring {
			return 1
		}
		return depth
	}
	k := coef[T](p)
	f = kernels.HeatField[T]{
		Columns: p.NX, Rows: beyond(top) + rows + beyond(bottom), Boundary: int(p.Boundary),
		RX: k.RX, RY: k.RY, K: k.K, Top: -kernels.NoRing, Bottom: kernels.NoRing,
	}
	if p.Boundary == Periodic {
		f.Columns -= 2
	}
	if top == ring {
		f.Top = 0
	}
	if bottom == ring {
		f.Bottom = f.Rows - 1
	}
	f.Pitch = kernels.HeatPitch[T](f.Columns)
	return f, beyond(top)
}

// deviceBytes is the device's memory that newDevice takes.
func deviceBytes[T Real](p Problem, depth, rows int) float64 {
	if rows == 0 {
		return 0
	}
	f, _ := deviceField[T](p, depth, rows, remote, remote)
	var v T
	return 2 * float64(f.Rows) * float64(f.Pitch) * float64(unsafe.Sizeof(v))
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
	for _, s := range []*gpu.Stream{d.compute, d.transfer} {
		if s != nil {
			note(s.Close())
		}
	}
	for _, e := range d.events {
		note(e.close())
	}
	for _, l := range d.links {
		note(l.out.Free())
		note(l.in.Free())
	}
	note(d.staged.Free())
	for _, b := range d.rows {
		note(b.Free())
	}
	return first
}

// column is the grid's column that the memory's rows begin with.
func (d *device[T]) column() int {
	if d.problem.Boundary == Periodic {
		return 1
	}
	return 0
}

// memory are rows [lo, hi) of the grid in a buffer. A row beyond a periodic edge
// counts on past it.
func (d *device[T]) memory(b *gpu.Buffer[T], lo, hi int) *gpu.Buffer[T] {
	first := lo - d.lo + d.above
	return b.Slice(first*d.field.Pitch, (first+hi-lo)*d.field.Pitch)
}

// copyOut and copyIn move rows [lo, hi) of the grid from rows[now] to host, NX values
// each, and from host to a buffer.
func (d *device[T]) copyOut(s *gpu.Stream, host *gpu.HostBuffer[T], lo, hi int) error {
	h, m := d.shapes(hi - lo)
	return gpu.CopyOut2D(s, host.Slice(d.column(), host.Len()), h, d.memory(d.rows[d.now], lo, hi), m)
}

func (d *device[T]) copyIn(s *gpu.Stream, b *gpu.Buffer[T], host *gpu.HostBuffer[T], lo, hi int) error {
	h, m := d.shapes(hi - lo)
	return gpu.CopyIn2D(s, d.memory(b, lo, hi), m, host.Slice(d.column(), host.Len()), h)
}

func (d *device[T]) shapes(rows int) (host, memory gpu.Matrix) {
	n := d.field.Columns
	return gpu.Matrix{Rows: rows, Cols: n, Pitch: d.problem.NX}, gpu.Matrix{Rows: rows, Cols: n, Pitch: d.field.Pitch}
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
	if d.from <= lo && hi <= d.to || lo >= hi {
		return nil
	}
	d.from, d.to = 0, 0
	if err := d.copyOut(d.compute, d.staged, lo, hi); err != nil {
		return err
	}
	if err := d.compute.Synchronize(); err != nil {
		return err
	}
	d.from, d.to = lo, hi
	return nil
}

// Row copies a row, and stages it with those behind it if it is not there.
func (d *device[T]) Row(i int, dst []T) error {
	n := d.problem.NX
	if i < d.from || i >= d.to {
		if err := d.Fetch(i, min(i+d.staged.Len()/n, d.hi)); err != nil {
			return err
		}
	}
	copy(dst, d.staged.Data()[(i-d.from)*n:(i-d.from+1)*n])
	return nil
}

// Stage makes room for the rows [lo, hi), no more than a block of them.
func (d *device[T]) Stage(lo, hi int) { d.from, d.to = d.kept(lo, hi) }

// SetRow puts a row where Store finds it.
func (d *device[T]) SetRow(i int, src []T) {
	n := d.problem.NX
	copy(d.staged.Data()[(i-d.from)*n:(i-d.from+1)*n], src)
}

// Store takes the staged rows to both buffers: what keeps its values lies in both.
func (d *device[T]) Store(lo, hi int) error {
	if d.from >= d.to {
		return nil
	}
	for _, b := range d.rows {
		if err := d.copyIn(d.compute, b, d.staged, d.from, d.to); err != nil {
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
