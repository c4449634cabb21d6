package matmul

import (
	"fmt"

	"hybrid/gpu"
)

// Real is a floating-point type that a matrix can have.
type Real interface{ float32 | float64 }

// A Problem is the product of an M x K and a K x N matrix.
type Problem struct{ M, N, K int }

// Validate reports sizes below 1 and matrices with more elements than there are
// addresses.
func (p Problem) Validate() error {
	if p.M < 1 || p.N < 1 || p.K < 1 {
		return fmt.Errorf("matmul: m=%d n=%d k=%d: sizes must be at least 1", p.M, p.N, p.K)
	}
	const most = 1 << 59 // elements of 8 bytes
	for _, size := range [][2]int{{p.M, p.K}, {p.K, p.N}, {p.M, p.N}} {
		if size[0] > most/size[1] {
			return fmt.Errorf("matmul: m=%d n=%d k=%d: a matrix of %d x %d is too large: take smaller ones, of at most 2^59 elements", p.M, p.N, p.K, size[0], size[1])
		}
	}
	return nil
}

// Flops is the number of floating-point operations.
func (p Problem) Flops() float64 { return 2 * float64(p.M) * float64(p.N) * float64(p.K) }

// A Grid is how the ranks stand: Rows x Cols of them.
type Grid struct{ Rows, Cols int }

// grid is the grid of so many ranks with which the least is sent: each rank
// receives m/Rows + n/Cols elements with every step of k.
func (p Problem) grid(ranks int) Grid {
	best, least := Grid{}, 0.0
	for rows := 1; rows <= ranks; rows++ {
		if ranks%rows != 0 {
			continue
		}
		g := Grid{rows, ranks / rows}
		if sent := float64(p.M)/float64(g.Rows) + float64(p.N)/float64(g.Cols); best == (Grid{}) || sent < least {
			best, least = g, sent
		}
	}
	return best
}

// Layout is how the product is cut on so many ranks that multiply on processors: the
// grid that they stand on, and where the panels of k begin, and k.
func (p Problem) Layout(ranks int) (g Grid, panels []int) {
	g = p.grid(ranks)
	return g, p.panels(g, p.panelWidth(ranks, ""))
}

// panelWidth is the number of steps of k of a panel, unless it is given: on so many ranks,
// for one with a device of such a kind, "" for none. Progress is shown panel by panel: on
// one rank, where nothing is sent, that alone is why panels are no wider.
func (p Problem) panelWidth(ranks int, device string) int {
	const large = 4096 * 4096 // elements of C: with so many, a panel of 2048 takes seconds
	switch {
	case device == gpu.KindSim:
		return 128
	case ranks == 1 && device != "":
		return 4096
	case ranks == 1 && p.M > large/p.N:
		return 1024
	case ranks == 1:
		return 2048
	case device != "":
		return 1024
	}
	return 512
}

// cut is where part i of n things in so many parts begins: the first parts have
// one more where it does not go up.
func cut(n, parts, i int) int { return i*(n/parts) + min(i, n%parts) }

// panels are where the panels of k begin, and k: none is wider than width, and
// each lies in one of the grid's parts of k, by rows and by columns.
func (p Problem) panels(g Grid, width int) []int { return p.panelsBetween(g, width, 0, p.K) }

// panelsBetween are those of the steps of k from one on, before another, and that.
func (p Problem) panelsBetween(g Grid, width, from, to int) []int {
	begin := []int{from}
	row, col := 1, 1
	for at := from; at < to; begin = append(begin, at) {
		for cut(p.K, g.Rows, row) <= at {
			row++
		}
		for cut(p.K, g.Cols, col) <= at {
			col++
		}
		at = min(at+width, to, cut(p.K, g.Rows, row), cut(p.K, g.Cols, col))
	}
	return begin
}

// owner is the part of n things in so many parts that has thing i.
func owner(n, parts, i int) int {
	more := n % parts // parts that have one more
	if size := n/parts + 1; i < more*size {
		return i / size
	}
	return more + (i-more*(n/parts+1))/(n/parts)
}
