//go:build unix

package inputfile

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWhatIsNoFile would hang if it opened a pipe as others do.
func TestWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, link, socket := filepath.Join(dir, "pipe"), filepath.Join(dir, "link\n\x1b[2J"), filepath.Join(dir, "socket")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("pipe", link); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, path := range []string{pipe, link, socket, dir, "/dev/zero", "/dev/null"} {
		if f, err := Open(path); err == nil || err.Error() != path+": it is not a regular file" {
			t.Errorf("%q: %v, %v", path, f, err)
		}
	}
	for _, path := range []string{socket, dir, "/dev/zero"} {
		if f, err := OpenStream(path); err == nil || err.Error() != path+": it is not a regular file" {
			t.Errorf("stream %q: %v, %v", path, f, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, strings.Repeat("n", 256)), dir + "/a\x00b", ""} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), strings.TrimSuffix(path, "\x00b")) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if f, err := OpenStream(pipe); err != nil {
		t.Error(err)
	} else if text, err := io.ReadAll(f); err != nil || len(text) != 0 {
		t.Errorf("a pipe that nobody writes to: %q, %v", text, err)
	}
}

// TestAPipeIsReadToItsEnd has a writer that takes its time.
func TestAPipeIsReadToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := OpenStream(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	go func() {
		for range 3 {
			time.Sleep(5 * time.Millisecond)
			io.WriteString(w, "some ")
		}
		w.Close()
	}()
	if text, err := io.ReadAll(f); err != nil || string(text) != "some some some " {
		t.Errorf("%q, %v", text, err)
	}
}
