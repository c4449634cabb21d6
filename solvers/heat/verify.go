package heat

import (
	"context"
	"math"
	"math/rand/v2"
	"unsafe"

	"hybrid/internal/stencil"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A Verification says whether a run gave what an independent solver gives.
type Verification struct {
	task.Verdict
	Points int  // values that were computed again and compared
	Whole  bool // all steps of all points were
}

// Verification compares whole runs of at most this many updates, and otherwise
// the last steps of a run, in windows of at most so many points a side.
const (
	verifyAll    = 20_000_000
	verifySteps  = 32
	verifySide   = 48
	verifyRandom = 8   // windows anywhere
	verifyCuts   = 16  // windows on borders between ranks
	verifyRanks  = 256 // windows in as many ranks' parts
)

// RunVerified is Run, and then checks its answer: a plain solver, which knows
// nothing of strips, bands, ranks and instruction sets, computes a part of the
// field again from an earlier state, and every bit must agree; and no value may
// lie outside the range that the field began with. A short run on a small grid
// is computed again as a whole. In others it is the last 32 steps, in windows in
// the corners, in the rows of every rank, at borders between ranks and elsewhere; and
// of all steps the amplitudes of the field's slowest modes, to which every point adds.
// Of a run without a step nothing can be told. It is collective; rank 0 does the
// checking and all ranks get its verdict.
func (s *Solver[T]) RunVerified(ctx context.Context, steps int) (Verification, error) {
	if steps == 0 {
		return Verification{Verdict: task.Unknown("no step was made: there is nothing to compare")}, nil
	}
	begin, err := s.Summary()
	if err != nil {
		return Verification{}, err
	}
	modes := s.modes()
	was, err := s.amplitudes(modes)
	if err != nil {
		return Verification{}, err
	}
	last := min(steps, verifySteps)
	if s.short(steps) {
		last = steps
	}
	if err := s.Run(ctx, steps-last); err != nil {
		return Verification{}, err
	}
	windows := s.windows(steps)
	before, err := s.gather(windows, last)
	if err != nil {
		return Verification{}, err
	}
	if err := s.Run(ctx, last); err != nil {
		return Verification{}, err
	}
	after, err := s.gather(windows, 0)
	if err != nil {
		return Verification{}, err
	}
	end, err := s.Summary()
	if err != nil {
		return Verification{}, err
	}
	is, err := s.amplitudes(modes)
	if err != nil {
		return Verification{}, err
	}
	var v Verification
	if s.comm.Rank() == 0 {
		v = s.compare(windows, before, after, last)
		v.principle(begin, end, steps, epsilon[T]())
		if !v.Whole {
			v.decay(modes, was, is, max(math.Abs(begin.Min), math.Abs(begin.Max)), steps, epsilon[T]())
		}
	}
	return v, s.share(&v)
}

// A window is a rectangle of the grid. In a periodic field it may reach beyond
// the edges of the interior.
type window struct{ top, bottom, left, right int }

// short tells whether a run is computed again from its beginning.
func (s *Solver[T]) short(steps int) bool {
	return float64(s.Problem.NX)*float64(s.Problem.NY)*float64(max(steps, 1)) <= s.verifyAll
}

// windows chooses what to compare of a run of so many steps.
func (s *Solver[T]) windows(steps int) []window {
	p := s.Problem
	if s.short(steps) {
		return []window{whole(p)}
	}
	h, w := min(verifySide, p.NY), min(verifySide, p.NX)
	at := func(i, j int) window {
		i, j = min(max(i, 0), p.NY-h), min(max(j, 0), p.NX-w)
		return window{i, i + h, j, j + w}
	}
	all := []window{at(0, 0), at(0, p.NX), at(p.NY, 0), at(p.NY, p.NX)}
	rng := rand.New(rand.NewPCG(uint64(p.NX), uint64(p.NY)))
	cuts := s.Partition[1 : len(s.Partition)-1]
	for range min(verifyCuts, len(cuts)) {
		all = append(all, at(cuts[rng.IntN(len(cuts))]-h/2, rng.IntN(p.NX)-w/2))
	}
	for r := range min(verifyRanks, s.comm.Size()) {
		rows, columns := s.Tile(r)
		if s.columns() == 1 {
			columns = [2]int{0, p.NX}
		}
		in := func(side [2]int) int { return side[0] + rng.IntN(max(side[1]-side[0], 1)) }
		all = append(all, at(in(rows)-h/2, in(columns)-w/2))
	}
	// On borders between columns of ranks, and where they meet those of rows.
	if across := s.Columns[1 : len(s.Columns)-1]; len(across) > 0 {
		for range verifyCuts {
			cut := across[rng.IntN(len(across))]
			all = append(all, at(rng.IntN(p.NY)-h/2, cut-w/2))
			if len(cuts) > 0 {
				all = append(all, at(cuts[rng.IntN(len(cuts))]-h/2, cut-w/2))
			}
		}
	}
	for range verifyRandom {
		all = append(all, at(rng.IntN(p.NY), rng.IntN(p.NX)))
	}
	return all
}

// whole is the window of all points.
func whole(p Problem) window { return window{0, p.NY, 0, p.NX} }

// grow widens a window by so many points, as far as the field goes.
func (w window) grow(p Problem, by int) window {
	if w == whole(p) {
		return w
	}
	w = window{w.top - by, w.bottom + by, w.left - by, w.right + by}
	if p.Boundary != Periodic {
		w = window{max(w.top, 0), min(w.bottom, p.NY), max(w.left, 0), min(w.right, p.NX)}
	}
	return w
}

// gather brings windows, grown by so many points, to rank 0, row after row.
func (s *Solver[T]) gather(windows []window, by int) ([][]T, error) {
	var all [][]T
	var failed error
	for _, w := range windows {
		w = w.grow(s.Problem, by)
		own, err := s.cutOut(w)
		if err != nil {
			failed = err
		}
		counts := make([]int, s.comm.Size())
		for r := range counts {
			rows, columns := s.within(w, r)
			counts[r] = len(rows) * len(columns)
		}
		var got []T
		if s.comm.Rank() == 0 {
			got = make([]T, (w.right-w.left)*(w.bottom-w.top))
		}
		if err := mpi.Gatherv(s.comm, own, got, counts, nil, 0); err != nil {
			return nil, err
		}
		if s.comm.Rank() == 0 {
			own = nil // as large as what it was sent to
			all = append(all, s.inPlace(w, got))
		}
	}
	return all, s.comm.Agree(failed)
}

// within are the rows and columns of a window that a rank has, in the window's numbers.
func (s *Solver[T]) within(w window, rank int) (rows, columns []int) {
	p, n := s.Problem, s.columns()
	lo, hi := s.Partition.Rows(rank / n)
	for i := w.top; i < w.bottom; i++ {
		if k := min(max(inside(p, i, p.NY), 1), p.NY-2); lo <= k && k < hi {
			rows = append(rows, i)
		}
	}
	lo, hi = s.Columns.Rows(rank % n)
	for j := w.left; j < w.right; j++ {
		if k := min(max(opposite(p, j), 1), p.NX-2); lo <= k && k < hi {
			columns = append(columns, j)
		}
	}
	return rows, columns
}

// opposite is the column where a window's column j is had: one of the ring is, in a
// periodic field, that of the interior at the other edge.
func opposite(p Problem, j int) int {
	if n := p.NX - 2; p.Boundary == Periodic {
		return ((j-1)%n+n)%n + 1
	}
	return j
}

// cutOut is what this rank has of a window, row after row. With an error it is as long.
func (s *Solver[T]) cutOut(w window) ([]T, error) {
	p := s.Problem
	rows, columns := s.within(w, s.comm.Rank())
	own := make([]T, 0, len(rows)*len(columns))
	line, from := make([]T, s.Field.width(p.NX)), s.Field.from()
	var failed error
	for _, i := range rows {
		if err := s.Row(inside(p, i, p.NY), line); err != nil {
			failed = err
		}
		for _, j := range columns {
			own = append(own, line[opposite(p, j)-from])
		}
	}
	return own, failed
}

// inPlace sorts what all ranks have of a window, one after the other, by rows.
func (s *Solver[T]) inPlace(w window, got []T) []T {
	if s.comm.Size() == 1 {
		return got
	}
	sorted, width := make([]T, len(got)), w.right-w.left
	for r := range s.comm.Size() {
		rows, columns := s.within(w, r)
		for _, i := range rows {
			for _, j := range columns {
				sorted[(i-w.top)*width+j-w.left] = got[0]
				got = got[1:]
			}
		}
	}
	return sorted
}

// inside is the row or column, of n with the ring, where a periodic field has
// what a window has at i.
func inside(p Problem, i, n int) int {
	if p.Boundary != Periodic || 0 <= i && i < n {
		return i
	}
	n -= 2
	return ((i-1)%n+n)%n + 1
}

// compare computes the windows again, from what they were before the last steps.
func (s *Solver[T]) compare(windows []window, before, after [][]T, steps int) Verification {
	var v Verification
	p := s.Problem
	for i, w := range windows {
		grown := w.grow(p, steps)
		again := recompute(p, s.zero(), grown, before[i], s.Step-steps, steps)
		width := grown.right - grown.left
		for k, got := range after[i] {
			row, col := w.top+k/(w.right-w.left), w.left+k%(w.right-w.left)
			want := again[(row-grown.top)*width+col-grown.left]
			v.Points++
			if bits(got) != bits(want) {
				v.Verdict = task.Wrong("the field is %v at [%d, %d] (row, column), and the plain solver has %v there", got, row, col, want)
				return v
			}
		}
	}
	v.Verdict = task.Right("the last %d steps again in %d windows, %d points with the same bits", steps, len(windows), v.Points)
	if len(windows) == 1 {
		v.Whole = true
		v.Verdict = task.Right("all %d steps again, %d points with the same bits", steps, v.Points)
	}
	return v
}

// recompute takes a window through some steps, two arrays, of which u is one, and one pass
// a step, the first of which is number from+1. Where the window ends inside the field its outermost points go stale, one
// more with every step.
func recompute[T Real](p Problem, z zero[T], w window, u []T, from, steps int) []T {
	k := coefficients(p, z)
	height, width := w.bottom-w.top, w.right-w.left
	v := append([]T(nil), u...)
	setRing(p, w, u)
	for n := range steps {
		flush := z.after(from + n + 1)
		for i := 1; i < height-1; i++ {
			for c := i*width + 1; c < (i+1)*width-1; c++ {
				v[c] = stencil.Update(&k, u[c-1], u[c+1], u[c-width], u[c+width], u[c])
				if flush {
					v[c] = stencil.Flush(v[c], k.Zero)
				}
			}
		}
		setRing(p, w, v)
		u, v = v, u
	}
	return u
}

// setRing sets the ring of the grid, where a window has it, from the interior.
func setRing[T Real](p Problem, w window, u []T) {
	height, width := w.bottom-w.top, w.right-w.left
	if p.Boundary == Dirichlet {
		return
	}
	// How far from the ring its values are taken: from the neighbours or, in a
	// periodic field, from the other edge, which only the whole grid has.
	rows, cols := 1, 1
	if p.Boundary == Periodic {
		if w != whole(p) {
			return
		}
		rows, cols = p.NY-2, p.NX-2
	}
	for i := range height {
		row := u[i*width : (i+1)*width]
		if w.left == 0 {
			row[0] = row[cols]
		}
		if w.right == p.NX {
			row[width-1] = row[width-1-cols]
		}
	}
	if w.top == 0 {
		copy(u[:width], u[rows*width:])
	}
	if w.bottom == p.NY {
		copy(u[(height-1)*width:], u[(height-1-rows)*width:])
	}
}

// principle checks the maximum principle: an update is a mean of old values, so
// none leaves their range but by roundings.
func (v *Verification) principle(begin, end Summary, steps int, epsilon float64) {
	slack := 4 * epsilon * float64(steps) * max(math.Abs(begin.Min), math.Abs(begin.Max))
	if v.Answer == task.Yes && (end.Min < begin.Min-slack || end.Max > begin.Max+slack) {
		v.Verdict = task.Wrong("the field lies in [%v, %v], and began in [%v, %v]", end.Min, end.Max, begin.Min, begin.Max)
	}
}

// share gives all ranks the verdict of rank 0.
func (s *Solver[T]) share(v *Verification) error {
	head := []int64{int64(v.Answer), int64(v.Points), int64(len(v.Detail)), 0}
	if v.Whole {
		head[3] = 1
	}
	if err := mpi.Bcast(s.comm, head, 0); err != nil {
		return err
	}
	text := []byte(v.Detail)
	if s.comm.Rank() != 0 {
		text = make([]byte, head[2])
	}
	if err := mpi.Bcast(s.comm, text, 0); err != nil {
		return err
	}
	*v = Verification{task.Verdict{Answer: task.Answer(head[0]), Detail: string(text)}, int(head[1]), head[3] == 1}
	return nil
}

// bits are those of a value, so that 0 and -0 differ, and a NaN is like itself.
func bits[T Real](v T) uint64 { return math.Float64bits(float64(v)) }

// epsilon is the distance from 1 to the next number.
func epsilon[T Real]() float64 {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return 0x1p-23
	}
	return 0x1p-52
}
