package launchers

import (
	"os"
	"testing"
)

// TestParent finds the process that has started this one.
func TestParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("SKIPPED: no /proc here")
	}
	if got := parent(os.Getpid()); got != os.Getppid() {
		t.Errorf("%d, want %d", got, os.Getppid())
	}
	if !isMPI("/usr/bin/orterun") || !isMPI("/usr/bin/hydra_pmi_proxy") || isMPI("/bin/sh") {
		t.Error("launchers")
	}
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if own := above(func(path string) bool { return path != exe }); len(own) == 0 {
		t.Error("no process is above this one")
	}
}
