package formula

import (
	"errors"
	"strings"
	"testing"
)

// FuzzParse wants of every text a formula, which is read again from what String writes, or an
// *Error with a place in the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"Du*laplacian(u) - u*v^2 + F*(1 - u)", "2*u - v + (dt*Du)^2*laplacian(u) + u[-1,0] - u[0,+1]", "select(not u < 1e-3 and v >= .5 or wall, -a^-2^b, noise(7))",
		"abs(mean(u) - integral(u*x)) < 1e-12*hypot(x, y)", "1 - 0.5*((x-1.2)**2 < π)", "u[", "((((", "1e999", "not not a == (b != c)", "a\n+\xff\x00\"", "--+-a", "dz(min(u))",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		var m *Error
		if err != nil {
			if !errors.As(err, &m) || m.Lo < 0 || m.Hi < m.Lo || m.Hi > len(text) || len(err.Error()) > 2000 || strings.Count(err.Error(), "\n") != 2 {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		again, err := Parse(e.String())
		// What is written may be longer than what was read.
		if err != nil && len(e.String()) > maxText {
			return
		}
		if err != nil || !same(e, again) {
			t.Fatalf("%q is written %q, which is read as something else: %v", text, e, err)
		}
		for dims := 1; dims <= 3; dims++ {
			for _, s := range scopes(dims) {
				if _, err := e.Check(text, s); err != nil && (!errors.As(err, &m) || m.Lo < 0 || m.Hi < m.Lo || m.Hi > len(text) || len(err.Error()) > 2000) {
					t.Fatalf("%q: %#v", text, err)
				}
			}
		}
	})
}
