package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hybrid/internal/number"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// A keeping is what a command is told about checkpoints.
type keeping struct {
	dir     string
	every   time.Duration
	units   int // in the place of every
	keep    int
	restart string
	limit   time.Duration
	force   bool

	path    string // of the checkpoint that the run goes on from; "": it begins
	damaged string // what is wrong with a newer one
	broken  string // the newer one that was not finished
	busy    bool   // another run is writing there
}

const checkpoints = "Checkpoints"

// declare states the options.
func (k *keeping) declare(o *option.Set, counts string) {
	o.Group(checkpoints)
	o.Dir(&k.dir, "checkpoint", "keep checkpoints of the run in DIR. Each is whole or not there. TERM, INT and HUP then end the run after a last one, and USR1 makes one more", option.Aside)
	k.every = 10 * time.Minute
	o.Func("checkpoint-every", "time or "+counts+" between them", k.readEvery, k.between, option.Arg("T|N"), option.Default("10m"), option.Aside)
	o.Int(&k.keep, "keep", 2, "how many to keep", option.Range(1, math.MaxInt32), option.Aside)
	more := ""
	if o.Find(counts) != nil {
		more = "; --" + counts + " may be more"
	}
	o.Text(&k.restart, "restart", "", "go on from the newest checkpoint in DIR, or from DIR if it is one, on any ranks, threads and devices, to the bytes of a run that was never stopped. "+
		"The options are those of the run, and checkpoints are kept in DIR"+more+". auto takes the newest whole one of --checkpoint, and begins where there is none",
		option.Arg("DIR|auto"), option.Aside)
	o.Func("time-limit", "save a checkpoint and stop before the run has taken T: 2 s before, and twice what a checkpoint has taken. The exit status is 4", k.readLimit, nil, option.Arg("T"), option.Default("in a Slurm job its time limit"), option.Aside)
	if o.Find("force") == nil {
		o.Toggle(&k.force, "force", "remove the checkpoints of another run that are in DIR, which are refused without", option.Aside)
	}
}

func (k *keeping) readEvery(text string) error {
	if n, err := number.Parse(text); err == nil && n > 0 && n <= math.MaxInt {
		k.units, k.every = int(n), 0
		return nil
	}
	d, err := number.ParseDuration(text)
	k.units, k.every = 0, d
	if err != nil {
		return fmt.Errorf("%w, or a whole number above 0", number.ErrWantDuration)
	}
	return nil
}

// between is the time or the units between checkpoints, as readEvery reads them.
func (k *keeping) between() any {
	if k.units > 0 {
		return fmt.Sprint(k.units)
	}
	return number.FormatDuration(k.every)
}

func (k *keeping) readLimit(text string) (err error) {
	if k.limit, err = number.ParseDuration(text); err != nil {
		return number.ErrWantDuration
	}
	return nil
}

// check refuses what cannot be together.
func (k *keeping) check(r *task.Checker) {
	switch {
	case k.restart == "" && r.Given("restart"):
		r.Fail("%s is empty: want a directory with checkpoints, or auto", r.Name("restart"))
	case k.dir == "" && k.restart == "auto":
		r.Fail("%s is auto, but no --checkpoint DIR says where the checkpoints are", r.Name("restart"))
	case k.dir == "" && k.restart == "":
		for _, name := range []string{"checkpoint-every", "keep", "time-limit"} {
			if r.Given(name) {
				r.Fail("%s is about checkpoints, but no --checkpoint DIR says where to keep them", r.Name(name))
			}
		}
	}
}

// resume finds the checkpoint to go on from, and gives the options that were not given
// what they were in its run.
func (k *keeping) resume(o *option.Set, about task.About) error {
	if about.Counts == "" || k.restart == "" || k.restart == "auto" && k.dir == "" {
		return nil
	}
	name, dir := o.Name("restart"), k.restart
	auto := dir == "auto"
	if auto {
		dir = k.dir
	}
	info, missing := os.Stat(dir)
	if missing == nil && !info.IsDir() {
		if auto {
			name = o.Name("checkpoint")
		}
		return task.Bad("%s is %q: it is a file; want the folder that has the checkpoints", name, dir)
	}
	k.busy = !checkpoint.Settle(dir)
	path, m, err := checkpoint.Newest(dir)
	if !k.busy && (path == "" || filepath.Clean(path) != filepath.Clean(dir)) { // or one was asked for by its name
		k.broken = checkpoint.Unfinished(dir, path)
	}
	for auto && checkpoint.Damaged(err) && path != "" {
		if k.damaged == "" {
			k.damaged = err.Error()
		}
		if path = checkpoint.Older(path); path == "" {
			return nil
		}
		m, err = checkpoint.Read(path)
	}
	switch {
	case auto && errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrNotExist) && errors.Is(missing, fs.ErrNotExist):
		return task.Bad("%s is %q: there is no such directory", name, dir)
	case errors.Is(err, fs.ErrNotExist):
		return task.Bad("%s is %q: there is no whole checkpoint in it", name, dir)
	case err != nil:
		return task.Bad("%s: %w%s", name, err, offer(checkpoint.Older(path), err))
	case m.Command != about.Name:
		return task.Bad("%s: %s is a checkpoint of hybrid %s, not of hybrid %s", name, path, plain.Line(m.Command), about.Name)
	}
	var saved []option.Saved
	if err = json.Unmarshal(m.Params, &saved); err == nil {
		err = o.Restore(saved, func(p *option.Param) bool { return p.Group != o.Groups()[0] || p.Name == about.Counts })
	}
	var other *option.ContradictionError
	switch {
	case errors.As(err, &other):
		return task.Bad("%w: leave it out (%s %s)", err, name, path)
	case err != nil:
		return task.Bad("%s %s: %w", name, path, err)
	}
	if p := o.Find(about.Counts); p != nil && p.LessThan(m.Done) {
		return task.Bad("%s is %v, but %d are done in %s: want more, or leave it out", o.Name(about.Counts), p.Value(), m.Done, path)
	}
	k.path = path
	if k.dir == "" {
		k.dir = dir
		if filepath.Clean(dir) == filepath.Clean(path) {
			k.dir = filepath.Dir(filepath.Clean(path))
		}
	}
	return nil
}

// offer names the newest whole checkpoint before one that cannot be read. One that is not damaged stays, so
// that new ones need a folder of their own.
func offer(older string, err error) string {
	if older == "" {
		return "; there is no older one that is whole"
	}
	more := ""
	if !checkpoint.Damaged(err) {
		more = " --checkpoint DIR, another folder"
	}
	return fmt.Sprintf("; the newest whole one is %s: go on from that by --restart %s%s", older, plain.Word(older), more)
}

// kept are the parameters that a checkpoint has: what is computed, and what is written.
func kept(o *option.Set) func(*option.Param) bool {
	return func(p *option.Param) bool {
		switch p.Name {
		case "json", "quiet", "force", "checkpoint", "restart", "time-limit":
			return false
		case "checkpoint-every", "keep":
			return true
		}
		return !p.Local && (p.Group == o.Groups()[0] || p.Group == "Output")
	}
}

// keep opens the checkpoint that the run goes on from, and the folder for those that it
// makes. It is collective.
func (j *job) keep() error {
	k := &j.config.keeping
	if k.path != "" {
		if err := j.openCheckpoint(k); err != nil {
			return err
		}
	}
	if why := k.passedOver(); why != "" && j.Comm.Rank() == 0 { // as loud as an error: what was done since is done again
		from := "the beginning"
		if j.Resume != nil {
			from = j.Resume.Path
		}
		j.console.say("%s; going on from %s", why, from)
	}
	if k.dir == "" {
		return nil
	}
	var params []byte
	saved, err := j.config.options.Save(kept(j.config.options))
	if err == nil {
		params, err = json.Marshal(saved)
	}
	if err != nil {
		return j.all(task.BadUsage, "%v", err)
	}
	o := checkpoint.Options{Keep: k.keep, Again: k.restart == "auto", Patient: k.restart != "" && !k.busy}
	force := j.config.options.Find("force")
	o.Force = force != nil && force.Value() == true
	have := -1
	if j.Resume != nil {
		o.Run = j.Resume.Run
		if filepath.Dir(filepath.Clean(j.Resume.Path)) == filepath.Clean(k.dir) {
			have = j.Resume.Done
		}
	}
	j.watch.soft.Store(true) // before there is a folder, whose being there says that signals save
	folder, err := checkpoint.Take(j.Comm, k.dir, o)
	if err != nil {
		return task.BadInput(k.whose(j.config.options), err)
	}
	if have >= 0 {
		folder.Last = j.Resume.Path
	}
	j.Keeper = &task.Keeper{
		Folder: folder, Header: checkpoint.Header{Command: j.about.Name, Program: j.program.Version, Unit: j.about.Counts, Params: params},
		Every: k.every, EveryUnits: k.units, Have: have, Deadline: k.deadline(j.program.Env), Asked: j.watch.request, Stopping: func() { j.watch.stopping.Store(true) },
		Tell: func(format string, args ...any) {
			if j.Comm.Rank() == 0 {
				j.console.say(format, args...)
			}
		},
	}
	return nil
}

// whose is the option that names the folder.
func (k *keeping) whose(o *option.Set) string {
	if o.Given("checkpoint") {
		return o.Name("checkpoint")
	}
	return o.Name("restart") + ", whose folder takes the checkpoints where no --checkpoint names another"
}

// passedOver says which newer checkpoints the run does not go on from, and why; "" is none.
func (k *keeping) passedOver() string {
	var all []string
	if k.broken != "" {
		all = append(all, plain.Text(k.broken)+" was not finished")
	}
	if k.damaged != "" {
		all = append(all, k.damaged)
	}
	return strings.Join(all, "; ")
}

// openCheckpoint opens the one to go on from or, if that is damaged and auto was asked
// for, the newest one that is whole.
func (j *job) openCheckpoint(k *keeping) (err error) {
	if j.Resume, err = checkpoint.Open(j.Comm, k.path); err == nil {
		return nil
	}
	older, e := "", error(nil)
	if j.Comm.Rank() == 0 {
		older = checkpoint.Older(k.path)
	}
	if older, e = gather.FromRoot(j.Comm, older); e != nil {
		return e
	}
	text := err.Error()
	var remote *mpi.RemoteError
	if errors.As(err, &remote) {
		text = remote.Msg
	}
	if k.restart != "auto" || older == "" || !checkpoint.Damaged(err) {
		return j.all(task.BadUsage, "%s: %s%s", j.config.name("restart"), text, offer(older, err))
	}
	if k.damaged == "" {
		k.damaged = text
	}
	j.Resume, err = checkpoint.Open(j.Comm, older)
	return err
}

// deadline is when the run has to have ended.
func (k *keeping) deadline(env func(string) string) time.Time {
	if k.limit > 0 {
		return started.Add(k.limit)
	}
	if end, err := strconv.ParseInt(env("SLURM_JOB_END_TIME"), 10, 64); err == nil && end > 0 {
		return time.Unix(end, 0)
	}
	return time.Time{}
}

// started is about when the process was.
var started = time.Now()

// stopped is the error of a run that was stopped: rank 0 says how to go on. Where the time was up and this run
// has saved nothing, it has failed: a script that started it again would do so for ever.
func (j *job) stopped(s *task.StoppedError) error {
	by, status := "its time limit", task.TimeUp
	switch {
	case s.Signal != 0:
		by, status = SignalName(syscall.Signal(s.Signal)), 128+s.Signal
	case j.Keeper.Folder.Count == 0:
		status = task.Failed
	}
	text := fmt.Sprintf("ended by %s with %d of %d %s done", by, s.Done, s.All, s.Unit)
	again := fmt.Sprintf("hybrid %s --restart %s", j.about.Name, plain.Word(j.config.dir))
	switch {
	case s.Checkpoint != "":
		text += ": go on by " + again
	case j.Keeper.Folder.Last != "":
		text += fmt.Sprintf("; no checkpoint of that was written: %v; go on from the one before by %s", s.Why, again)
	default:
		text += fmt.Sprintf("; no checkpoint was written: %v", s.Why)
	}
	return j.all(status, "%s", text)
}

// all is an error that all ranks have, for rank 0 to print.
func (j *job) all(status int, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if j.Comm.Rank() != 0 {
		return &mpi.RemoteError{Rank: 0, Msg: err.Error(), Code: status}
	}
	return &task.StatusError{Err: err, Status: status}
}

// finishCheckpoints waits for the last checkpoint, and gives the folder back. It is
// collective.
func (j *job) finishCheckpoints() error {
	if j.Resume != nil {
		j.Resume.Close()
	}
	if j.Keeper == nil {
		return nil
	}
	return j.Keeper.Folder.Close()
}

// A keptReport is what --json says of checkpoints.
type keptReport struct {
	Folder  string  `json:"folder"`
	Written int     `json:"written"`
	Newest  string  `json:"newest"`  // "" is none
	Seconds float64 `json:"seconds"` // that the slowest rank's work stood still for them
	GBs     float64 `json:"gbs"`     // to the disk, all ranks at once
	From    string  `json:"from"`    // that the run went on from; "": it began
}

// checkpoints fills in what there is to say of them. It is collective.
func (j *job) checkpoints(r *report) error {
	k := j.Keeper
	if k == nil {
		return nil
	}
	sums := []float64{k.Folder.Rate()}
	most := []float64{k.Folder.Waited.Seconds()}
	if err := mpi.Allreduce(j.Comm, sums, sums, mpi.Sum); err != nil {
		return err
	}
	if err := mpi.Allreduce(j.Comm, most, most, mpi.Max); err != nil {
		return err
	}
	v := &keptReport{Folder: j.config.dir, Written: k.Folder.Count, Newest: k.Folder.Last, Seconds: most[0], GBs: sums[0] / 1e9}
	if j.Resume != nil {
		v.From = j.Resume.Path
		r.task.Say("from", "%s, with %d %s done", plain.Text(v.From), j.Resume.Done, j.about.Counts)
	}
	r.Checkpoints = v
	if v.Written > 0 {
		rate := ""
		if sums[0] > 0 { // there are arrays
			rate = ", at " + units.SI(sums[0]) + "B/s to the disk"
		}
		r.task.Wrote("saved", "%s in %s%s; the run stood still for %.2g s", units.Count(v.Written, "checkpoint"), plain.Text(v.Folder), rate, most[0])
	}
	return nil
}
