//go:build unix

package main

import (
	"os"
	"testing"

	"hybrid/internal/leftover"
)

func TestMain(m *testing.M) {
	if playHybrid() {
		return
	}
	os.Exit(leftover.Main(m))
}

// TestTorture is a small part of what the program does: one run, ended in five ways; those under
// an MPI are left out.
func TestTorture(t *testing.T) {
	if err := torture(options{runs: 1, only: -1, seed: 2, keep: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
}
