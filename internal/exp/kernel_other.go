//go:build !amd64 || noasm

package exp

// all is All for a multiple of lanes, and not none.
func all(x []float64) { allGo(x) }
