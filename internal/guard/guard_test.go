package guard

import (
	"runtime"
	"strings"
	"sync"
	"testing"
)

func broken() { panic("an index is out of range") }

// TestAPanicOfAGoroutineIsTheProgramsToTell has a program end the goroutine, in the
// place of itself.
func TestAPanicOfAGoroutineIsTheProgramsToTell(t *testing.T) {
	var value any
	var stack string
	Panicked = func(v any, s []byte) {
		value, stack = v, string(s)
		runtime.Goexit()
	}
	defer func() { Panicked = nil }()
	var wg sync.WaitGroup
	Go(&wg, broken)
	wg.Wait()
	if value != "an index is out of range" || !strings.Contains(stack, "broken") {
		t.Errorf("told of the panic %v at\n%s", value, stack)
	}
}

// TestAPanicThatNoProgramTellsGoesOn, to the Go runtime.
func TestAPanicThatNoProgramTellsGoesOn(t *testing.T) {
	defer func() {
		if v := recover(); v != "an index is out of range" {
			t.Errorf("the panic is %v", v)
		}
	}()
	Run(broken)
}

func TestGoroutinesAreWaitedFor(t *testing.T) {
	var wg sync.WaitGroup
	done := make([]bool, 3)
	for i := range done {
		Go(&wg, func() { done[i] = true })
	}
	wg.Wait()
	for i, d := range done {
		if !d {
			t.Errorf("goroutine %d was not waited for", i)
		}
	}
}
