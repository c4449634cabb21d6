package ptxsim

import (
	"strconv"
	"strings"
	"unsafe"

	"hybrid/gpu/ptx"
	"hybrid/internal/fma"
)

// matrixLanes checks that a whole warp executes a matrix instruction, as they all
// demand, and notes that its lanes have met.
func (w *warp) matrixLanes(in *ptx.Instruction) {
	if w.mask != full {
		w.fail(in, firstLane(w.mask), "%s by lanes %#08x of a warp: all 32 have to execute it", in.Op, w.mask)
	}
	w.synced()
}

// ldmatrix loads one, two or four matrices of 8 x 8 elements of 16 bits. Lanes
// 8j to 8j+7 give the addresses of the rows of matrix j, of 16 bytes; lane l gets
// elements 2(l%4) and the next of row l/4, or of column l/4 with .trans.
func (c *compiler) ldmatrix() op {
	c.must("sync")
	c.must("aligned")
	c.must("m8n8")
	count := c.one("x1", "x2", "x4")
	trans := c.has("trans")
	if c.space("shared") == "" {
		c.fail("ldmatrix without .shared")
	}
	c.must("b16")
	a := c.args(2, 2)
	to := a[0].Parts
	if a[0].Kind != ptx.Vector || count == "" || len(to) != int(count[1]-'0') {
		c.fail("ldmatrix wants one register in braces for each matrix")
	}
	m := c.memory(a[1], "shared", 16)
	var d []int
	for _, o := range to {
		d = append(d, c.dst(o, b32))
	}
	return func(w *warp) {
		w.matrixLanes(m.in)
		addr := m.addresses(w)
		for j, r := range d {
			var mat [8][8]uint16
			for row := range 8 {
				lane := 8*j + row
				mat[row] = *(*[8]uint16)(w.readAt(&m, lane, addr[lane]))
			}
			v := array[uint32](w, r)
			for l := range v {
				p, q := l/4, 2*(l%4)
				if trans {
					v[l] = uint32(mat[q+1][p])<<16 | uint32(mat[q][p])
				} else {
					v[l] = uint32(mat[p][q+1])<<16 | uint32(mat[p][q])
				}
			}
		}
	}
}

// mma is D = A B + C on the tensor cores: f64, and f32 from tf32. A lane l of
// group g = l/4 and place t = l%4 in it holds, with m rows of A and k columns,
//
//	A   register i   row g + 8(i%2), column t + 4(i/2)      (m = 8: row g)
//	B   register i   row t + 4i, column g
//	C   register i   row g + 8(i/2), column 2t + i%2
//
// An element of D is one chain of fma from C on, k ascending.
func (c *compiler) mma() op {
	c.must("sync")
	c.must("aligned")
	shape := c.one("m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16")
	c.must("row")
	c.must("col")
	kind := strings.Join(c.in.Modifiers[min(len(c.in.Modifiers), 5):], ".")
	m, k := 16, 0
	if shape != "" {
		k, _ = strconv.Atoi(shape[strings.IndexByte(shape, 'k')+1:])
	}
	if shape == "m8n8k4" {
		m = 8
	}
	sm, _ := strconv.Atoi(strings.TrimSuffix(c.k.mod.file.Target[3:], "a"))
	switch kind {
	case "f64.f64.f64.f64":
		if shape == "" || sm < 80 || m == 16 && sm < 90 {
			c.fail("mma %s of type f64 is not there on %s", shape, c.k.mod.file.Target)
		}
		c.used = 1<<len(c.in.Modifiers) - 1
		return mmaOf(c, m, k, f64, f64, func(v float64) float64 { return v })
	case "f32.tf32.tf32.f32":
		if shape != "m16n8k4" && shape != "m16n8k8" || sm < 80 {
			c.fail("mma %s of type tf32 is not there on %s", shape, c.k.mod.file.Target)
		}
		c.used = 1<<len(c.in.Modifiers) - 1
		return mmaOf(c, m, k, b32, f32, truncateTF32)
	}
	c.fail("mma of type .%s is not understood", kind)
	return nil
}

// truncateTF32 is what a tensor core sees of an f32: the low 13 bits are ignored.
func truncateTF32(v float32) float32 {
	b := *(*uint32)(unsafe.Pointer(&v)) &^ (1<<13 - 1)
	return *(*float32)(unsafe.Pointer(&b))
}

// mmaOf is mma of m rows and k columns of A, whose elements have the type tab, and of
// which the tensor core sees less.
func mmaOf[T float32 | float64](c *compiler, m, k int, tab, tc ptx.Type, see func(T) T) op {
	in, a := c.in, c.args(4, 4)
	registers := func(o ptx.Operand, n int, t ptx.Type, f func(ptx.Operand, ptx.Type) int) []int {
		list := []ptx.Operand{o}
		if o.Kind == ptx.Vector {
			list = o.Parts
		}
		if len(list) != n {
			c.fail("mma with %d registers where %d are wanted", len(list), n)
		}
		var out []int
		for _, o := range list {
			out = append(out, f(o, t))
		}
		return out
	}
	d := registers(a[0], m/4, tc, c.dst)
	ra := registers(a[1], m*k/32, tab, c.src)
	rb := registers(a[2], k/4, tab, c.src)
	rc := registers(a[3], m/4, tc, c.src)
	rows := m / 8
	return func(w *warp) {
		w.matrixLanes(in)
		var ma [16][16]T // row, k
		var mb [16][8]T  // k, column
		for i, r := range ra {
			for l, v := range array[T](w, r) {
				ma[l/4+8*(i%rows)][l%4+4*(i/rows)] = see(v)
			}
		}
		for i, r := range rb {
			for l, v := range array[T](w, r) {
				mb[l%4+4*i][l/4] = see(v)
			}
		}
		var out [4][32]T
		for i, r := range rc {
			for l, v := range array[T](w, r) {
				row, col := &ma[l/4+8*(i/2)], 2*(l%4)+i%2
				for j := range k {
					v = fma.FMA(row[j], mb[j][col], v)
				}
				if v != v {
					v = nan(v)
				}
				out[i][l] = v
			}
		}
		for i, r := range d {
			*array[T](w, r) = out[i]
		}
	}
}
