//go:build mpi

package mpi_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// launchers are the names that mpirun goes by where several are installed.
var launchers = []string{"mpirun.openmpi", "mpirun.mpich", "mpirun"}

// launch runs a program of this test binary on n ranks and gives its exit
// status and output. A job that hangs is killed and fails the test.
func launch(t testing.TB, mpirun string, n int, program string) (int, string) {
	t.Helper()
	return launchCommand(t, mpirun, n, program, os.Args[0])
}

func launchCommand(t testing.TB, mpirun string, n int, program string, command ...string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, mpirun, append([]string{"-n", fmt.Sprint(n)}, command...)...)
	cmd.Env = append(os.Environ(), programVar+"="+program,
		"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
		"OMPI_MCA_rmaps_base_oversubscribe=1", "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s -n %d %v %s hangs; its output:\n%s", mpirun, n, command, program, out.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", mpirun, err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// ownLauncher is the mpirun of the library that this binary was built with, or the one to
// try: MPIRUN, or the first under which two ranks see each other.
func ownLauncher(t testing.TB) string {
	t.Helper()
	if name := os.Getenv("MPIRUN"); name != "" {
		return name
	}
	var tried []string
	for _, name := range launchers {
		if _, err := exec.LookPath(name); err != nil {
			continue
		}
		code, out := launch(t, name, 2, "together")
		if code == 5 {
			return name
		}
		tried = append(tried, fmt.Sprintf("%s: status %d\n%s", name, code, out))
	}
	t.Fatalf("no mpirun works with the MPI this binary was built with; set MPIRUN to its name. Tried:\n%s", strings.Join(tried, "\n"))
	return ""
}

func TestMPIConformance(t *testing.T) {
	mpirun := ownLauncher(t)
	for _, n := range []int{1, 2, 3, 5} {
		t.Run(fmt.Sprintf("%d ranks", n), func(t *testing.T) {
			if n == 3 { // the number that there are may be asked for: see TestMPIRanks
				t.Setenv(ranksVar, "3")
			}
			code, out := launch(t, mpirun, n, "suite")
			if code != 0 || !strings.Contains(out, "SUITE PASS") || !strings.Contains(out, fmt.Sprintf(" %d ranks", n)) || strings.Contains(out, ", local,") {
				t.Errorf("status %d; output:\n%s", code, out)
			}
			t.Log(strings.TrimSpace(out))
		})
	}
}

// TestCountsInParts runs the suite with a limit on counts so low that most
// messages and collectives are cut into parts, as those above 2^31 are.
func TestCountsInParts(t *testing.T) {
	if code, out := launch(t, ownLauncher(t), 3, "chunks"); code != 0 {
		t.Errorf("status %d; output:\n%s", code, out)
	}
}

// TestMPIEnds checks how a job ends in which not every rank returns nil. A
// hanging rank shows as a test that times out.
func TestMPIEnds(t *testing.T) {
	mpirun := ownLauncher(t)
	for _, test := range []struct {
		program string
		status  int
		text    string // in the output, exactly once
	}{
		{"error", 3, "REPORT wants status 3"},
		{"panic", 1, "REPORT mpi: panic on rank 0: the sky falls"},
		{"goexit", 1, "REPORT mpi: Run: rank 2 ended its goroutine by runtime.Goexit"},
		{"segv", 1, "REPORT mpi: panic on rank 2: runtime error: invalid memory address or nil pointer dereference"},
		{"abort", 7, ""},
		{"together", 5, "REPORT wants status 5"},
		{"open", 4, ""},
		{"signals", 0, ""},
		{"thread", 0, ""},
		{"twice", 0, ""},
	} {
		t.Run(test.program, func(t *testing.T) {
			code, out := launch(t, mpirun, 3, test.program)
			if code != test.status {
				t.Errorf("status %d, want %d", code, test.status)
			}
			if test.text != "" && strings.Count(out, test.text) != 1 {
				t.Errorf("output has %q %d times, want once", test.text, strings.Count(out, test.text))
			}
			if test.program == "twice" && strings.Count(out, "SECOND mpi: Run: MPI was started in this process before") != 3 {
				t.Error("a second Run was not refused on every rank")
			}
			if t.Failed() {
				t.Logf("output:\n%s", out)
			}
		})
	}
}

// TestMPIPrintsErrors has programs without a Report, whose errors are printed all
// the same, once.
func TestMPIPrintsErrors(t *testing.T) {
	mpirun := ownLauncher(t)
	t.Setenv(silentVar, "1")
	for program, want := range map[string][]string{
		"error":    {"rank 2: wants status 3"},
		"together": {"rank 0: wants status 5"},
		"panic":    {"mpi: panic on rank 0: the sky falls", "main_test.go"},
	} {
		code, out := launch(t, mpirun, 3, program)
		if code == 0 || strings.Count(out, want[0]) != 1 || !strings.Contains(out, want[len(want)-1]) {
			t.Errorf("%s: status %d, want one line %q; output:\n%s", program, code, want, out)
		}
	}
}

// TestMPIRanks asks for another number of ranks than that of a launcher's tasks.
func TestMPIRanks(t *testing.T) {
	mpirun := ownLauncher(t)
	for _, ranks := range []string{"1", "4"} {
		t.Setenv(ranksVar, ranks)
		code, out := launch(t, mpirun, 3, "together-well")
		if code == 0 || strings.Count(out, "REPORT mpi: Run: ") != 1 || !strings.Contains(out, "started 3 tasks of this program") {
			t.Errorf("%s ranks of 3 tasks: status %d; output:\n%s", ranks, code, out)
		}
	}
}

// TestForeignLauncher starts this binary under the mpirun of another MPI, with the library
// of its own launcher where it looks for one when it runs.
func TestForeignLauncher(t *testing.T) {
	own := ownLauncher(t)
	_, out := launch(t, own, 1, "library")
	t.Setenv("HYBRID_LIBMPI", strings.TrimSpace(out))
	found := false
	for _, name := range launchers[:2] {
		if _, err := exec.LookPath(name); err != nil || name == own {
			continue
		}
		found = true
		code, out := launch(t, name, 2, "error")
		if code == 0 || strings.Count(out, "REPORT mpi: Run:") != 1 || !strings.Contains(out, "as task 0 of 2") || !strings.Contains(out, "sees 1") {
			t.Errorf("under %s: status %d, output:\n%s", name, code, out)
		}
	}
	if !found {
		t.Skip("SKIPPED: only one MPI is installed; the refusal under a foreign mpirun was not tested")
	}
}

// TestHugeMessage sends more than 2^31 elements, if there is memory for it.
func TestHugeMessage(t *testing.T) {
	const need = 6 << 30
	if free := availableMemory(t); free < need {
		t.Skipf("SKIPPED: a message of 2^31 bytes needs %d bytes of free memory, there are %d", int64(need), free)
	}
	code, out := launch(t, ownLauncher(t), 2, "huge")
	if code != 0 || !strings.Contains(out, "HUGE PASS") {
		t.Errorf("status %d; output:\n%s", code, out)
	}
}

func availableMemory(t *testing.T) int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		t.Skipf("SKIPPED: free memory is not known: %v", err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kib int64
		if n, _ := fmt.Sscanf(s.Text(), "MemAvailable: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	return 0
}
