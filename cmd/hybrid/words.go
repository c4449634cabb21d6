package main

import (
	"fmt"
	"math"
	"strings"
)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// si writes a number with one of the prefixes k, M, G, T, P.
func si(x float64) string {
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

func inBytes(x float64) string {
	s := si(x)
	if !strings.Contains(s, " ") {
		return s + " B"
	}
	return s + "B"
}
