package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"hybrid/internal/mpilib"
	"hybrid/mpi"
	"hybrid/npy"
	"hybrid/solvers/heat"
)

// period is how often a rank is stopped.
const period = 40 * time.Millisecond

// stopper returns what solves the contest on ranks of an MPI, of which one is stopped
// now and then.
func (c contest) stopper() (func(bySpeed bool) (outcome, error), error) {
	w, err := world()
	if w == nil || err != nil {
		fmt.Printf("| %s | | | not tried: no MPI on the PATH | | | |\n", c.name)
		return nil, err
	}
	return func(bySpeed bool) (outcome, error) { return c.stopped(*w, bySpeed) }, nil
}

// world is an MPI for which hybrid is built, nil where there is none.
func world() (*mpilib.Library, error) {
	worlds := mpilib.All()
	if len(worlds) == 0 {
		return nil, nil
	}
	w := worlds[0]
	make := exec.Command("make", "--silent", "build", "BIN=build/lazy")
	if out, err := make.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(make.Args, " "), err, out)
	}
	return &w, nil
}

// stopped runs the contest once.
func (c contest) stopped(w mpilib.Library, bySpeed bool) (outcome, error) {
	dir, err := os.MkdirTemp("", "hybrid-bench-")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(dir)
	field, n := filepath.Join(dir, "field.npy"), strconv.Itoa(c.points)
	args := []string{"heat", "--initial", "gaussian",
		"--nx", n, "--ny", n, "--steps", strconv.Itoa(c.steps), "--out", field, "--balance", "off"}
	if bySpeed {
		args[len(args)-1] = "auto"
	}
	stdout, err := launch(w, c.ranks, args)
	if err != nil {
		return outcome{}, err
	}
	var report struct {
		Seconds float64
		Metrics struct {
			Rows  []int
			Moves int
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		return outcome{}, fmt.Errorf("%w\n%s", err, stdout)
	}
	out := outcome{seconds: report.Seconds, rows: report.Metrics.Rows, moves: report.Metrics.Moves}
	out.field, err = c.hashFile(field)
	return out, err
}

// interrupt stops the process whose number a file has or will have, for so long in
// every period, until all is done.
func interrupt(path string, stop time.Duration, done <-chan struct{}) {
	for {
		text, _ := os.ReadFile(path)
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err == nil && syscall.Kill(pid, syscall.SIGSTOP) == nil {
			time.Sleep(stop)
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
		select {
		case <-done:
			return
		case <-time.After(period - stop):
		}
	}
}

// hashFile is the hash of a field in a file.
func (c contest) hashFile(path string) (sum string, err error) {
	f, err := npy.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	err = mpi.Run(1, func(comm *mpi.Comm) error {
		s, err := heat.New[float64](comm, c.problem(), heat.Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		err = s.Fill(func(i int, dst []float64) error { return npy.ReadBlock(f, f.RowRange(i, i+1), dst, npy.Round) })
		if err != nil {
			return err
		}
		sum, err = hash(comm, s)
		return err
	})
	return sum, err
}

// launch runs hybrid on ranks of an MPI and gives its report. Those that run a part of the
// time only are stopped now and then.
func launch(w mpilib.Library, ranks []rank, args []string) (report string, err error) {
	hybrid, err := filepath.Abs("build/lazy/hybrid")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "hybrid-bench-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command(w.MPIRun)
	var quiet sync.WaitGroup
	done := make(chan struct{})
	for i, r := range ranks {
		if i > 0 {
			cmd.Args = append(cmd.Args, ":")
		}
		gpu := "off"
		if r.sim {
			gpu = "sim"
		}
		cmd.Args = append(cmd.Args, "-n", "1", "env", "HYBRID_ISA="+r.isa.String(), "HYBRID_GPU="+gpu)
		if r.running < 1 {
			pid := filepath.Join(dir, strconv.Itoa(i))
			cmd.Args = append(cmd.Args, "sh", "-c", `echo $$ >"$0" && exec "$@"`, pid)
			quiet.Go(func() { interrupt(pid, time.Duration(float64(period)*(1-r.running)), done) })
		}
		cmd.Args = append(append(cmd.Args, hybrid), args...)
		cmd.Args = append(cmd.Args, "--json", "--quiet", "--threads", "1")
	}
	cmd.Env = append(os.Environ(), w.Env...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	close(done)
	quiet.Wait()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	return stdout.String(), nil
}
