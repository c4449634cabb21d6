// Package guard has a panic of a goroutine that nobody waits for end the program in
// the program's own way, and not in that of the Go runtime.
package guard

import (
	"runtime/debug"
	"sync"
)

// Panicked, where a program sets it, is called with a panic of a goroutine that Go
// began, and its stack. It is to end the program: others may wait for what the
// goroutine had to do. Without it the panic ends the program as any other.
var Panicked func(value any, stack []byte)

// Go calls f in a goroutine of wg, as wg.Go does.
func Go(wg *sync.WaitGroup, f func()) { wg.Go(func() { Run(f) }) }

// Run calls f in this goroutine; its panic is one of a goroutine that Go began.
func Run(f func()) {
	defer func() {
		if v := recover(); v != nil {
			if Panicked != nil {
				Panicked(v, debug.Stack())
			}
			panic(v)
		}
	}()
	f()
}
