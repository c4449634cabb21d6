//go:build layers

package layers

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/mpilib"
)

// mixed is the command that runs args on a rank of w for each of the programs, which
// are words such as "env HYBRID_ISA=go build/hybrid".
func mixed(w mpilib.Library, programs []string, args ...string) command {
	c := command{env: w.Env, args: []string{w.MPIRun}}
	for i, p := range programs {
		if i > 0 {
			c.args = append(c.args, ":")
		}
		c.args = append(append(append(c.args, "-n", "1"), strings.Fields(p)...), args...)
	}
	return c
}

// A division is how a run of heat divided its rows.
type division struct {
	Metrics struct {
		Rows      []int
		Moves     int
		RowsMoved int `json:"rows_moved"`
	}
}

func readDivision(t *testing.T, res result) (d division) {
	t.Helper()
	if err := json.Unmarshal([]byte(res.stdout), &d); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, res)
	}
	return d
}

// testMixed solves heat on ranks that differ: rows are divided by speed, and every byte
// is that of one rank.
func testMixed(t *testing.T, w mpilib.Library, hybrid string) {
	dir := t.TempDir()
	const (
		even   = -1 // rows stay even
		unsaid = -2 // it depends on the load: an instruction set is no thousand times slower
	)
	for _, c := range []struct {
		name, flags string
		ranks       []string // environment
		few         int      // the rank that has fewer rows than even ones, being a thousand times slower; or
	}{
		{"an instruction set", "--nx 403 --ny 301 --steps 150 --gpu off", []string{"HYBRID_ISA=go", "HYBRID_ISA=auto", "HYBRID_ISA=auto"}, unsaid},
		{"a device", "--nx 101 --ny 200 --steps 60 --boundary periodic", []string{"HYBRID_GPU=off", "HYBRID_GPU=sim"}, 1},
		{"a device in between", "--nx 120 --ny 90 --steps 45 --dtype f32 --boundary neumann", []string{"HYBRID_GPU=off", "HYBRID_GPU=sim", "HYBRID_GPU=off"}, 1},
		{"no rows by speed", "--nx 101 --ny 200 --steps 30 --balance off", []string{"HYBRID_GPU=off", "HYBRID_GPU=sim"}, even},
	} {
		t.Run(c.name, func(t *testing.T) {
			flags := append([]string{"heat", "--quiet", "--json", "--threads", "1"}, strings.Fields(c.flags)...)
			want, got := filepath.Join(dir, "want.npy"), filepath.Join(dir, "got.npy")
			must(t, command{args: append(append([]string{hybrid}, flags...), "--gpu", "off", "--out", want)})
			var programs []string
			for _, env := range c.ranks {
				programs = append(programs, "env "+env+" "+hybrid)
			}
			res := must(t, mixed(w, programs, append(flags, "--out", got)...))
			wantRun(t, res, w.Name, len(c.ranks))
			wantSameBytes(t, got, want, res)
			d := readDivision(t, res)
			rows, all := d.Metrics.Rows, 0
			for _, n := range rows {
				all += n
			}
			switch {
			case c.few == even && (rows[0] != rows[1] || d.Metrics.Moves != 0):
				t.Errorf("rows %v, %d moves, want even rows that stay\n%s", rows, d.Metrics.Moves, res)
			case c.few >= 0 && rows[c.few]*len(c.ranks) >= all:
				t.Errorf("rows %v: rank %d has no fewer than the others\n%s", rows, c.few, res)
			}
		})
	}
	t.Run("a rank that is stopped now and then", func(t *testing.T) { testSlowed(t, w, hybrid) })
}

// testSlowed stops one of two equal ranks for three quarters of the time, in runs of
// more and more steps: in one that is long enough rows move to the other rank. No byte
// changes.
func testSlowed(t *testing.T, w mpilib.Library, hybrid string) {
	dir := t.TempDir()
	program := ownCopy(t, hybrid)
	processes(t, program) // skips the test where it cannot tell
	want, got := filepath.Join(dir, "want.npy"), filepath.Join(dir, "got.npy")
	for steps, moved := 2500, false; !moved; steps *= 2 {
		flags := []string{"heat", "--quiet", "--json", "--gpu", "off", "--threads", "1", "--nx", "1001", "--ny", "1003", "--steps", fmt.Sprint(steps)}
		r := start(t, launch(w, 2, append(append([]string{program}, flags...), "--out", got)...))
		go stopOneNowAndThen(t, r, program)
		res := r.wait()
		if res.late || res.code != 0 {
			t.Fatalf("want exit status 0\n%s", res)
		}
		d := readDivision(t, res)
		if (d.Metrics.Moves > 0) != (d.Metrics.RowsMoved > 0) {
			t.Errorf("%d moves of %d rows\n%s", d.Metrics.Moves, d.Metrics.RowsMoved, res)
		}
		if moved = d.Metrics.Moves > 0; moved {
			must(t, command{args: append(append([]string{hybrid}, flags...), "--out", want)})
			wantSameBytes(t, got, want, res)
		}
	}
}

// stopOneNowAndThen stops one of the program's two ranks, always the same, for three
// quarters of the time until the run ends.
func stopOneNowAndThen(t *testing.T, r *running, program string) {
	var ranks []int
	for {
		if len(ranks) < 2 {
			ranks, _ = processes(t, program)
		} else {
			_ = syscall.Kill(ranks[0], syscall.SIGSTOP)
			time.Sleep(30 * time.Millisecond)
			_ = syscall.Kill(ranks[0], syscall.SIGCONT)
		}
		select {
		case <-r.done:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}
