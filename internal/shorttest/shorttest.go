// Package shorttest says how tests of many cases become short.
//
// go test -short is for where every operation costs more: under an emulator, the race
// detector or without assembly. A test then keeps every shape, boundary, type and kind of
// kernel that it has, but not every combination of them, and no volume that shows nothing
// new:
//
//	cases := shorttest.Every(7)
//	for _, boundary := range boundaries {
//		for _, size := range sizes {
//			if cases.Skip() {
//				continue
//			}
//
// All combinations are what go test tries without -short.
package shorttest

import "testing"

// A Turn counts the cases of a test.
type Turn struct{ every, seen int }

// Every takes one of so many cases when tests are short. Where the number has no factor in
// common with the lengths of the loops that make the cases, all values of each come round.
func Every(n int) *Turn { return &Turn{every: n} }

// Skip tells whether to leave the next case out.
func (t *Turn) Skip() bool {
	t.seen++
	return testing.Short() && t.seen%t.every != 0
}
