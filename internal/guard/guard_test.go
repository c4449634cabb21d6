package guard

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// TestMain stands in for a program whose goroutine panics while the others wait.
func TestMain(m *testing.M) {
	if os.Getenv("GUARD_PANIC") != "" {
		Panicked = func(value any, stack []byte) {
			os.Stdout.WriteString(value.(string) + "\n" + string(stack))
			os.Exit(7)
		}
		var wg sync.WaitGroup
		Go(&wg, func() { broken() })
		wg.Wait()
	}
	os.Exit(m.Run())
}

func broken() { panic("an index is out of range") }

func TestAPanicOfAGoroutineIsTheProgramsToTell(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), "GUARD_PANIC=1")
	out, err := c.CombinedOutput()
	if c.ProcessState == nil || c.ProcessState.ExitCode() != 7 || !strings.HasPrefix(string(out), "an index is out of range\n") || !strings.Contains(string(out), "broken") {
		t.Errorf("%v: %s", err, out)
	}
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
