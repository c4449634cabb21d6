package bigmath

import (
	"math/big"
	"testing"
)

// The digits are those of Abramowitz & Stegun, tables 1.1 and 4.1 to 4.6, and of OEIS
// A000796, A001113, A002162, A049469, A049470, where these have more.
func TestValuesFromTables(t *testing.T) {
	const prec = 160
	sin, cos := SinCos(num(prec, 1))
	for _, c := range []struct {
		name string
		got  *big.Float
		want string
	}{
		{"pi", Pi(prec), "3.14159265358979323846264338327950288419716939938"},
		{"ln 2", Ln2(prec), "0.69314718055994530941723212145817656807550013436"},
		{"e", Exp(num(prec, 1)), "2.71828182845904523536028747135266249775724709370"},
		{"sin 1", sin, "0.84147098480789650665250232163029899962256306080"},
		{"cos 1", cos, "0.54030230586813971740093660744297660373231042062"},
		{"log 10", Log(num(prec, 10)), "2.30258509299404568401799145468436420760110148863"},
	} {
		if got := c.got.Text('f', 47); got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		}
	}
}

// Identities hold where arguments are reduced far: 1e-17 of unity in 160 bits is 2^-103.
func TestIdentities(t *testing.T) {
	const prec = 160
	near := func(what string, got, want *big.Float) {
		t.Helper()
		d := float(prec).Sub(got, want)
		if d.Sign() != 0 && d.MantExp(nil) > want.MantExp(nil)-prec+4 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for _, f := range []float64{1e-300, -1e-9, 0.3, -0.7, 1 + 0x1p-52, 1 - 0x1p-53, 2.5, -20, 700, -744, 123456.75, 1e17} {
		x := float(prec).SetFloat64(f)
		sin, cos := SinCos(x)
		near("sin^2 + cos^2", float(prec).Add(float(prec).Mul(sin, sin), float(prec).Mul(cos, cos)), num(prec, 1))
		s2, _ := SinCos(float(prec).SetFloat64(2 * f))
		near("sin 2x", s2, double(float(prec).Mul(sin, cos)))
		if f > 0 {
			near("exp log", Exp(Log(float(prec+20).Set(x))).SetPrec(prec), x)
		}
		if f > -800 && f < 800 {
			near("exp exp", float(prec).Mul(Exp(x), Exp(float(prec).Neg(x))), num(prec, 1))
			near("expm1", Expm1(x), float(2*prec+1024).Sub(Exp(float(2*prec+1024).Set(x)), num(1, 1)))
		}
	}
}
