package supervise_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/leftover"
	"hybrid/internal/supervise"
)

// superviseVar has the test binary supervise its arguments, so often, as a process of its own: Run
// ends all children of its process.
const superviseVar = "HYBRID_TEST_SUPERVISE"

func TestMain(m *testing.M) {
	restarts, err := strconv.Atoi(os.Getenv(superviseVar))
	if err != nil {
		os.Exit(leftover.Main(m))
	}
	status, err := supervise.Job{
		Command: os.Args[1:], Restarts: restarts, Stdout: os.Stdout, Stderr: os.Stderr,
		Say:     func(format string, args ...any) { fmt.Printf(format+"\n", args...) },
		Signals: []os.Signal{syscall.SIGTERM, syscall.SIGUSR1}, GoesOn: func(s os.Signal) bool { return s == syscall.SIGUSR1 }, Name: func(s os.Signal) string { return s.String() }, Pause: time.Millisecond,
	}.Run()
	if err != nil {
		fmt.Println(err)
		status = 99
	}
	os.Exit(status)
}

// supervised runs a script of the shell, which knows its folder as $D, and has ended when
// nothing it has begun is there any more.
func supervised(t *testing.T, restarts int, script string) (cmd *exec.Cmd, out *bytes.Buffer, folder string) {
	t.Helper()
	cmd, out, folder = exec.Command(os.Args[0], "sh", "-c", script), new(bytes.Buffer), t.TempDir()
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", superviseVar, restarts), "D="+folder)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, out, folder
}

func TestRestarts(t *testing.T) {
	const count = "echo x >>$D/runs; n=$(wc -l <$D/runs); "
	for _, test := range []struct {
		name, script string
		status, runs int
		says         string
	}{
		{"it succeeds", count + "exit 0", 0, 1, ""},
		{"it succeeds in the end", count + "[ $n = 3 ] || exit 1", 0, 3, "the job failed with status 1 after"},
		{"it never does", count + "exit 7", 7, 4, "and its 3 restarts are used up: see why, and give the command again\n"},
		{"it is killed", count + "[ $n = 2 ] || kill -9 $$", 0, 2, "the job was ended by killed (status 137) after"},
		{"bad usage", count + "exit 2", 2, 1, ""},
		{"a wrong answer", count + "exit 3", 3, 1, ""},
		{"its time was up", count + "exit 4", 4, 1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd, out, folder := supervised(t, 3, test.script)
			_ = cmd.Wait() // its status follows
			runs, _ := os.ReadFile(filepath.Join(folder, "runs"))
			if code := cmd.ProcessState.ExitCode(); code != test.status || len(runs) != 2*test.runs || !strings.Contains(out.String(), test.says) {
				t.Errorf("status %d after %d runs, want %d after %d; printed %q, want %q", code, len(runs)/2, test.status, test.runs, out, test.says)
			}
			lines := test.runs - 1 // one for each restart, and one where they are used up
			if test.runs == 4 {
				lines++
			}
			if n := strings.Count(out.String(), "\n"); n != lines {
				t.Errorf("%d lines, want %d: %q", n, lines, out)
			}
		})
	}
}

// TestASignalIsPassedOn to the job, which is not started again, whatever it ends with.
func TestASignalIsPassedOn(t *testing.T) {
	cmd, out, folder := supervised(t, 3, `trap 'echo told; exit 5' TERM; : >$D/ready; while :; do sleep 0.01; done`)
	for {
		if _, err := os.Stat(filepath.Join(folder, "ready")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 5 || out.String() != "told\n" {
		t.Errorf("status %d, printed %q, want 5 and told", code, out)
	}
}

// TestASignalToGoOn is passed on too; a job that fails later is started again, one that the
// signal has ended is not.
func TestASignalToGoOn(t *testing.T) {
	for _, test := range []struct {
		name, trap   string
		status, runs int
	}{
		{"it goes on", `trap 'exit 5' USR1`, 0, 2},
		{"it is ended", `:`, 138, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd, out, folder := supervised(t, 3, test.trap+`; echo x >>$D/runs; [ $(wc -l <$D/runs) = 1 ] || exit 0; : >$D/ready; while :; do sleep 0.01; done`)
			for {
				if _, err := os.Stat(filepath.Join(folder, "ready")); err == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
			if err := cmd.Process.Signal(syscall.SIGUSR1); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // its status follows
			runs, _ := os.ReadFile(filepath.Join(folder, "runs"))
			if code := cmd.ProcessState.ExitCode(); code != test.status || len(runs) != 2*test.runs {
				t.Errorf("status %d after %d runs, want %d after %d; printed %q", code, len(runs)/2, test.status, test.runs, out)
			}
		})
	}
}

func TestNoSuchCommand(t *testing.T) {
	if _, err := (supervise.Job{Command: []string{"/none/such"}}).Run(); err == nil {
		t.Error("no error")
	}
}
