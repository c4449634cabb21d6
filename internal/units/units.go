// Package units writes numbers for people: three digits and a prefix.
package units

import (
	"fmt"
	"math"
	"strconv"
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

// By writes the sides of something: 512 x 256.
func By(sides []int) string {
	words := make([]string, len(sides))
	for i, n := range sides {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " x ")
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
	return fmt.Sprintf("%.*f %s%s", decimals(x), x, prefixes[i], unit)
}

// Seconds writes a time so, in s at most: 86400 s, 1.23 ms.
func Seconds(t float64) string {
	if math.Abs(t) >= 999.5 {
		return fmt.Sprintf("%.0f s", t)
	}
	return Of(t, "s")
}

// Binary writes a number of bytes with a prefix of powers of 1024: 64 KiB, and to
// three digits where that is no whole number: 1.50 MiB.
func Binary(n int) string {
	prefixes := []string{"", "Ki", "Mi", "Gi", "Ti"}
	x, i := float64(n), 0
	for x >= 0.9995*1024 && i < len(prefixes)-1 {
		x /= 1024
		i++
	}
	if x == math.Trunc(x) {
		return fmt.Sprintf("%.0f %sB", x, prefixes[i])
	}
	return fmt.Sprintf("%.*f %sB", decimals(x), x, prefixes[i])
}

// decimals is how many digits after the point make three digits.
func decimals(x float64) int {
	switch x = math.Abs(x); {
	case x >= 99.95:
		return 0
	case x >= 9.995:
		return 1
	}
	return 2
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

// Count is how many things, in words: "1 rank", "3 ranks".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
