package ptxsim

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestMMA multiplies small whole numbers, whose products have no rounding, by
// each shape, with the fragments laid out as the PTX manual lists them.
func TestMMA(t *testing.T) {
	type place func(i, group, t int) (row, col int)
	for _, c := range []struct {
		shape, types string
		m, k         int
		a, b, c      place
	}{
		{"m8n8k4", "f64", 8, 4,
			func(i, g, t int) (int, int) { return g, t },
			func(i, g, t int) (int, int) { return t, g },
			func(i, g, t int) (int, int) { return g, 2*t + i }},
		{"m16n8k4", "f64", 16, 4,
			func(i, g, t int) (int, int) { return []int{g, g + 8}[i], t },
			func(i, g, t int) (int, int) { return t, g },
			func(i, g, t int) (int, int) { return []int{g, g, g + 8, g + 8}[i], 2*t + i&1 }},
		{"m16n8k8", "f64", 16, 8,
			func(i, g, t int) (int, int) { return []int{g, g + 8, g, g + 8}[i], []int{t, t, t + 4, t + 4}[i] },
			func(i, g, t int) (int, int) { return t + 4*i, g },
			func(i, g, t int) (int, int) { return []int{g, g, g + 8, g + 8}[i], 2*t + i&1 }},
		{"m16n8k16", "f64", 16, 16,
			func(i, g, t int) (int, int) {
				if i%2 == 0 {
					return g, 2*i + t
				}
				return g + 8, 2*i - 2 + t
			},
			func(i, g, t int) (int, int) { return t + 4*i, g },
			func(i, g, t int) (int, int) { return []int{g, g, g + 8, g + 8}[i], 2*t + i&1 }},
		{"m16n8k4", "f32", 16, 4,
			func(i, g, t int) (int, int) { return []int{g, g + 8}[i], t },
			func(i, g, t int) (int, int) { return t, g },
			func(i, g, t int) (int, int) { return []int{g, g, g + 8, g + 8}[i], 2*t + i&1 }},
		{"m16n8k8", "f32", 16, 8,
			func(i, g, t int) (int, int) { return []int{g, g + 8, g, g + 8}[i], []int{t, t, t + 4, t + 4}[i] },
			func(i, g, t int) (int, int) { return t + 4*i, g },
			func(i, g, t int) (int, int) { return []int{g, g, g + 8, g + 8}[i], 2*t + i&1 }},
	} {
		wide := c.types == "f64"
		size, load, ab := 4, "b32", "tf32"
		if wide {
			size, load, ab = 8, "f64", "f64"
		}
		// Lane l's registers lie one after the other: A, B, C.
		na, nb, nc := c.m*c.k/32, c.k/4, c.m/4
		n := na + nb + nc
		text := fmt.Sprintf(".reg .%s %%v<32>; .reg .%s %%w<8>; mad.wide.u32 %%y0, %%t, %d, %%p;", load, c.types, n*size)
		list := func(from, n int, name string) string {
			var s []string
			for i := range n {
				s = append(s, fmt.Sprintf("%s%d", name, from+i))
			}
			return "{" + strings.Join(s, ", ") + "}"
		}
		for i := range na + nb {
			text += fmt.Sprintf("ld.global.%s %%v%d, [%%y0+%d];", load, i, i*size)
		}
		for i := range nc {
			text += fmt.Sprintf("ld.global.%s %%w%d, [%%y0+%d];", c.types, i, (na+nb+i)*size)
		}
		text += fmt.Sprintf("mma.sync.aligned.%s.row.col.%s.%s.%s.%s %s, %s, %s, %s;", c.shape, c.types, ab, ab, c.types,
			list(0, nc, "%w"), list(0, na, "%v"), list(na, nb, "%v"), list(0, nc, "%w"))
		for i := range nc {
			text += fmt.Sprintf("st.global.%s [%%y0+%d], %%w%d;", c.types, (na+nb+i)*size, i)
		}
		m, err := Parse("mma.ptx", []byte(head+text+"ret;}"))
		if err != nil {
			t.Fatal(err)
		}
		k, _ := m.Kernel("k")
		mem := NewMemory(1 << 20)
		va := func(i, j int) float64 { return float64((i*7+j*3)%11 - 5) }
		vb := func(i, j int) float64 { return float64((i*5+j*2)%13 - 6) }
		vc := func(i, j int) float64 { return float64(i*8 + j) }
		p := put(t, mem, make([]byte, 32*n*size))
		set := func(i int, v float64) {
			if wide {
				get[float64](t, mem, p, 32*n)[i] = v
			} else {
				get[uint32](t, mem, p, 32*n)[i] = math.Float32bits(float32(v))
			}
		}
		for l := range 32 {
			for i := range na {
				row, col := c.a(i, l/4, l%4)
				set(l*n+i, va(row, col))
			}
			for i := range nb {
				row, col := c.b(i, l/4, l%4)
				set(l*n+na+i, vb(row, col))
			}
			for i := range nc {
				row, col := c.c(i, l/4, l%4)
				set(l*n+na+nb+i, vc(row, col))
			}
		}
		if err := k.Run(t.Context(), mem, Launch{Grid: [3]int{1, 1, 1}, Block: [3]int{32, 1, 1}, Args: pack(t, k, p)}); err != nil {
			t.Fatal(err)
		}
		for l := range 32 {
			for i := range nc {
				row, col := c.c(i, l/4, l%4)
				want := vc(row, col)
				for j := range c.k {
					want += va(row, j) * vb(j, col)
				}
				got := 0.0
				if wide {
					got = get[float64](t, mem, p, 32*n)[l*n+na+nb+i]
				} else {
					got = float64(get[float32](t, mem, p, 32*n)[l*n+na+nb+i])
				}
				if got != want {
					t.Fatalf("%s.%s: element %d, %d is %v, want %v", c.shape, c.types, row, col, got, want)
				}
			}
		}
	}
}

// TestTF32Truncates wants the low bits of an f32 ignored by the tensor core.
func TestTF32Truncates(t *testing.T) {
	out, err := execute(t, `mov.b32 %r0, 0f3F801FFF; mov.b32 %r1, 0f3F800000; mov.f32 %f0, 0f00000000;
		mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32 {%f0, %f1, %f2, %f3}, {%r0, %r0}, {%r1}, {%f0, %f0, %f0, %f0};
		st.global.f32 [%at], %f0;`, 32, 32)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range out {
		if v != math.Float32bits(4) {
			t.Fatalf("lane %d has %#x, want 4", i, v)
		}
	}
}

// TestLdmatrix loads matrices whose elements are their own indices.
func TestLdmatrix(t *testing.T) {
	for _, count := range []int{1, 2, 4} {
		for _, trans := range []string{"", ".trans"} {
			regs := []string{"%r0", "%r1", "%r2", "%r3"}[:count]
			text := `shl.b32 %r4, %t, 4; mov.u64 %y0, s; cvt.u64.u32 %y1, %r4; add.u64 %y1, %y0, %y1;
				shl.b32 %r5, %t, 3; shl.b32 %r6, %r5, 16; add.u32 %r5, %r5, %r6; add.u32 %r5, %r5, 0x10000;`
			for i := range 4 {
				text += fmt.Sprintf("st.shared.u32 [%%y1+%d], %%r5; add.u32 %%r5, %%r5, 0x20002;", 4*i)
			}
			text += fmt.Sprintf("bar.warp.sync -1; ldmatrix.sync.aligned.m8n8.x%d%s.shared.b16 {%s}, [%%y1]; mad.wide.u32 %%y2, %%t, %d, %%p;",
				count, trans, strings.Join(regs, ", "), 4*count)
			for i, r := range regs {
				text += fmt.Sprintf("st.global.u32 [%%y2+%d], %s;", 4*i, r)
			}
			out, err := execute(t, text, 32, 128)
			if err != nil {
				t.Fatal(err)
			}
			for l := range 32 {
				for j := range count {
					row, col := l/4, 2*(l%4)
					lo, hi := 64*j+8*row+col, 64*j+8*row+col+1
					if trans != "" {
						lo, hi = 64*j+8*col+row, 64*j+8*(col+1)+row
					}
					if got, want := out[l*count+j], uint32(hi<<16|lo); got != want {
						t.Fatalf("x%d%s: lane %d register %d is %#x, want %#x", count, trans, l, j, got, want)
					}
				}
			}
		}
	}
}
