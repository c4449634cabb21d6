package mandelbrot

import kernels "hybrid/kernels_cuda"

// Side is the side of a tile in pixels. Tiles at the right and lower edges may be
// smaller.
const Side = kernels.MandelbrotSide

// A tiling is how a picture is cut into tiles.
type tiling struct {
	width, height int // of the picture
	cols, rows    int // of tiles
}

func newTiling(p Problem) tiling {
	return tiling{p.Width, p.Height, (p.Width + Side - 1) / Side, (p.Height + Side - 1) / Side}
}

func (t tiling) tiles() int { return t.cols * t.rows }

// box is the columns [x0, x1) and rows [y0, y1) of a tile.
func (t tiling) box(tile int) (x0, x1, y0, y1 int) {
	x0, y0 = tile%t.cols*Side, tile/t.cols*Side
	return x0, min(x0+Side, t.width), y0, min(y0+Side, t.height)
}

// part is the run [lo, hi) of n things that one of so many ranks has.
func part(n, rank, ranks int) (lo, hi int) {
	return int(int64(n) * int64(rank) / int64(ranks)), int(int64(n) * int64(rank+1) / int64(ranks))
}

// band is the rows of pixels [lo, hi) that a rank has in the end: whole rows of
// tiles.
func (t tiling) band(rank, ranks int) (lo, hi int) {
	lo, hi = part(t.rows, rank, ranks)
	return min(lo*Side, t.height), min(hi*Side, t.height)
}

// keeper is the rank in whose band a tile lies.
func (t tiling) keeper(tile, ranks int) int {
	row := tile / t.cols
	rank := row * ranks / t.rows
	for lo, hi := part(t.rows, rank, ranks); row < lo || row >= hi; lo, hi = part(t.rows, rank, ranks) {
		rank++ // rounding down puts it too low, never too high
	}
	return rank
}
