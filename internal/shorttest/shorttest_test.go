package shorttest

import (
	"flag"
	"testing"
)

// Of cases in three loops every value is tried, short or not.
func TestEveryValueComesRound(t *testing.T) {
	defer flag.Set("test.short", flag.Lookup("test.short").Value.String())
	for text, want := range map[string]int{"true": 3 * 4 * 6 / 7, "false": 3 * 4 * 6} {
		if err := flag.Set("test.short", text); err != nil {
			t.Fatal(err)
		}
		turn, tried := Every(7), 0
		var a [3]int
		var b [4]int
		var c [6]int
		for i := range a {
			for j := range b {
				for k := range c {
					if turn.Skip() {
						continue
					}
					tried++
					a[i]++
					b[j]++
					c[k]++
				}
			}
		}
		if tried != want {
			t.Errorf("short %s: %d cases, want %d", text, tried, want)
		}
		for _, seen := range [][]int{a[:], b[:], c[:]} {
			for i, n := range seen {
				if n == 0 {
					t.Errorf("short %s: value %d of %d is never tried", text, i, len(seen))
				}
			}
		}
	}
}
