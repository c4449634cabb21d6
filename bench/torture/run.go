//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A run is one problem, ended and gone on with until it is complete.
type run struct {
	dir        string // work, in which hybrid writes, and want
	rng        *rand.Rand
	transports []transport
	flags      []string // the problem and its outputs
	between    string   // checkpoints
	keep       int
	sessions   []session
}

// A session is one process or job.
type session struct {
	how      string // it was ended by
	where    string // the transport, with "sim" where GPUs were simulated
	ranks    int
	complete bool
	printed  string
}

// mostKills are those of one run; then it is let go on to its end.
const mostKills = 5

func newRun(seed uint64, number int, dir string, all []transport) *run {
	r := &run{dir: dir, rng: rand.New(rand.NewPCG(seed, uint64(number))), transports: all}
	pick := func(words ...string) string { return words[r.rng.IntN(len(words))] }
	steps := 20_000 + r.rng.IntN(60_000)
	r.flags = []string{
		"--nx", strconv.Itoa(20 + r.rng.IntN(60)), "--ny", strconv.Itoa(20 + r.rng.IntN(60)), "--steps", strconv.Itoa(steps),
		"--boundary", pick("dirichlet", "neumann", "periodic"), "--initial", pick("square", "disc", "gaussian", "sine"), "--dtype", pick("f64", "f32"),
		"--frames", "work/film", "--every", strconv.Itoa(steps/8 + 1),
	}
	for _, ending := range []string{".npy", ".vti", ".png", ".pvti"} {
		if ending == ".npy" || r.rng.IntN(2) == 0 {
			r.flags = append(r.flags, "--out", "work/end"+ending)
		}
	}
	if slices.Contains(r.flags, "work/end.pvti") {
		r.flags = append(r.flags, "--balance", "off") // the pieces are those of equal ranks
	}
	r.between = pick("50ms", "100ms", "300ms", strconv.Itoa(steps/10), strconv.Itoa(steps/25))
	r.keep = 1 + r.rng.IntN(3)
	return r
}

func (r *run) problem() string {
	return strings.Join(r.flags, " ") + fmt.Sprintf(" --checkpoint-every %s --keep %d", r.between, r.keep)
}

// outcome is how the sessions ended.
func (r *run) outcome() string {
	var words []string
	for _, s := range r.sessions {
		words = append(words, fmt.Sprintf("%s on %d %s", s.how, s.ranks, s.where))
	}
	return strings.Join(words, ", ")
}

// torture takes the run to its end.
func (r *run) torture() error {
	if err := os.MkdirAll(filepath.Join(r.dir, "work"), 0o777); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(r.dir, "want"), 0o777); err != nil {
		return err
	}
	if err := r.reference("all", 1); err != nil {
		return err
	}
	for {
		s, err := r.session(len(r.sessions) >= mostKills)
		r.sessions = append(r.sessions, s)
		if err == nil {
			err = r.whole()
		}
		if err != nil {
			return fmt.Errorf("%s on %d %s: %w\n%s", s.how, s.ranks, s.where, err, s.printed)
		}
		if s.complete {
			return r.equal(s.ranks)
		}
		if len(r.sessions) > 4*mostKills {
			return fmt.Errorf("no end after %d sessions\n%s", len(r.sessions), s.printed)
		}
	}
}

// reference runs without interruption, into a folder of want.
func (r *run) reference(name string, ranks int) error {
	args := append([]string{"heat", "--quiet", "--gpu", "off", "--ranks", strconv.Itoa(ranks)}, r.flags...)
	for i, a := range args {
		args[i] = strings.Replace(a, "work/", "want/"+name+"/", 1)
	}
	if err := os.Mkdir(filepath.Join(r.dir, "want", name), 0o777); err != nil {
		return err
	}
	cmd := exec.Command(r.transports[0].hybrid, args...)
	cmd.Dir = r.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the run that is not interrupted: %w\n%s", err, out)
	}
	return nil
}

// session starts the run, or goes on with it, and ends it in some way unless it is to end
// by itself.
func (r *run) session(last bool) (session, error) {
	t := r.transports[r.rng.IntN(len(r.transports))]
	s := session{where: t.name, ranks: 1 + r.rng.IntN(4), how: "end"}
	if t.name == "mpich" { // whose ranks do not give their core to those they wait for
		s.ranks = 1 + (s.ranks-1)%max(2, runtime.NumCPU())
	}
	if !last {
		ways := []string{"kill", "term", "limit", "kill", "term"}
		if t.mpi == nil {
			ways = append(ways, "full", "power", "power")
		}
		s.how = ways[r.rng.IntN(len(ways))]
	}
	args := append([]string{"heat", "--quiet", "--checkpoint", "work/ck", "--checkpoint-every", r.between, "--keep", strconv.Itoa(r.keep), "--restart", "auto"}, r.flags...)
	sim := !last && r.rng.IntN(2) == 0
	if sim {
		s.where += " sim"
		args = append(args, "--gpu", "sim")
	} else {
		args = append(args, "--gpu", "off")
	}
	wait := time.Duration(r.rng.Float64() * float64(800*time.Millisecond))
	if t.mpi != nil {
		wait += time.Duration(r.rng.Float64() * float64(1500*time.Millisecond))
	}
	if s.how == "limit" {
		args = append(args, "--time-limit", (2*time.Second + wait).Round(time.Millisecond).String())
	}
	program := []string{t.hybrid}
	var env []string
	if t.mpi == nil {
		args = append(args, "--ranks", strconv.Itoa(s.ranks))
	} else {
		// Open MPI's ranks leave their shared memory behind where they are killed: here it goes with the run.
		program, env = t.mpi.Launch(s.ranks, t.hybrid), append(slices.Clip(t.mpi.Env), "OMPI_MCA_btl_vader_backing_directory="+r.dir)
	}
	if s.how == "full" || s.how == "power" {
		self, err := os.Executable()
		if err != nil {
			return s, err
		}
		program = []string{self}
		env = append(env, fmt.Sprintf("%s=%s %d %d", playing, s.how, 1+r.rng.IntN(200), r.rng.Uint32()))
	}
	var printed bytes.Buffer
	cmd := exec.Command(program[0], append(program[1:], args...)...)
	cmd.Dir, cmd.Env = r.dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &printed, &printed
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return s, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err := r.end(s.how, wait, cmd.Process.Pid, ended)
	s.printed = strings.Join(cmd.Args, " ") + "\n" + printed.String()
	if _, was := err.(*exec.ExitError); err != nil && !was {
		return s, err
	}
	status := cmd.ProcessState.ExitCode()
	// MPICH's mpiexec returns 0 for ranks that signals have ended, now and then.
	_, there := os.Stat(filepath.Join(r.dir, "work", "end.npy"))
	s.complete = status == 0 && there == nil
	if left := r.processes(); len(left) > 0 {
		return s, fmt.Errorf("processes are left: %v", left)
	}
	if s.how == "power" {
		if err := r.powerIsBack(); err != nil {
			return s, err
		}
	}
	switch {
	case s.how == "end" && !s.complete:
		return s, fmt.Errorf("exit status %d, and no end, of a session that nobody ended", status)
	case strings.Contains(s.printed, "panic") || strings.Contains(s.printed, "goroutine ") || strings.Contains(s.printed, "a bug in hybrid"):
		return s, fmt.Errorf("a fault of the program")
	}
	return s, nil
}
