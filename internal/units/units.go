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

// Bytes writes a number of bytes: 3.5 GB.
func Bytes(x float64) string {
	s := SI(x)
	if !strings.Contains(s, " ") {
		return s + " B"
	}
	return s + "B"
}

// Of writes a quantity for a column of a table: with a prefix at the unit and always
// three digits, 3.50 GB/s, or all there are before the point.
func Of(x float64, unit string) string {
	prefixes := []string{"n", "µ", "m", "", "k", "M", "G", "T", "P", "E"}
	const one = 3
	i := one
	for math.Abs(x) >= 999.5 && i < len(prefixes)-1 {
		x /= 1000
		i++
	}
	for x != 0 && math.Abs(x) < 0.9995 && i > 0 {
		x *= 1000
		i--
	}
	decimals := 2
	if a := math.Abs(x); a >= 99.95 {
		decimals = 0
	} else if a >= 9.995 {
		decimals = 1
	}
	return fmt.Sprintf("%.*f %s%s", decimals, x, prefixes[i], unit)
}

// Seconds writes a time so, in s at most: 86400 s, 1.23 ms.
func Seconds(t float64) string {
	if math.Abs(t) >= 999.5 {
		return fmt.Sprintf("%.0f s", t)
	}
	return Of(t, "s")
}

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

// Memory writes a number of bytes with one of the prefixes of powers of 1024: 1.5 GiB.
func Memory(n float64) string {
	prefixes := []string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}
	i := 0
	for n >= 1023.95 && i < len(prefixes)-1 {
		n /= 1024
		i++
	}
	if i == 0 {
		return fmt.Sprintf("%.0f B", n)
	}
	return fmt.Sprintf("%.1f %sB", n, prefixes[i])
}
