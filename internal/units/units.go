// Package units writes numbers for people: three digits and a prefix.
package units

import (
	"fmt"
	"math"
	"strings"
)

// SI writes a number with one of the prefixes k, M, G, T, P.
func SI(x float64) string {
	prefixes := []string{"", "k", "M", "G", "T", "P"}
	i := 0
	for x >= 999.5 && i < len(prefixes)-1 {
		x /= 1000
		i++
	}
	digits := 3
	if x >= 100 {
		digits = int(math.Log10(x)) + 1
	}
	return strings.TrimSpace(fmt.Sprintf("%.*g %s", digits, x, prefixes[i]))
}

// Of writes a number of a unit, with the prefix at the unit: 3.5 GB/s.
func Of(x float64, unit string) string {
	s := SI(x)
	if !strings.Contains(s, " ") {
		return s + " " + unit
	}
	return s + unit
}

// Bytes writes a number of bytes: 3.5 GB.
func Bytes(x float64) string { return Of(x, "B") }

// Binary writes a number of bytes with a prefix of powers of 1024 where that
// is a whole number: 64 KiB; else it is in bytes.
func Binary(n int) string {
	prefixes := []string{"", "Ki", "Mi", "Gi", "Ti"}
	i := 0
	for n != 0 && n%1024 == 0 && i < len(prefixes)-1 {
		n /= 1024
		i++
	}
	return fmt.Sprintf("%d %sB", n, prefixes[i])
}

// Seconds writes a time in s, ms, µs or ns.
func Seconds(t float64) string {
	names := []string{"s", "ms", "µs", "ns"}
	i := 0
	for t != 0 && math.Abs(t) < 0.9995 && i < len(names)-1 {
		t *= 1000
		i++
	}
	digits := 3
	if a := math.Abs(t); a >= 100 {
		digits = int(math.Log10(a)) + 1
	}
	return fmt.Sprintf("%.*g %s", digits, t, names[i])
}
