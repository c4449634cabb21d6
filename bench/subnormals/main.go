// Subnormals counts the subnormal numbers in a field of zeros into which a hot corner
// spreads, for several periods of absolute zero, see package heat: the table of
// docs/heat.md. With -hybrid it looks for a size at which cold runs from a field with zeros are
// slower than from one without.
//
//	go run ./bench/subnormals
//	go run ./bench/subnormals -hybrid bin/hybrid -rounds 5
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"unsafe"

	"hybrid/internal/stencil"
)

func main() {
	hybrid := flag.String("hybrid", "", "time this program from square and from gaussian, in turn")
	rounds := flag.Int("rounds", 3, "pairs of runs for each size")
	flag.Parse()
	if *hybrid != "" {
		if err := compare(*hybrid, *rounds); err != nil {
			fmt.Fprintln(os.Stderr, "bench/subnormals:", err)
			os.Exit(1)
		}
		return
	}
	periods := []int{0, 16, 8, 4, 2, 1}
	fmt.Println("| type | rx, ry | points, steps | never | 16 | 8 | 4 | 2 | 1 |")
	fmt.Println("|---|---|---|---:|---:|---:|---:|---:|---:|")
	for _, r := range [][2]float64{{0.25, 0.25}, {0.225, 0.225}, {0.1, 0.1}, {0.01, 0.01}, {0.001, 0.001}, {1e-4, 1e-4}, {1e-6, 1e-6}, {1e-6, 0.4}, {0.001, 0.4}} {
		row[float64](r[0], r[1], periods, 1074, 0x1p-1022, 0x1p-500)
		row[float32](r[0], r[1], periods, 149, 0x1p-126, 0x1p-80)
	}
}

// row prints a line of the table, for a type whose least number is 2 to the power of -bits.
func row[T stencil.Real](rx, ry float64, periods []int, bits, normal, zero float64) {
	n := int(bits/-math.Log2(math.Max(rx, ry))) + 32 // points that the heat passes, one a step
	fmt.Printf("| float%d | %g, %g | %d x %[4]d, %[4]d |", 8*unsafe.Sizeof(T(0)), rx, ry, n)
	k := stencil.Coef[T]{RX: T(rx), RY: T(ry), K: T(math.Max(1-2*rx-2*ry, 0)), Zero: T(64 * zero)}
	for _, period := range periods {
		fmt.Printf(" %d |", most(k, n, period, T(normal)))
	}
	fmt.Println()
}

// most is the largest number of subnormal numbers behind any of n steps, with a flush
// every so many; 0 for none. A corner of 8 x 8 points begins with 100.
func most[T stencil.Real](k stencil.Coef[T], n, period int, normal T) int {
	width := n + 2
	u := make([]T, width*width)
	for i := 1; i <= 8; i++ {
		for j := 1; j <= 8; j++ {
			u[i*width+j] = 100
		}
	}
	v := slices.Clone(u)
	largest := 0
	for step := 1; step <= n; step++ {
		count := 0
		reach := min(step+8, n) // beyond are zeros
		for i := 1; i <= reach; i++ {
			for c := i*width + 1; c <= i*width+reach; c++ {
				x := stencil.Update(&k, u[c-1], u[c+1], u[c-width], u[c+width], u[c])
				if period > 0 && step%period == 0 {
					x = stencil.Flush(x, k.Zero)
				}
				if x != 0 && -normal < x && x < normal {
					count++
				}
				v[c] = x
			}
		}
		u, v = v, u
		largest = max(largest, count)
	}
	return largest
}
