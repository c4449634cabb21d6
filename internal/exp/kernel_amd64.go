//go:build !noasm

package exp

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg exp

// all is All for a multiple of lanes, and not none.
func all(x []float64) {
	if simd.Best() >= simd.AVX2 {
		allAVX2(len(x), &x[0])
		return
	}
	allGo(x)
}
