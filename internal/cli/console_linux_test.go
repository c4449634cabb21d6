package cli

import (
	"os"
	"testing"
)

// TestOpenMPIsTerminalIsNone has a terminal that Open MPI made.
func TestOpenMPIsTerminalIsNone(t *testing.T) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for rank, want := range map[string]bool{"": true, "0": false} {
		env := map[string]string{"OMPI_COMM_WORLD_RANK": rank}
		if got := newStream(f, func(name string) string { return env[name] }).terminal; got != want {
			t.Errorf("rank %q: a terminal: %v, want %v", rank, got, want)
		}
	}
}
