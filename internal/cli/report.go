package cli

import (
	"io"
	"slices"
	"strings"

	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// A report is what a run says of itself, as --json prints it.
type report struct {
	Command   string       `json:"command"`
	Version   string       `json:"version"`
	Transport string       `json:"transport"`
	Library   string       `json:"library,omitempty"`      // of MPI, by which the ranks talk
	File      string       `json:"library_file,omitempty"` // that it was loaded from
	Ranks     int          `json:"ranks"`
	Threads   int          `json:"threads"` // of each rank
	Devices   []rankDevice `json:"devices"` // of all ranks; on rank 0
	Params    any          `json:"params"`  // every parameter, resolved
	Seconds   float64      `json:"seconds"` // of the work, on the slowest rank
	Result    any          `json:"result"`
	Metrics   any          `json:"metrics"`
	Verified  *bool        `json:"verified"` // null: not asked for, or the check cannot tell
	Verdict   *string      `json:"verdict"`  // what was compared, what is wrong or why it cannot be told; null: not asked for

	Checkpoints *keptReport `json:"checkpoints,omitempty"` // none were kept where it is left out

	task    *task.Report
	verdict *task.Verdict // nil: not asked for
}

// print measures and prints. It is collective; rank 0 prints.
func (j *job) print(t task.Task, run task.Run) error {
	if !j.reports() {
		return nil
	}
	r, err := j.newReport(run)
	if err != nil {
		return err
	}
	if err := t.Report(j.watch.ctx, r.task); err != nil {
		return err
	}
	if err := j.checkpoints(r); err != nil || j.Comm.Rank() != 0 {
		return err
	}
	r.Params, r.Result, r.Metrics = r.task.Params, r.task.Result, r.task.Metrics
	if !j.config.Quiet {
		r.summary(j.textStream())
	}
	if j.config.JSON {
		return j.console.object(r)
	}
	return nil
}

// newReport is what the report of every command has.
func (j *job) newReport(run task.Run) (*report, error) {
	most := []float64{run.Elapsed.Seconds(), float64(run.Threads), 0}
	if j.firstOfProcess() {
		most[2] = float64(PeakBytes())
	}
	if run.Threads == 0 {
		most[1] = float64(j.Threads)
	}
	if err := mpi.Allreduce(j.Comm, most, most, mpi.Max); err != nil {
		return nil, err
	}
	isa := j.ISA
	if run.ISA != simd.Auto {
		isa = run.ISA
	}
	devices, err := gather.ToRoot(j.Comm, j.using(isa))
	if err != nil {
		return nil, err
	}
	r := &report{Command: j.about.Name, Version: j.program.Version, Transport: j.Comm.Transport(), Ranks: j.Comm.Size(), Devices: devices,
		Seconds: most[0], Threads: int(most[1])}
	if r.Transport != "local" {
		r.Library, r.File = j.Comm.Library(), j.Comm.LibraryFile()
	}
	r.judge(run.Verdict)
	s := j.textStream()
	r.task = &task.Report{
		Ranks: r.Ranks, Threads: r.Threads, Seconds: r.Seconds, PeakBytes: int(most[2]),
		On:     task.HardwareOf(r.each(func(d rankDevice) string { return d.Kind })),
		Params: j.config.options.Object().Set("ranks", r.Ranks).Set("threads", r.Threads).Set("isa", isa.String()),
		Text:   task.Terminal{Writer: s, Raw: s.raw(), Colours: s.terminal, Columns: s.columns, Quiet: j.config.Quiet, Env: j.console.env},
		Data:   j.console.stdout, Written: func(path string) bool { return slices.Contains(j.written, path) },
	}
	return r, nil
}

// judge takes down what a check has found, nil where there was none.
func (r *report) judge(v *task.Verdict) {
	if v == nil {
		return
	}
	r.verdict, r.Verdict = v, &v.Detail
	if v.Answer != task.CannotTell {
		right := v.Answer == task.Yes
		r.Verified = &right
	}
}

// summary prints the report for people.
func (r *report) summary(w io.Writer) {
	write := func(lines ...string) { io.WriteString(w, strings.Join(lines, "")) } // the stream keeps its error
	write(r.task.What...)
	write(task.Line("run", "%.3g s on %s of %s, %s, %s", r.Seconds, units.Count(r.Ranks, "rank"), units.Count(r.Threads, "thread"),
		strings.Join(r.each(rankDevice.computes), " and "), r.where()))
	write(r.task.HowGood...)
	switch v := r.verdict; {
	case v == nil:
		write(task.Line("verified", "no (--verify %s)", r.task.Recheck))
	case v.Answer == task.No:
		write(task.Line("verified", "FAILED: %s", v.Detail))
	default:
		write(task.Line("verified", "%v: %s", v.Answer, v.Detail))
	}
	write(r.task.Files...)
}

// each is what the devices have of something, each once.
func (r *report) each(of func(rankDevice) string) []string {
	var names []string
	for _, d := range r.Devices {
		if name := of(d); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// where says over what, and on how many machines, the ranks ran.
func (r *report) where() string {
	if r.Transport == "local" {
		return "in one process"
	}
	hosts := r.each(func(d rankDevice) string { return d.Host })
	return "over " + r.Transport + " on " + units.Count(len(hosts), "host")
}
