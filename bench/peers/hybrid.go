package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hybrid/study/result"
)

// A task is one problem that hybrid and its peers solve.
type task struct {
	kernel, size string  // for people
	work         float64 // units that one run does
	unit         string
	lower        bool // the unit is a time: the table shows seconds of one unit
	peers        []peer

	// command is how a user has hybrid do the task, and read says how many units a second
	// it did, if it is not by its seconds. bench are the arguments of hybrid bench that
	// measure the task; without them the figure is the command's.
	command, bench []string
	read           func(report) (float64, error)
}

// A report is what hybrid's commands write with --json.
type report struct {
	Seconds float64
	wall    float64 // seconds of the whole process, seen from outside
	Result  struct {
		Kernels      []result.Point
		MeanInterior float64 `json:"mean_interior"`
		Norm         float64
		Value        float64
		Iterations   float64
		Fields       map[string]struct{ Mean, Max float64 }
		Rows         json.RawMessage // of patterns; other commands have a number
	}
}

// ask runs hybrid on a setup.
func (m *machine) ask(on setup, args ...string) (report, error) {
	var r report
	line := append([]string{m.hybrid, args[0], "--json", "--quiet", "--threads", fmt.Sprint(on.threads)}, args[1:]...)
	if on.gpu {
		line = append(line, "--gpu", "on")
	} else {
		line = append(line, "--gpu", "off")
	}
	if on.world.Name != "" {
		line = on.world.Launch(on.ranks, line...)
	} else {
		line = append(line, "--ranks", fmt.Sprint(on.ranks))
	}
	if args[0] == "wordcount" { // its file comes after all flags
		line = append(line, m.text())
	}
	began := time.Now()
	out, err := output(on.world.Env, line...)
	if err != nil {
		return r, err
	}
	r.wall = time.Since(began).Seconds()
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		return r, fmt.Errorf("%s: %w", strings.Join(line, " "), err)
	}
	return r, nil
}

// everything is hybrid on all cores of one process.
func (m *machine) everything() setup { return setup{ranks: 1, threads: m.cores} }

// rate is the units a second that hybrid does of a task.
func (m *machine) rate(t task, on setup) (float64, error) {
	if t.bench == nil {
		return m.commandRate(t, on)
	}
	args := append([]string{"bench", "--no-probes", "--no-scaling", "--time", fmt.Sprint(m.time), "--repeat", "3"}, t.bench...)
	r, err := m.ask(on, args...)
	if err != nil {
		return 0, err
	}
	for _, p := range r.Result.Kernels {
		if (p.Device != "") == on.gpu {
			return p.Rate, nil
		}
	}
	return 0, fmt.Errorf("hybrid bench has no result for %s on %v", t.kernel, on)
}

// commandRate is what the task's command says of itself, once, cold.
func (m *machine) commandRate(t task, on setup) (float64, error) {
	r, err := m.ask(on, t.command...)
	if err != nil {
		return 0, err
	}
	if t.read != nil {
		return t.read(r)
	}
	return t.work / r.Seconds, nil
}
