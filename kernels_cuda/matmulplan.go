package kernels

import "fmt"

// Flags of the kernels, as matmul.cuh has them.
const (
	aAlongI = 1 << iota
	aVectors
	bAlongJ
	bVectors
	cVectors
	resume
)

// A matrix is how the elements of an Operand lie in memory: bytes of an element,
// elements from row to row and in all, and whether the first lies at a multiple of 16
// bytes.
type matrix struct {
	size, pitch, len int
	aligned, trans   bool
}

// holds refuses a matrix of rows x cols, before it is transposed, that its memory does
// not hold.
func (o matrix) holds(name string, rows, cols int) error {
	if o.trans {
		rows, cols = cols, rows
	}
	if o.pitch < cols || o.len < (rows-1)*o.pitch+cols {
		return fmt.Errorf("kernels: %s of %d x %d values does not lie in a buffer of %d with %d from row to row", name, rows, cols, o.len, o.pitch)
	}
	return nil
}

// vectors tells whether the first n of every row can be read in vectors of 16
// bytes, the last of them maybe with what follows.
func (o matrix) vectors(rows, n int) bool {
	v := 16 / o.size
	return o.pitch%v == 0 && o.aligned && (rows-1)*o.pitch+(n+v-1)/v*v <= o.len
}

// A problem is what of a Product a plan depends on.
type problem struct {
	how     Arithmetic
	m, n, k int
	a, b, c matrix
	resume  bool
}

// check refuses sizes that no kernel takes and matrices that do not lie in their
// buffers.
func (q problem) check() error {
	if q.m < 1 || q.n < 1 || q.k < 1 || int64(max(q.m, q.n, q.k)) > 1<<31-1-256 {
		return fmt.Errorf("kernels: a product of %d x %d and %d x %d: sizes must be from 1 to 2^31-257", q.m, q.k, q.k, q.n)
	}
	if err := q.a.holds("A", q.m, q.k); err != nil {
		return err
	}
	if err := q.b.holds("B", q.k, q.n); err != nil {
		return err
	}
	return q.c.holds("C", q.m, q.n)
}

// vectorsB tells whether B lies along j, in whole vectors.
func (q problem) vectorsB() bool { return !q.b.trans && q.b.vectors(q.k, q.n) }

// tile chooses the kernel for a device with so many multiprocessors that runs PTX made
// for a compute capability, times ten, and whether the factors change places. only is
// the name of the one to take, for tests; "" chooses.
func (q problem) tile(capability, processors int, only string) (best tile, swapped bool, err error) {
	least := 0.0
	for _, t := range tiles(q.how, q.a.size) {
		if only != "" && t.name != only || t.from80 && capability < 80 || t.alongP && !(!q.a.trans && q.vectorsB()) {
			continue
		}
		m, n, swap := q.m, q.n, t.n == 8 && q.m < q.n
		if swap {
			m, n = n, m
		}
		if s := t.seconds(m, n, max(processors, 1)); best.name == "" || s < least {
			best, least, swapped = t, s, swap
		}
	}
	if best.name == "" {
		err = fmt.Errorf("kernels: no kernel multiplies so with elements of %d bytes on PTX for %d.%d", q.a.size, capability/10, capability%10)
	}
	return best, swapped, err
}

// A plan is a launch for a problem.
type plan struct {
	tile
	grid    int
	m, n, k int32
	flags   int32
	swapped bool     // B's transpose is the first factor, and A's the second
	strides [4]int64 // lda, ldb, and of C from row to row and from column to column
}

// plan makes the launch; its arguments are those of tile.
func (q problem) plan(capability, processors int, only string) (plan, error) {
	if err := q.check(); err != nil {
		return plan{}, err
	}
	best, swapped, err := q.tile(capability, processors, only)
	if err != nil {
		return plan{}, err
	}
	p := plan{tile: best, m: int32(q.m), n: int32(q.n), k: int32(q.k), swapped: swapped,
		strides: [4]int64{int64(q.a.pitch), int64(q.b.pitch), int64(q.c.pitch), 1}}
	p.set(aAlongI, q.a.trans)
	p.set(aVectors, q.a.trans && q.a.vectors(q.k, q.m))
	p.set(bAlongJ, !q.b.trans)
	p.set(bVectors, q.vectorsB())
	v := 16 / q.c.size
	p.set(cVectors, q.c.pitch%v == 0 && q.c.aligned && q.n%v == 0)
	p.set(resume, q.resume)
	if swapped {
		// The transpose of C is that of B times that of A; the factors of a product
		// may change places, bits stay.
		p.m, p.n = p.n, p.m
		p.strides = [4]int64{p.strides[1], p.strides[0], 1, int64(q.c.pitch)}
		p.flags = p.flags&resume | p.flags&(aAlongI|aVectors)<<2 | p.flags&(bAlongJ|bVectors)>>2
	}
	p.grid = (int(p.m) + best.m - 1) / best.m * ((int(p.n) + best.n - 1) / best.n)
	return p, nil
}

func (p *plan) set(flag int32, on bool) {
	if on {
		p.flags |= flag
	}
}
