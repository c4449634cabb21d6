package heatmap

import "math"

// Raster says how a grid of NX by NY points becomes W by H raster pixels, each the mean of a block of points, and how large
// they are drawn. It is a pure function of the grid, so every rank finds the same one.
//
//	grid     0 1 2 | 3 4 5 6 | 7 8 9 ...      pixel p covers the points [p NX/W, (p+1) NX/W), rounded down
//	raster     0       1         2
type Raster struct {
	NX, NY int     // points: columns and rows
	DX, DY float64 // distance of points
	W, H   int     // raster pixels
	PW, PH int     // pixels on the screen; PW >= W, PH >= H
}

// The longer side of the field on the screen, in pixels (up to a third more or less, for whole pixels a point), and the
// largest ratio of its sides.
const (
	longSide = 800
	maxRatio = 4.0
)

// NewRaster chooses the raster for a grid. The field keeps its physical proportions, up to 4 : 1; a small grid is enlarged by
// whole factors where that bends the proportions by less than a tenth.
func NewRaster(nx, ny int, dx, dy float64) Raster {
	ratio := float64(nx) * dx / (float64(ny) * dy)
	if !(ratio > 0) { // not a grid that any solver takes
		ratio = 1
	}
	ratio = math.Min(maxRatio, math.Max(1/maxRatio, ratio))
	w, h := float64(longSide), longSide/ratio
	if ratio < 1 {
		w, h = longSide*ratio, longSide
	}
	// The longer side becomes a whole number of pixels a point, if there are not too many points; the other one follows.
	long, points := math.Max(w, h), nx
	if h > w {
		points = ny
	}
	factor := 1.0
	if points <= longSide {
		factor = math.Round(long/float64(points)) * float64(points) / long
	}
	r := Raster{NX: nx, NY: ny, DX: dx, DY: dy, PW: snap(w*factor, nx), PH: snap(h*factor, ny)}
	r.W, r.H = min(nx, r.PW), min(ny, r.PH)
	return r
}

// snap rounds a length to a multiple of n pixels if one is within a tenth, else to whole pixels.
func snap(length float64, n int) int {
	if multiple := math.Round(length/float64(n)) * float64(n); multiple > 0 && math.Abs(multiple-length) <= 0.1*length {
		return int(multiple)
	}
	return int(math.Round(length))
}

// rowOf returns the raster row that grid row i belongs to.
func (r Raster) rowOf(i int) int { return ((i+1)*r.H - 1) / r.NY }

// rowStart returns the first grid row of raster row p.
func (r Raster) rowStart(p int) int { return p * r.NY / r.H }

// colStart returns the first grid column of raster column q.
func (r Raster) colStart(q int) int { return q * r.NX / r.W }

// Reducer computes the raster rows of grid rows [lo, hi), which one rank holds. A raster row belongs to the rank that has
// its last grid row. Every pixel is summed over its grid rows in ascending order, in float64, whichever ranks they lie on,
// so the raster has the same bits for any division: where a raster row begins on an earlier rank, the summing goes on
// from that rank's partial sums.
type Reducer[T ~float32 | ~float64] struct {
	r      Raster
	lo, hi int
	first  int       // raster row of lo
	sums   []float64 // W for each raster row touched
	head   int       // rows [lo, head) continue a raster row of the rank before
	heads  []float64 // W for each of them, to be added behind that rank's
}

// NewReducer prepares the reduction of the grid rows [lo, hi); lo == hi is a rank without rows. It takes memory for the
// raster rows touched, and for as much of each grid row that continues one of the rank before.
func NewReducer[T ~float32 | ~float64](r Raster, lo, hi int) *Reducer[T] {
	d := &Reducer[T]{r: r, lo: lo, hi: hi}
	if lo < hi {
		d.first = r.rowOf(lo)
		d.sums = make([]float64, (r.rowOf(hi-1)-d.first+1)*r.W)
		d.head = lo
		if r.rowStart(d.first) < lo {
			d.head = min(hi, r.rowStart(d.first+1))
		}
		d.heads = make([]float64, (d.head-lo)*r.W)
	}
	return d
}

// Rows returns the raster rows [lo, hi) that belong to this rank: the ranks' ranges follow each other and cover all rows.
func (d *Reducer[T]) Rows() (lo, hi int) {
	if d.lo == d.hi {
		return 0, 0
	}
	return d.first, d.r.rowOf(d.hi-1) + 1 - d.tail()
}

// tail returns 1 if the last raster row goes on behind hi.
func (d *Reducer[T]) tail() int {
	if d.r.rowStart(d.r.rowOf(d.hi-1)+1) > d.hi {
		return 1
	}
	return 0
}

// Add takes a grid row. Rows come in ascending order, each once. Cost: one addition a point.
func (d *Reducer[T]) Add(i int, row []T) {
	at := d.sums[(d.r.rowOf(i)-d.first)*d.r.W:]
	if i < d.head {
		at = d.heads[(i-d.lo)*d.r.W:]
	}
	at = at[:d.r.W]
	if d.r.W == d.r.NX {
		for q, v := range row {
			at[q] += float64(v)
		}
		return
	}
	from := 0
	for q := range at {
		to := d.r.colStart(q + 1)
		block := 0.0
		for _, v := range row[from:to] {
			block += float64(v)
		}
		at[q] += block
		from = to
	}
}

// Exchange, once all rows are added, exchanges the partial sums of the raster rows that lie on several ranks: receive gets
// those of the nearest rank before this one that has rows, send gives them to the nearest one after it. Each is called at
// most once, with W values, and only where it has to be; a rank without rows calls neither.
func (d *Reducer[T]) Exchange(receive, send func(partial []float64) error) error {
	if d.lo == d.hi {
		return nil
	}
	last := d.sums[len(d.sums)-d.r.W:]
	if d.tail() == 1 && d.head < d.hi {
		if err := send(last); err != nil {
			return err
		}
	}
	if d.head > d.lo {
		first := d.sums[:d.r.W]
		if err := receive(first); err != nil {
			return err
		}
		for k, v := range d.heads {
			first[k%d.r.W] += v
		}
	}
	if d.tail() == 1 && d.head == d.hi {
		return send(last)
	}
	return nil
}

// Pixels returns the means of the raster rows Rows, W for each, and ends the Reducer's use.
func (d *Reducer[T]) Pixels() []float64 {
	lo, hi := d.Rows()
	pixels := d.sums[:(hi-lo)*d.r.W]
	for p := lo; p < hi; p++ {
		rows := d.r.rowStart(p+1) - d.r.rowStart(p)
		for q := range d.r.W {
			cols := d.r.colStart(q+1) - d.r.colStart(q)
			pixels[(p-lo)*d.r.W+q] /= float64(rows * cols)
		}
	}
	return pixels
}
