package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/task"
	"hybrid/study/result"
	kernel "hybrid/study/work"
)

// A timed is a kernel whose runs all take the same time, as it says.
type timed struct {
	kernel.Work
	took time.Duration
}

func (w timed) Run(ctx context.Context) (kernel.Spent, error) {
	_, err := w.Work.Run(ctx)
	return kernel.Spent{Elapsed: w.took, Compute: w.took}, err
}

// taking has runs of pi take that long, and those of the others a millisecond.
func taking(pi time.Duration) []kernel.Kernel {
	all := kernel.Kernels()
	for i := range all {
		took := time.Millisecond
		if all[i].Name == "pi" {
			took = pi
		}
		open := all[i].Open
		all[i].Open = func(c *mpi.Comm, s kernel.Size, o kernel.Options) (kernel.Work, error) {
			w, err := open(c, s, o)
			return timed{w, took}, err
		}
	}
	return all
}

// callBench runs hybrid bench with these kernels.
func callBench(t *testing.T, kernels []kernel.Kernel, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := &program{env: func(string) string { return "" }, stdout: &out, stderr: &err, kernels: kernels,
		exit: func(status int) { t.Errorf("ended by exit with status %d", status) }}
	args = append([]string{"bench", "--quiet", "--gpu", "off", "--no-probes", "--kernels", "pi,matmul", "--size", "pi=30000", "--size", "matmul=32", "--repeat", "6", "--time", "0.005"}, args...)
	return p.run(args), out.String(), err.String()
}

// TestBenchCatchesARegression compares with a baseline a kernel that takes 1.5 times as
// long, and one that took as long before.
func TestBenchCatchesARegression(t *testing.T) {
	const fastPi, slowPi = time.Millisecond, 1500 * time.Microsecond
	dir := t.TempDir()
	baseline := func(name string, kernels []kernel.Kernel) string {
		status, stdout, stderr := callBench(t, kernels, "--json", "--ranks", "2", "--threads", "1")
		if status != 0 {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(stdout), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fast, slow := baseline("fast.json", taking(fastPi)), baseline("slow.json", taking(slowPi))

	status, stdout, stderr := callBench(t, taking(slowPi), "--json", "--ranks", "2", "--threads", "1", "--baseline", fast)
	if status != unverified || !strings.Contains(stderr, "regression") || !strings.Contains(stderr, fast) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit status %d, %q; want %d and a line about regressions", status, stderr, unverified)
	}
	var got struct{ Result result.Result }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	regressions := 0
	for _, row := range got.Result.Comparison.Rows {
		if row.Regression {
			regressions++
			if !strings.Contains(row.Name, "pi") {
				t.Errorf("%s is a regression: ratio %v", row.Name, row.Ratio)
			}
		}
	}
	// On 2 ranks, which is by itself, on 1, and on 2 with twice the samples.
	if regressions != 3 || regressions != got.Result.Comparison.Regressions {
		t.Errorf("%d regressions, %d by the result's count; want that of all points of pi", regressions, got.Result.Comparison.Regressions)
	}

	status, _, stderr = callBench(t, taking(fastPi), "--json", "--ranks", "2", "--threads", "1", "--baseline", slow)
	if status != 0 || stderr != "" {
		t.Errorf("what became faster ends with status %d: %s", status, stderr)
	}
}

// TestBenchComparesSomething refuses a baseline that has nothing in common, says what was
// there, and lists what only one of the two has.
func TestBenchComparesSomething(t *testing.T) {
	kernels := taking(time.Millisecond)
	run := func(args ...string) (status int, stdout, stderr string) {
		return callBench(t, kernels, append([]string{"--json", "--no-scaling", "--ranks", "1", "--threads", "1"}, args...)...)
	}
	old := filepath.Join(t.TempDir(), "old.json")
	status, stdout, stderr := run()
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	if err := os.WriteFile(old, []byte(stdout), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--kernels", "walk", "--size", "walk=10x10"}, "it has pi f64, matmul f64; this run has walk f64:"},
		{[]string{"--dtype", "f32"}, "it has pi f64, matmul f64; this run has pi f32, matmul f32:"},
		{[]string{"--size", "pi=40000", "--size", "matmul=33"}, "--samples 30000"},
	} {
		args := c.args
		if args[0] == "--size" { // which callBench gives, too
			args = []string{"--kernels", "pi"}
			edited := strings.ReplaceAll(stdout, "30000", "40000")
			if err := os.WriteFile(old, []byte(edited), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		status, _, stderr := run(append(args, "--baseline", old)...)
		if status != badUsage || !strings.Contains(stderr, "which has nothing that this run measures") || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit status %d: %s, want %q", c.args, status, stderr, c.want)
		}
	}
	if err := os.WriteFile(old, []byte(stdout), 0o666); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = run("--kernels", "pi", "--baseline", old)
	var got struct{ Result result.Result }
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || status != 0 {
		t.Fatalf("exit status %d, %v: %s", status, err, stderr)
	}
	if c := got.Result.Comparison; c.Compared() == 0 || len(c.Missing) != 1 || !strings.Contains(c.Missing[0], "matmul") {
		t.Errorf("%d compared, missing %q", c.Compared(), c.Missing)
	}
}

// liar is a kernel with a wrong answer.
type liar struct{ kernel.Work }

func (liar) Check(context.Context) (kernel.Verdict, error) {
	return kernel.Verdict{Verdict: task.Wrong("pi is not 3"), Print: "3"}, nil
}

func TestBenchStopsAtAWrongAnswer(t *testing.T) {
	kernels := kernel.Kernels()
	for i := range kernels {
		open := kernels[i].Open
		kernels[i].Open = func(c *mpi.Comm, s kernel.Size, o kernel.Options) (kernel.Work, error) {
			w, err := open(c, s, o)
			return liar{w}, err
		}
	}
	status, stdout, stderr := callBench(t, kernels, "--json", "--ranks", "3", "--threads", "1")
	if status != unverified || stdout != "" || stderr != "hybrid: bench: verification failed: pi --samples 30000 on 3 ranks, 1 thread: pi is not 3\n" {
		t.Errorf("exit status %d, %q, %q", status, stdout, stderr)
	}
}
