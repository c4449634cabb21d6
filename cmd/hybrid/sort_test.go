package main

import (
	"math"

	"github.com/rogpeppe/go-internal/testscript"
)

// keys FILE KIND: makes keys to sort.
func scriptKeys(ts *testscript.TestScript, neg bool, args []string) {
	path, kind := args[0], args[1]
	values := make([]float64, 1001)
	for i := range values {
		values[i] = float64(i * 389 % len(values)) // each of 0 to 1000
	}
	switch kind {
	case "f64":
		ts.Check(writeArray(path, values, len(values)))
	case "i32":
		ts.Check(writeArray(path, convert[int32](values), len(values)))
	case "u32":
		ts.Check(writeArray(path, convert[uint32](values), len(values)))
	case "square":
		ts.Check(writeArray(path, values[:100], 10, 10))
	case "none":
		ts.Check(writeArray(path, values[:0], 0))
	case "nan":
		values[5], values[7] = math.NaN(), math.Inf(-1)
		ts.Check(writeArray(path, values, len(values)))
	case "sorted":
		for i := range values {
			values[i] = float64(i)
		}
		ts.Check(writeArray(path, values, len(values)))
	default:
		ts.Fatalf("unknown keys %s", kind)
	}
}
