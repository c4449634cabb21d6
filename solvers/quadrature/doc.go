// Package quadrature integrates a function of one variable over an interval, on
// any number of ranks and threads, with the same bits on all of them.
//
// The rules with fixed points are sums over evenly spaced places, with h the
// width of one of n parts of [a, b]:
//
//	midpoint   h Σ f(a + (i+1/2)h)                              error of order h²
//	trapezoid  h (f(a)/2 + Σ f(a+ih) + f(b)/2)                            h²
//	simpson    h/3 (f(a) + 4 Σ f(odd) + 2 Σ f(even) + f(b)), n even       h⁴
//	gauss      h/2 Σ w_k f(a + (i + (1+t_k)/2)h), 5 nodes t_k a part      h¹⁰
//
// # The order of additions
//
// The points of a sum are cut into leaves of 4096, and the leaves into at most
// 1024 chunks, by their numbers alone. Ranks have runs of chunks. A leaf is added
// up as package integrand says; the leaves of a chunk, and then the chunks, are
// added from left to right with compensation (Neumaier, "Rundungsfehleranalyse
// einiger Verfahren zur Summation endlicher Summen", 1974).
//
// The adaptive rule and Verify halve cells until each is good enough, all of one
// generation at a time; those of a generation are dealt out to the ranks anew, and
// taken by their threads as they come. The random edges of the cells of Verify belong
// to their numbers.
//
// # Narrow, singular and infinite
//
// Both begin with many cells, ever smaller ones towards 0 and the ends, where people's
// functions have their peaks on wide intervals. Both count x from 0, where float64 has
// places down to 1e-308, and halve towards a singular place until what is left is
// within the tolerance, or there are no more places. A piece up to infinity is one of
// 1/x, down to 0.
//
// Values of +, -, *, /, sqrt and abs are the same bits on every processor. Those of
// sin, exp and other functions are Go's, which on another architecture may differ
// in the last bit.
package quadrature
