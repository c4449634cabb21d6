package neumaier

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestSum(t *testing.T) {
	var s Sum
	for _, v := range []float64{1, 1e100, 1, -1e100} { // plain summation gives 0
		s.Add(v)
	}
	if s.Value() != 2 {
		t.Errorf("sum %g, want 2", s.Value())
	}
	var whole Sum
	whole.Add(3)
	whole.AddParts(s.Parts())
	if whole.Value() != 5 {
		t.Errorf("sum of parts %g, want 5", whole.Value())
	}
	rng := rand.New(rand.NewPCG(1, 2))
	s = Sum{}
	exact := new(big.Float).SetPrec(200)
	for range 100_000 {
		v := math.Ldexp(rng.Float64(), rng.IntN(40))
		s.Add(v)
		exact.Add(exact, new(big.Float).SetFloat64(v))
	}
	want, _ := exact.Float64()
	if math.Abs(s.Value()-want) > 1e-16*want*2 {
		t.Errorf("sum %v, want %v", s.Value(), want)
	}
}
