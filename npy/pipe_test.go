//go:build unix

package npy

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestOpenDoesNotWaitForAPipe would hang if Open opened the pipe.
func TestOpenDoesNotWaitForAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.npy")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.HasSuffix(err.Error(), "it is not a regular file") {
		t.Errorf("error %v, want one that it is not a regular file", err)
	}
}
