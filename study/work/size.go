package work

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hybrid/internal/number"
)

// A Size is the numbers of a kernel's Flags, in their order.
type Size []int

// Words are the size as flags of the command: "--m 512 --n 512 --k 512".
func (k Kernel) Words(s Size) string {
	words := make([]string, len(s))
	for i, n := range s {
		words[i] = fmt.Sprintf("--%s %d", k.Flags[i], n)
	}
	return strings.Join(words, " ")
}

// Form is how Parse wants a size, "NXxNYxSTEPS".
func (k Kernel) Form() string {
	names := make([]string, len(k.Flags))
	for i, f := range k.Flags {
		names[i] = strings.ToUpper(f)
	}
	return strings.Join(names, "x")
}

// Parse reads a size, numbers with an x between them: "4096x4096x200",
// "1e9", "4Kix4Kix200". One number for a kernel that has several is all of them
// where they are sides of matrices.
func (k Kernel) Parse(text string) (Size, error) {
	parts := strings.Split(text, "x")
	if len(parts) == 1 && k.Name == "matmul" {
		parts = slices.Repeat(parts, len(k.Flags))
	}
	want := fmt.Errorf("want %s, %d whole numbers from 1 on with an x between them, such as "+number.Forms, k.Form(), len(k.Flags))
	if len(k.Flags) == 1 {
		want = fmt.Errorf("want %s, a whole number from 1 on, such as "+number.Forms, k.Form())
	}
	if len(parts) != len(k.Flags) {
		return nil, want
	}
	s := make(Size, len(parts))
	for i, part := range parts {
		n, err := number.Parse(part)
		if err != nil || n < 1 || n > math.MaxInt {
			return nil, want
		}
		s[i] = int(n)
	}
	return s, k.Valid(s)
}

// round cuts n to two significant decimal digits, and to at least least.
func round(n float64, least int) int {
	if n < float64(least) {
		return least
	}
	unit := math.Pow(10, max(math.Floor(math.Log10(n))-1, 0))
	return int(math.Round(n/unit) * unit)
}

// multiple is the multiple of unit next to n, at least unit.
func multiple(n float64, unit int) int {
	return max(int(math.Round(n/float64(unit))), 1) * unit
}

func bytesOf(dtype string) int {
	if dtype == "f32" {
		return 4
	}
	return 8
}
