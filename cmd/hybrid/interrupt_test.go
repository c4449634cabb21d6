package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
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

// A run that keeps checkpoints ends behind one, at a signal or in time, and makes one when
// asked to; what goes on from there has the bytes of a run that was not stopped.
func TestSignalsSaveARun(t *testing.T) {
	for _, c := range []struct {
		name, why    string
		signal       syscall.Signal
		saves, limit bool
		status       int
	}{
		{name: "TERM", signal: syscall.SIGTERM, why: "SIGTERM", status: 143},
		{name: "INT", signal: syscall.SIGINT, why: "SIGINT", status: 130},
		{name: "HUP", signal: syscall.SIGHUP, why: "SIGHUP", status: 129},
		{name: "USR1_TERM", signal: syscall.SIGTERM, why: "SIGTERM", saves: true, status: 143},
		{name: "time_limit", why: "its time limit", limit: true, status: 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			ck, out := filepath.Join(dir, "ck"), filepath.Join(dir, "a.npy")
			args := []string{"heat", "--nx", "50", "--ny", "40", "--steps", "1000000000", "--ranks", "2", "--quiet", "--out", out, "--checkpoint", ck}
			frames := filepath.Join(dir, "frames")
			if c.limit {
				args = append(args, "--time-limit", "2500ms")
			} else {
				args = append(args, "--frames", frames, "--every", "1000")
			}
			cmd, output := process(t, args...)
			if !c.limit { // a signal before the first step leaves nothing to go on from
				waitFor(t, filepath.Join(frames, "frame_*[1-9]000.png"))
			}
			if c.saves {
				if err := cmd.Process.Signal(syscall.SIGUSR1); err != nil {
					t.Fatal(err)
				}
				waitFor(t, filepath.Join(ck, "checkpoint_*", "manifest.json"))
			}
			if !c.limit {
				if err := cmd.Process.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != c.status {
				t.Fatalf("ended with %v, want exit status %d: %s", err, c.status, output)
			}
			said := regexp.MustCompile(`^hybrid: heat: ended by ` + c.why + ` with (\d+) of 1000000000 steps done: go on by hybrid heat --restart (.*)\n$`).FindStringSubmatch(output.String())
			if said == nil || said[2] != ck {
				t.Fatalf("printed %q", output)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("there is an output of a run that was stopped")
			}
			done, err := strconv.Atoi(said[1])
			if err != nil {
				t.Fatal(err)
			}
			steps, want := strconv.Itoa(done+1000), filepath.Join(dir, "want.npy")
			for _, args := range [][]string{
				{"heat", "--restart", filepath.Join(ck, fmt.Sprintf("checkpoint_%012d", done)), "--steps", steps, "--quiet", "--ranks", "3"},
				{"heat", "--nx", "50", "--ny", "40", "--steps", steps, "--quiet", "--out", want},
			} {
				cmd, output := process(t, args...)
				if err := cmd.Wait(); err != nil {
					t.Fatalf("%v: %v: %s", args, err, output)
				}
			}
			a, err1 := os.ReadFile(want)
			b, err2 := os.ReadFile(out)
			if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("the outputs differ (%v, %v)", err1, err2)
			}
		})
	}
}

// So do runs of other problems, whatever they count; what they go on to is the result of a
// run that was not stopped.
func TestSignalsSaveAnyRun(t *testing.T) {
	for _, c := range []struct {
		name, unit string
		args       []string
		size       string // option of which the run that goes on has few more than are done; "": it goes on to its end
	}{
		{"pi", "samples", []string{"--samples", "1000000000000000"}, "samples"},
		{"mandelbrot", "tiles", []string{"--width", "2400", "--height", "1600"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ck := filepath.Join(t.TempDir(), "ck")
			args := slices.Concat([]string{c.name}, c.args, []string{"--gpu", "off", "--quiet", "--json"})
			t.Setenv("HYBRID_ISA", "go") // slowly
			cmd, output := process(t, append(args, "--ranks", "2", "--threads", "1", "--checkpoint", ck, "--checkpoint-every", "20ms")...)
			waitFor(t, filepath.Join(ck, "checkpoint_*", "manifest.json"))
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 143 {
				t.Fatalf("ended with %v, want exit status 143: %s", err, output)
			}
			said := regexp.MustCompile(`^hybrid: ` + c.name + `: ended by SIGTERM with (\d+) of \d+ ` + c.unit + ` done: go on by hybrid ` + c.name + ` --restart (.*)\n$`).FindStringSubmatch(output.String())
			if said == nil || said[2] != ck {
				t.Fatalf("printed %q", output)
			}
			t.Setenv("HYBRID_ISA", "auto")
			again := []string{c.name, "--restart", ck, "--gpu", "off", "--quiet", "--json"}
			if c.size != "" {
				done, err := strconv.Atoi(said[1])
				if err != nil {
					t.Fatal(err)
				}
				more := []string{"--" + c.size, strconv.Itoa(done + 1001)}
				args, again = append(args, more...), append(again, more...)
			}
			if want, got := resultOf(t, args), resultOf(t, again); got != want {
				t.Errorf("what goes on has the result %s, want %s", got, want)
			}
		})
	}
}

// resultOf is the result of a run that prints JSON.
func resultOf(t *testing.T, args []string) string {
	t.Helper()
	cmd, output := process(t, args...)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, output)
	}
	var v struct{ Result json.RawMessage }
	if err := json.Unmarshal(output.Bytes(), &v); err != nil {
		t.Fatalf("%v: %v: %s", args, err, output)
	}
	return string(v.Result)
}

// waitFor waits until there is a file of a pattern.
func waitFor(t *testing.T, pattern string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return
		}
	}
	t.Fatalf("no %s after five minutes", pattern)
}
