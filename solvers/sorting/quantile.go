package sorting

import "math"

// The functions of package math differ in their last bits between architectures,
// where they have assembly on one or are compiled to fused operations on another.
// These say where they round. (Square roots are exact everywhere.)

// quantile is the inverse of the normal distribution function, for 0 < u < 1, to
// about one part in 10^15: Wichura, "Algorithm AS 241: The percentage points of
// the normal distribution", Applied Statistics 37(3), 1988, PPND16.
func quantile(u float64) float64 {
	q := u - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * (poly(&ppndA, r) / poly(&ppndB, r))
	}
	r := math.Sqrt(-ln(min(u, 1-u)))
	var z float64
	if r <= 5 {
		z = poly(&ppndC, r-1.6) / poly(&ppndD, r-1.6)
	} else {
		z = poly(&ppndE, r-5) / poly(&ppndF, r-5)
	}
	return math.Copysign(z, q)
}

// poly is c[0] + c[1] x + ... + c[7] x^7.
func poly(c *[8]float64, x float64) float64 {
	s := c[7]
	for i := 6; i >= 0; i-- {
		s = math.FMA(s, x, c[i])
	}
	return s
}

var (
	ppndA = [8]float64{3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3}
	ppndB = [8]float64{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}
	ppndC = [8]float64{1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
		1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4}
	ppndD = [8]float64{1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}
	ppndE = [8]float64{6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7}
	ppndF = [8]float64{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}
)

// ln is the natural logarithm of a normal x > 0: x = m 2^k with m near 1, and
// twice the series of the inverse hyperbolic tangent of (m-1)/(m+1).
func ln(x float64) float64 {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	t := (m - 1) / (m + 1)
	t2 := float64(t * t)
	s := 0.0
	for n := 23.0; n >= 1; n -= 2 {
		s = math.FMA(s, t2, 1/n)
	}
	const ln2Hi, ln2Lo = 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56
	return math.FMA(float64(k), ln2Hi, math.FMA(float64(k), ln2Lo, 2*float64(t*s)))
}

// exp2 is 2 to the power of x, for x >= 0: the Taylor series over a fraction of
// at most a half.
func exp2(x float64) float64 {
	k := math.RoundToEven(x)
	r := float64((x - k) * math.Ln2)
	s := 1.0
	for n := 14.0; n >= 1; n-- {
		s = math.FMA(r/n, s, 1)
	}
	return math.Ldexp(s, int(k))
}
