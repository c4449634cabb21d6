package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/cli"
)

// process starts hybrid as a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("signals are not tested on Windows")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "HYBRID_TEST_AS_MAIN=1")
	cmd.Stdout, cmd.Stderr = &output, &output
	err = cmd.Start()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skip("signals are NOT tested: this machine does not start its own test binary (an emulator runs it)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, &output
}

func TestSignalsEndARun(t *testing.T) {
	for _, s := range cli.Endings {
		signal, name := s.(syscall.Signal), cli.SignalName(s)
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cmd, output := process(t, "heat", "--nx", "50", "--ny", "50", "--steps", "1000000000000", "--ranks", "2", "--quiet",
				"--frames", filepath.Join(dir, "frames"), "--every", "1000000000000", "--out", filepath.Join(dir, "a.npy"))
			for { // the first frame says that the run has begun
				if _, err := os.Stat(filepath.Join(dir, "frames", "frame_0000000000000.png")); err == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 128+int(signal) {
				t.Errorf("ended with %v, want exit status %d", err, 128+int(signal))
			}
			if want := "hybrid: heat: ended by " + name + " before the run was complete\n"; output.String() != want {
				t.Errorf("printed %q, want %q", output.String(), want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
				t.Errorf("left behind: %v", left)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
