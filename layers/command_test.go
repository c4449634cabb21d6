//go:build layers

package layers

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come. It is for what hangs: nothing
// takes a tenth of it on a machine that has nothing else to do.
const patience = 30 * time.Minute

// await waits until ready, and says what for if it never is.
func await(t testing.TB, what string, ready func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ready(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}

// A command is one run of a program to its end.
type command struct {
	dir  string   // working directory; "" is the repository's root
	env  []string // added to this process's environment
	args []string // program and arguments
}

// A result is what a command left.
type result struct {
	line           string // the command as one would type it
	stdout, stderr string
	code           int // exit status; 128+n when ended by signal n
	late           bool
}

// root returns the repository's root.
func root(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// A running is a command under way, in a process group of its own.
type running struct {
	cmd            *exec.Cmd
	line           string
	stdout, stderr lockedBuffer
	done           chan struct{}
}

// start starts c. It is killed when the test ends, if it still runs.
func start(t testing.TB, c command) *running {
	t.Helper()
	r := &running{cmd: exec.Command(c.args[0], c.args[1:]...), done: make(chan struct{})}
	r.line = strings.Join(append(append([]string{}, c.env...), c.args...), " ")
	r.cmd.Dir = c.dir
	if c.dir == "" {
		r.cmd.Dir = root(t)
	}
	r.cmd.Env = append(os.Environ(), c.env...)
	r.cmd.Stdout, r.cmd.Stderr = &r.stdout, &r.stderr
	r.cmd.SysProcAttr = processGroup()
	// A process that outlives the command may hold its pipes open.
	r.cmd.WaitDelay = 10 * time.Second
	started := make(chan error)
	go func() {
		// The kernel takes the end of the thread that starts a process for
		// the end of its parent: keep it until the process has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := r.cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		_ = r.cmd.Wait()
		spend(t.Name(), r.cmd.ProcessState.UserTime()+r.cmd.ProcessState.SystemTime())
		close(r.done)
	}()
	if err := <-started; err != nil {
		t.Fatalf("%s: %v", r.line, err)
	}
	t.Cleanup(r.kill)
	return r
}

// kill ends the command: politely first, since a launcher has processes
// elsewhere to end, then its process group by force.
func (r *running) kill() {
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-r.done:
	case <-time.After(5 * time.Second):
	}
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	<-r.done
}

// ended tells whether the command has ended.
func (r *running) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// wait waits for the end.
func (r *running) wait() result {
	late := false
	select {
	case <-r.done:
	case <-time.After(patience):
		late = true
		r.kill()
	}
	res := result{line: r.line, stdout: r.stdout.String(), stderr: r.stderr.String(), late: late, code: -1}
	if s, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		res.code = 128 + int(s.Signal())
	} else {
		res.code = r.cmd.ProcessState.ExitCode()
	}
	return res
}

// run runs c to its end.
func run(t testing.TB, c command) result {
	t.Helper()
	return start(t, c).wait()
}

// must runs c and fails the test unless it succeeds.
func must(t testing.TB, c command) result {
	t.Helper()
	res := run(t, c)
	if res.late || res.code != 0 {
		failed(t.Name(), res)
		t.Fatalf("want exit status 0\n%s", res)
	}
	return res
}

// String shows the command, how it ended and what it wrote.
func (r result) String() string {
	var b strings.Builder
	b.WriteString("$ " + r.line + "\n")
	if r.late {
		b.WriteString("still running when its time was up, killed\n")
	}
	b.WriteString("exit status " + strconv.Itoa(r.code) + "\n")
	for _, s := range []struct{ name, text string }{{"stdout", r.stdout}, {"stderr", r.stderr}} {
		if s.text != "" {
			b.WriteString("--- " + s.name + "\n" + tail(s.text, 8000) + "\n")
		}
	}
	return b.String()
}

// tail returns the last n bytes of s.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return "...\n" + s[len(s)-n:]
}

// indent sets another run's output off from this one's.
func indent(s string) string {
	return "    | " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    | ")
}

// A lockedBuffer may be read while the command still writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// lookPath returns the first of names that is on the PATH.
func lookPath(names ...string) (string, error) {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", errors.New("no " + strings.Join(names, " or ") + " on the PATH")
}
