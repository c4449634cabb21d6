package heat

import (
	"fmt"
	"hash/fnv"
	"math"
	"path/filepath"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/cores"
	"hybrid/internal/heatmap"
	"hybrid/internal/rowio"
	"hybrid/mpi"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/task"
)

// reserve divides the rows, agrees on how they are cut up, and checks that nodes and
// devices have the memory for it. It is collective, and its error is every rank's.
func (s *Solver[T]) reserve() error {
	node, err := s.comm.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	s.node = node.Size()
	same, err := s.onDevice(node)
	if err != nil {
		return err
	}
	if same != nil {
		defer same.Free()
		s.sharers = same.Size()
	}
	if err := s.arrange(); err != nil {
		return err
	}
	t := s.tile(s.comm.Rank())
	if err := s.reserveNode(t); err != nil {
		return err
	}
	return s.comm.Agree(s.reserveDevice(same, t))
}

// onDevice are the ranks that have this one's device; nil if it has none. All ranks
// of the node must call it.
func (s *Solver[T]) onDevice(node *mpi.Comm) (*mpi.Comm, error) {
	color := []int64{-1}
	if d := s.options.Device; d != nil {
		h := fnv.New32a()
		h.Write([]byte(d.Info().UUID))
		color[0] = int64(h.Sum32() >> 1)
	}
	most := []int64{0}
	if err := mpi.Allreduce(node, color, most, mpi.Max); err != nil || most[0] < 0 {
		return nil, err // a Split is dear among thousands of ranks
	}
	return node.Split(int(color[0]), node.Rank())
}

// fits is the number of rows for which this rank has the memory: its part of what the
// node or the device has free, and what its own rows take. While rows move, those of a
// device are in the node's memory too, and so are those of others on the way.
func (s *Solver[T]) fits() int {
	var v T
	p, most := s.Problem, float64(s.Problem.NY-2)
	plain, taken := 0.0, 0.0
	if s.engine != nil {
		plain, taken = float64(p.NX)*float64(unsafe.Sizeof(v)), float64(s.engine.Bytes())
	}
	limit := func(have float64, bytes func(rows int) float64) {
		none, each := bytes(1), (bytes(1001)-bytes(1))/1000
		most = min(most, (have-none)/each)
	}
	free, known := cores.AvailableMemory()
	share := float64(free) / float64(s.node)
	if d := s.options.Device; d != nil {
		if _, on := s.engine.(*device[T]); !on {
			taken = 0
		}
		if free, _, err := d.MemoryInfo(); err == nil {
			limit(float64(free)/float64(s.sharers)+taken, func(rows int) float64 { return deviceBytes[T](p, s.between(rows), maxDeviceDepth) })
		}
		if known && plain > 0 {
			most = min(most, share/plain)
		}
		return int(max(most, 0))
	}
	pl := plan{bands: s.threads, depth: maxDepth, groups: s.options.StripGroups}
	if _, err := hostBytes[T](p, s.between(1), pl); known && err == nil {
		limit(share+taken, func(rows int) float64 {
			b, _ := hostBytes[T](p, s.between(rows), pl)
			return b + plain*float64(rows)
		})
	}
	return int(max(most, 0))
}

// between is a tile of so many rows and all columns between those of two other ranks.
func (s *Solver[T]) between(rows int) tile {
	t := s.Problem.whole()
	t.lo, t.hi, t.top, t.bottom = 0, rows, remote, remote
	return t
}

// reserveNode checks the memory of the nodes for the rows of their processors and of
// simulated devices, and for output and verification.
func (s *Solver[T]) reserveNode(t tile) error {
	need, err := 0.0, error(nil)
	d := s.options.Device
	switch {
	case d == nil:
		need, err = hostBytes[T](s.Problem, t, s.plan)
		need += s.haloBytes(t)
	case d.Info().Kind == gpu.KindSim:
		need = deviceBytes[T](s.Problem, t, s.plan.depth)
	}
	if err := s.comm.Agree(err); err != nil {
		return err
	}
	p := s.Problem
	return memcheck.Check(s.comm, memcheck.Need{
		What: s.grid(), Instead: task.Smaller[T]("fewer points", "more nodes"),
		Bytes: need + s.outputBytes() + s.verifyBytes(t.rows()), Fixed: s.outputBytes(),
		Fits: func(part float64) string {
			side := func(n int) int { return max(int(float64(n)*math.Sqrt(part)), 3) }
			return fmt.Sprintf("%d x %d", side(p.NX), side(p.NY))
		},
	})
}

// haloBytes is the memory of the messages to all neighbours and from them.
func (s *Solver[T]) haloBytes(t tile) float64 {
	if s.comm.Size() == 1 || t.rows() == 0 {
		return 0
	}
	var v T
	around := t.width(s.Problem.NX) + 4*s.plan.depth // with ghosts and corners
	if s.columns() > 1 {
		around += t.rows()
	}
	return 4 * float64(s.plan.depth) * float64(around) * float64(unsafe.Sizeof(v))
}

// outputBytes is what writing the field takes: rows on their way to the file, and on
// rank 0 a picture, as pixels and as an image.
func (s *Solver[T]) outputBytes() float64 {
	if s.options.Outputs == nil {
		return 0
	}
	row := 8 * float64(s.Problem.NX)
	need := 3*row + rowio.BufferBytes
	for _, path := range s.options.Outputs {
		if r := heatmap.NewRaster(s.Problem.NX, s.Problem.NY, s.Problem.DX, s.Problem.DY); filepath.Ext(path) == ".png" {
			own := 8 * float64(r.W) * float64(r.H)
			if s.comm.Rank() == 0 {
				own += own + heatmap.EncodeBytes
			}
			need = max(need, 3*row+own)
		}
	}
	return need
}

// verifyBytes is what RunVerified takes: on rank 0 the windows before and after, as
// they arrive, in order, and computed again; on others what they send.
func (s *Solver[T]) verifyBytes(rows int) float64 {
	if s.options.Verify == 0 {
		return 0
	}
	var v T
	p, points, copies := s.Problem, 0.0, 4.0
	for _, w := range s.windows(s.options.Verify) {
		w = w.grow(p, verifySteps)
		points += float64(w.bottom-w.top) * float64(w.right-w.left)
	}
	if s.comm.Rank() > 0 {
		points, copies = min(points, float64(rows+2)*float64(p.NX)), 1
	}
	return copies * points * float64(unsafe.Sizeof(v))
}

// reserveDevice checks the memory of a device for the rows of the ranks that share it,
// none for a rank without.
func (s *Solver[T]) reserveDevice(same *mpi.Comm, t tile) error {
	if same == nil {
		return nil
	}
	d := s.options.Device
	sum := []float64{deviceBytes[T](s.Problem, t, s.plan.depth)}
	if err := mpi.Allreduce(same, sum, sum, mpi.Sum); err != nil {
		return err
	}
	free, total, err := d.MemoryInfo()
	if err == nil && sum[0] > float64(free) {
		where := fmt.Sprintf("device %d (%s) of node %s", d.Info().Index, d.Info().Name, s.comm.Host())
		err = &memcheck.Error{What: s.grid(), Where: where, Instead: "fewer points, float32, more devices or the processors", Need: sum[0], Have: float64(free), Total: float64(total)}
	}
	return err
}

// grid is what the memory is for, in words.
func (s *Solver[T]) grid() string {
	var v T
	return fmt.Sprintf("heat: a grid of %d x %d float%d needs", s.Problem.NX, s.Problem.NY, 8*unsafe.Sizeof(v))
}
