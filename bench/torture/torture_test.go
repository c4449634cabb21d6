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

// TestTorture is a small part of what the program does: one run, ended in all five ways; those under
// an MPI are left out. The seed is one whose slow sessions, on simulated GPUs, end early.
func TestTorture(t *testing.T) {
	if err := torture(options{runs: 1, only: -1, seed: 2441, keep: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
}
