package model

import (
	"math"
	"slices"

	"hybrid/solvers/model/ir"
)

// A sum is a number plus terms: what + and - and constant factors make of values. No value is
// in it twice. Coefficients are of float64 whatever the type of the graph; they are rounded
// once, where the sum becomes operations.
type sum struct {
	constant float64
	terms    []term
}

// A term is a coefficient times a value, which may be the product of two others.
type term struct {
	k    float64
	v    ir.Value
	a, b ir.Value // factors of v; None: it is no product
	// free is b as a sum, where to scale its coefficients costs nothing for each cell.
	free *sum
}

// sums makes and adds up sums over the values of a graph.
type sums struct {
	g      *ir.Graph
	levels []ir.Level // of the graph's nodes, as far as they have been asked for

	tooLarge func(x float64) // gives up on a number that the type does not hold
}

func number(x float64) sum { return sum{constant: x} }

// isConstant tells whether the sum is a number.
func (s *sum) isConstant() bool { return len(s.terms) == 0 }

// of is a value as a sum.
func (b *sums) of(v ir.Value) sum {
	if x, ok := b.g.Constant(v); ok {
		return number(x)
	}
	return sum{terms: []term{{k: 1, v: v, a: ir.None, b: ir.None}}}
}

// plus is x + k y.
func (x sum) plus(k float64, y sum) sum {
	made := sum{x.constant + float64(k*y.constant), slices.Clone(x.terms)}
	for _, t := range y.terms {
		t.k = float64(t.k * k) // rounded on every machine before it is added
		i := slices.IndexFunc(made.terms, func(o term) bool { return o.v == t.v })
		if i < 0 {
			made.terms = append(made.terms, t)
			continue
		}
		made.terms[i].k += t.k
	}
	made.terms = slices.DeleteFunc(made.terms, func(t term) bool { return t.k == 0 })
	return made
}

func (x sum) times(k float64) sum { return sum{}.plus(k, x) }

// product is x y: constants go into coefficients, and what is left is a value with factors.
func (b *sums) product(x, y sum) sum {
	switch {
	case x.isConstant():
		return y.times(x.constant)
	case y.isConstant():
		return x.times(y.constant)
	}
	kx, x := b.factored(x)
	ky, y := b.factored(y)
	vx, vy := b.value(x), b.value(y)
	t := term{k: kx * ky, v: b.mul(vx, vy), a: vx, b: vy}
	switch {
	case b.scalesFree(vy, &y) && vx != vy:
		t.free = &y
	case b.scalesFree(vx, &x) && vx != vy:
		t.a, t.b, t.free = vy, vx, &x
	}
	return sum{terms: []term{t}}
}

// scalesFree tells whether a multiple of the sum costs no more for each cell than the sum.
func (b *sums) scalesFree(v ir.Value, s *sum) bool {
	return b.uniform(v) || s.constant != 0
}

// quotient is x / y.
func (b *sums) quotient(x, y sum) sum {
	if y.isConstant() {
		return x.times(1 / y.constant)
	}
	ky, y := b.factored(y)
	if x.isConstant() {
		return b.of(b.g.Div(b.number(x.constant/ky), b.value(y)))
	}
	kx, x := b.factored(x)
	return b.of(b.g.Div(b.value(x), b.value(y))).times(kx / ky)
}

// factored takes a coefficient out of a sum where that saves an operation: k times the sum
// that it returns is s.
func (b *sums) factored(s sum) (k float64, rest sum) {
	if s.constant != 0 {
		return 1, s
	}
	k = s.terms[0].k
	for _, t := range s.terms {
		if t.k == 1 {
			return 1, s
		}
	}
	for _, t := range s.terms {
		if t.k == -1 {
			k = -1
		}
	}
	rest = sum{terms: slices.Clone(s.terms)}
	for i := range rest.terms {
		rest.terms[i].k /= k
	}
	return k, rest
}

// power is x^n, by squares from the exponent's highest bit on: x^6 is (x^2 x)^2.
func (b *sums) power(x sum, n int) sum {
	switch {
	case n == 0:
		return number(1)
	case n < 0:
		return b.quotient(number(1), b.power(x, -n))
	case n == 1:
		return x
	case n%2 == 1:
		return b.product(b.power(x, n-1), x)
	}
	half := b.power(x, n/2)
	return b.product(half, half)
}

// uniform tells whether a value is the same along a row.
func (b *sums) uniform(v ir.Value) bool { return b.level(v) < ir.PerCell }

func (b *sums) level(v ir.Value) ir.Level {
	for at := len(b.levels); at <= int(v); at++ {
		n := &b.g.Nodes[at]
		level := ir.PerStep
		switch {
		case n.Op == ir.Load, n.Op == ir.Coord && n.Imm == 2:
			level = ir.PerCell
		case n.Op == ir.Coord:
			level = ir.PerRow
		}
		for _, o := range n.Operands() {
			level = max(level, b.levels[o])
		}
		b.levels = append(b.levels, level)
	}
	return b.levels[v]
}

// number is a number as a value. It refuses one that the type cannot hold.
func (b *sums) number(x float64) ir.Value {
	t := b.g.Type
	if rounded := t.Float(t.Bits(x)); math.IsInf(rounded, 0) || math.IsNaN(rounded) {
		b.tooLarge(x)
	}
	return b.g.Const(x)
}

// Operations whose first two operands may change places have them in the order of the graph.

func (b *sums) add(x, y ir.Value) ir.Value    { return b.g.Add(min(x, y), max(x, y)) }
func (b *sums) mul(x, y ir.Value) ir.Value    { return b.g.Mul(min(x, y), max(x, y)) }
func (b *sums) fma(x, y, z ir.Value) ir.Value { return b.g.FMA(min(x, y), max(x, y), z) }

// value makes a value of a sum:
//
//  1. Terms that are the same along a row, and the number, are added first: they cost nothing
//     for each cell.
//  2. Where x and x y are terms, k x + c x y becomes x (k + c y).
//  3. Terms with the same coefficient but for its sign are a group. Products are a group each
//     where their coefficient is 1 or -1, or goes into a factor. Within a group, terms that are no
//     products are added in pairs, in order of appearance but for values of the cell itself, which
//     are last, pairs in pairs and so on; then each product by an fma of its factors.
//  4. The groups are added in order of appearance to the first one by an fma each, or an add or
//     sub where the coefficient is 1 or -1. The first one is the sum of 1, if there is one, else
//     the first group with the coefficient 1, else the first one.
func (b *sums) value(s sum) ir.Value {
	sofar := ir.None
	var terms []term
	var uniform []term
	for _, t := range s.terms {
		if b.uniform(t.v) {
			uniform = append(uniform, t)
		} else {
			terms = append(terms, t)
		}
	}
	if s.constant != 0 || len(s.terms) == 0 {
		sofar = b.number(s.constant)
	}
	sofar = b.chain(sofar, uniform)
	return b.chain(sofar, b.gathered(terms))
}

// gathered makes x (k + c y) of k x + c x y.
func (b *sums) gathered(terms []term) []term {
	var made []term
	plain := map[ir.Value]float64{}
	for _, t := range terms {
		if t.a == ir.None {
			plain[t.v] = t.k
		}
	}
	used := map[ir.Value]bool{}
	for _, t := range terms {
		if t.a != ir.None && math.Abs(t.k) != 1 {
			x, y := t.a, t.b
			if _, ok := plain[x]; !ok || used[x] {
				x, y = y, x
			}
			if k, ok := plain[x]; ok && !used[x] {
				used[x] = true
				factor := b.of(y)
				if y == t.b && t.free != nil {
					factor = *t.free
				}
				factor = number(k).plus(t.k, factor)
				v := b.value(factor)
				t = term{k: 1, v: b.mul(x, v), a: x, b: v}
			}
		}
		made = append(made, t)
	}
	return slices.DeleteFunc(made, func(t term) bool { return t.a == ir.None && used[t.v] })
}

// A group is terms with the same coefficient, of which the first is positive: k times the
// terms' sum.
type group struct {
	k     float64
	terms []term // coefficients 1 and -1 within a group of several
}

// chain adds terms to a value, or makes one of them where sofar is None.
func (b *sums) chain(sofar ir.Value, terms []term) ir.Value {
	groups := grouped(terms)
	if sofar == ir.None && len(groups) > 0 {
		first := 0
		for i, g := range groups {
			if g.rank() < groups[first].rank() {
				first = i
			}
		}
		g := groups[first]
		groups = slices.Insert(slices.Delete(groups, first, first+1), 0, g)
	}
	for _, g := range groups {
		sofar = b.addGroup(sofar, g)
	}
	return sofar
}

// alone tells whether a term is a group of its own.
func (t *term) alone() bool { return t.a != ir.None && (math.Abs(t.k) == 1 || t.free != nil) }

func grouped(terms []term) (groups []group) {
	at := map[float64]int{}
	for _, t := range terms {
		i, ok := at[math.Abs(t.k)]
		if t.alone() || !ok {
			if !t.alone() {
				at[math.Abs(t.k)] = len(groups)
			}
			k := t.k
			t.k = 1
			groups = append(groups, group{k, []term{t}})
			continue
		}
		t.k /= groups[i].k
		groups[i].terms = append(groups[i].terms, t)
	}
	return groups
}

// rank is how well a group is the first of a chain: 0 best.
func (g *group) rank() int {
	switch {
	case g.k == 1 && (len(g.terms) > 1 || g.terms[0].a == ir.None):
		return 0
	case g.k == 1:
		return 1
	case g.k != -1:
		return 2
	}
	return 3
}

// addGroup is sofar + g.
func (b *sums) addGroup(sofar ir.Value, g group) ir.Value {
	if t := &g.terms[0]; len(g.terms) == 1 && t.a != ir.None {
		switch {
		case math.Abs(g.k) == 1:
			return b.addProduct(sofar, g.k, t)
		case t.free != nil:
			v := b.value(t.free.times(g.k))
			if sofar == ir.None {
				return b.mul(t.a, v)
			}
			return b.fma(t.a, v, sofar)
		}
	}
	v := b.groupValue(g.terms)
	switch {
	case g.k == 1 && sofar == ir.None:
		return v
	case g.k == 1:
		return b.add(sofar, v)
	case g.k == -1 && sofar == ir.None:
		return b.g.Neg(v)
	case g.k == -1:
		return b.g.Sub(sofar, v)
	case sofar == ir.None:
		return b.mul(b.number(g.k), v)
	}
	return b.fma(b.number(g.k), v, sofar)
}

// addProduct is sofar + v or sofar - v, of a product.
func (b *sums) addProduct(sofar ir.Value, sign float64, t *term) ir.Value {
	switch {
	case sofar == ir.None && sign > 0:
		return t.v
	case sofar == ir.None:
		return b.g.Neg(t.v)
	case sign < 0:
		return b.g.FMA(b.g.Neg(t.a), t.b, sofar)
	}
	return b.fma(t.a, t.b, sofar)
}

// groupValue is the sum of a group's terms, each with the coefficient 1 or -1, the first 1.
func (b *sums) groupValue(terms []term) ir.Value {
	var plain, products []term
	for _, t := range terms {
		if t.a == ir.None || len(terms) == 1 {
			plain = append(plain, t)
		} else {
			products = append(products, t)
		}
	}
	slices.SortStableFunc(plain, func(x, y term) int { return b.here(x.v) - b.here(y.v) })
	if len(plain) > 0 && plain[0].k < 0 {
		i := max(0, slices.IndexFunc(plain, func(t term) bool { return t.k > 0 }))
		plain[0], plain[i] = plain[i], plain[0]
	}
	for len(plain) > 1 {
		var pairs []term
		for pair := range slices.Chunk(plain, 2) {
			pairs = append(pairs, b.pair(pair))
		}
		plain = pairs
	}
	var sofar = ir.None
	if len(plain) > 0 {
		sofar = plain[0].v
		if plain[0].k < 0 {
			sofar = b.g.Neg(sofar)
		}
	}
	for i := range products {
		sofar = b.addProduct(sofar, products[i].k, &products[i])
	}
	return sofar
}

// here is 1 of a field's value in the cell itself, so that what is around it is added in pairs
// that mirror each other, whatever its coefficient.
func (b *sums) here(v ir.Value) int {
	if n := &b.g.Nodes[v]; n.Op == ir.Load && n.Offset == [3]int8{} {
		return 1
	}
	return 0
}

// pair adds the two terms of a pair, or the one where there is no second.
func (b *sums) pair(p []term) term {
	if len(p) == 1 {
		return p[0]
	}
	x, y := p[0], p[1]
	switch {
	case x.k == y.k:
		return term{k: x.k, v: b.add(x.v, y.v)}
	case x.k > 0:
		return term{k: 1, v: b.g.Sub(x.v, y.v)}
	}
	return term{k: 1, v: b.g.Sub(y.v, x.v)}
}
