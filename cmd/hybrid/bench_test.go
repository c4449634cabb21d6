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

	"hybrid/solvers/matmul"
	"hybrid/solvers/montecarlo"
	"hybrid/solvers/task"
	"hybrid/study"
	"hybrid/study/result"
)

// A changed is a problem whose tasks are not quite what they are.
type changed struct {
	task.Sized
	as func(task.Measured) task.Task
}

func (c changed) Open(ctx context.Context, j *task.Job) (task.Task, error) {
	t, err := c.Sized.Open(ctx, j)
	if err != nil {
		return nil, err
	}
	return c.as(t.(task.Measured)), nil
}

// change has the tasks of some problems changed, by name.
func change(as func(name string, t task.Measured) task.Task) []func(*task.Common) task.Problem {
	var all []func(*task.Common) task.Problem
	for _, problem := range []func(*task.Common) task.Problem{matmul.Statement, montecarlo.PiStatement, montecarlo.WalkStatement} {
		all = append(all, func(c *task.Common) task.Problem {
			p := problem(c).(task.Sized)
			return changed{p, func(t task.Measured) task.Task { return as(p.About().Name, t) }}
		})
	}
	return all
}

// A timed is a task whose runs all take the same time, as it says.
type timed struct {
	task.Measured
	took time.Duration
}

func (t timed) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	run, err := t.Measured.Run(ctx, e)
	run.Elapsed, run.Compute = t.took, t.took
	return run, err
}

// taking has runs of pi take that long, and those of the others a millisecond.
func taking(pi time.Duration) []func(*task.Common) task.Problem {
	return change(func(name string, t task.Measured) task.Task {
		if name == "pi" {
			return timed{t, pi}
		}
		return timed{t, time.Millisecond}
	})
}

// callBench runs hybrid bench of these problems.
func callBench(t *testing.T, of []func(*task.Common) task.Problem, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := program(nil, &out, &err)
	p.Problems = []func(*task.Common) task.Problem{study.Statement(of)}
	p.Exit = func(status int) { t.Errorf("ended by exit with status %d", status) }
	args = append([]string{"bench", "--quiet", "--gpu", "off", "--no-probes", "--kernels", "pi,matmul", "--size", "pi=30000", "--size", "matmul=32", "--repeat", "6", "--time", "0.005"}, args...)
	return p.Run(args), out.String(), err.String()
}

// TestBenchCatchesARegression compares with a baseline a kernel that takes 1.5 times as
// long, and one that took as long before.
func TestBenchCatchesARegression(t *testing.T) {
	const fastPi, slowPi = time.Millisecond, 1500 * time.Microsecond
	dir := t.TempDir()
	baseline := func(name string, of []func(*task.Common) task.Problem) string {
		status, stdout, stderr := callBench(t, of, "--json", "--ranks", "2", "--threads", "1")
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
	if status != task.Unverified || !strings.Contains(stderr, "regression") || !strings.Contains(stderr, fast) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit status %d, %q; want %d and a line about regressions", status, stderr, task.Unverified)
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
	of := taking(time.Millisecond)
	run := func(args ...string) (status int, stdout, stderr string) {
		return callBench(t, of, append([]string{"--json", "--no-scaling", "--ranks", "1", "--threads", "1"}, args...)...)
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
		if status != task.BadUsage || !strings.Contains(stderr, "which has nothing that this run measures") || !strings.Contains(stderr, c.want) {
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

// A liar is a task with a wrong answer.
type liar struct{ task.Measured }

func (l liar) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	run, err := l.Measured.Run(ctx, e)
	if e != task.Unchecked {
		v := task.Wrong("pi is not 3")
		run.Verdict = &v
	}
	return run, err
}

func TestBenchStopsAtAWrongAnswer(t *testing.T) {
	wrong := change(func(_ string, t task.Measured) task.Task { return liar{t} })
	status, stdout, stderr := callBench(t, wrong, "--json", "--ranks", "3", "--threads", "1")
	if status != task.Unverified || stdout != "" || stderr != "hybrid: bench: verification failed: pi --samples 30000 on 3 ranks, 1 thread: pi is not 3\n" {
		t.Errorf("exit status %d, %q, %q", status, stdout, stderr)
	}
}
