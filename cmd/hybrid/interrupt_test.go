package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/mpi"
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
	for _, s := range endings {
		signal, name := s.(syscall.Signal), signalName(s)
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

// interrupt makes an interrupter that tells what it does.
func interrupt() (i *interrupter, did chan string) {
	did = make(chan string, 10)
	i = newInterrupter(func(status int) {
		did <- "exit"
		if status != 143 {
			did <- "with another status"
		}
	}, func(err error) { did <- err.Error() })
	i.onEnd(func() { did <- "clean" })
	i.running.Store(true)
	return i, did
}

func wantDone(t *testing.T, did chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		if got := <-did; got != w {
			t.Errorf("did %q, want %q", got, w)
		}
	}
}

const endedBySIGTERM = "ended by SIGTERM before the run was complete"

func TestARunThatDoesNotStopIsEnded(t *testing.T) {
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	<-i.ctx.Done()
	if err := i.cause(); err == nil || err.Error() != endedBySIGTERM || statusOf(err) != 143 {
		t.Errorf("cause %v", err)
	}
	wantDone(t, did, "clean", endedBySIGTERM, "exit")
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	i.signals <- syscall.SIGINT
	wantDone(t, did, "clean", endedBySIGTERM, "exit")
}

func TestARankOfALauncherEndsInSilence(t *testing.T) {
	t.Setenv("OMPI_COMM_WORLD_SIZE", "4")
	t.Setenv("OMPI_COMM_WORLD_RANK", "1")
	i, did := interrupt()
	i.signals <- syscall.SIGTERM
	wantDone(t, did, "clean", "exit")
}

// oneRank does some work as a run of heat, and returns what was printed on standard
// error and the error.
func oneRank(t *testing.T, w func(j *job) (*outcome, error)) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := newConsole(&program{stdout: &stdout, stderr: &stderr, env: func(string) string { return "" }})
	c.command = "heat"
	c.watch = newInterrupter(func(int) { panic("exit in a test") }, c.report)
	c.watch.running.Store(true)
	defer c.watch.stop()
	err := mpi.Run(1, func(comm *mpi.Comm) error {
		cfg := &computeConfig{GPU: "off", Threads: 1}
		j := &job{config: cfg, command: "heat", console: c, watch: c.watch, comm: comm, ctx: c.watch.ctx, onCPU: true}
		return c.watch.explain(comm, j.do(w))
	})
	return stdout.String() + stderr.String(), err
}

// TestASignalAfterTheLastFileLeavesTheRunComplete has the signal come while the
// file is given its name.
func TestASignalAfterTheLastFileLeavesTheRunComplete(t *testing.T) {
	work := func(files ...string) func(j *job) (*outcome, error) {
		return func(j *job) (*outcome, error) {
			o := &outcome{Report: func(r *report) error { r.files(files); return nil }}
			o.Err = j.writeOutput(files, func(string) error {
				select {
				case <-j.ctx.Done():
				default:
					j.watch.signals <- syscall.SIGTERM
					<-j.ctx.Done()
				}
				return nil
			})
			return o, nil
		}
	}
	text, err := oneRank(t, work("a.npy"))
	if want := "hybrid: heat: SIGTERM came when the run was complete\n"; err != nil || !strings.Contains(text, want) || !strings.Contains(text, "output    a.npy\n") {
		t.Errorf("error %v, printed %q, want %q and the file", err, text, want)
	}
	if text, err := oneRank(t, work("a.npy", "b.npy")); err == nil || err.Error() != endedBySIGTERM || text != "" {
		t.Errorf("before the last file: error %v, printed %q, want %q", err, text, endedBySIGTERM)
	}
}

func TestASummaryHasTheFilesThatWereWritten(t *testing.T) {
	full := errors.New("no space left on device")
	text, err := oneRank(t, func(j *job) (*outcome, error) {
		files := []string{"a.npy", "b.png", "c.vti"}
		o := &outcome{Report: func(r *report) error { r.files(files); return nil }}
		o.Err = j.writeOutput(files, func(path string) error {
			if path == "b.png" {
				return full
			}
			return nil
		})
		return o, nil
	})
	if !errors.Is(err, full) || !strings.Contains(text, "output    a.npy\noutput    c.vti\n") || strings.Contains(text, "b.png") {
		t.Errorf("error %v, printed %q, want a.npy and c.vti and not b.png", err, text)
	}
}
