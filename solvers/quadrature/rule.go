package quadrature

import "fmt"

// Rule is how an integral is computed.
type Rule int

// The rules, see the package comment.
const (
	Midpoint Rule = iota
	Trapezoid
	Simpson
	Gauss
	Adaptive
)

var ruleNames = [...]string{"midpoint", "trapezoid", "simpson", "gauss", "adaptive"}

func (r Rule) String() string {
	if r < 0 || int(r) >= len(ruleNames) {
		return fmt.Sprintf("Rule(%d)", int(r))
	}
	return ruleNames[r]
}

// MarshalText is the name.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is the inverse of String.
func (r *Rule) UnmarshalText(name []byte) error {
	for i, n := range ruleNames {
		if n == string(name) {
			*r = Rule(i)
			return nil
		}
	}
	return fmt.Errorf("quadrature: rule %q is not one of midpoint, trapezoid, simpson, gauss, adaptive", name)
}

// order is the power of the width of a part that the error of a rule with fixed
// points falls with.
func (r Rule) order() int {
	switch r {
	case Simpson:
		return 4
	case Gauss:
		return 2 * gaussNodes
	}
	return 2
}
