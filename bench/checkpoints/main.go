// Command checkpoints measures what checkpoints cost a run of hybrid heat, and how fast they
// come to the disk.
//
//	go run ./bench/checkpoints -dir /scratch
//	go run ./bench/checkpoints -side 5793 -every 4s -rounds 9
//
// In every round a run goes without checkpoints, another one with them, one without again, and
// then dd writes as many bytes as a checkpoint has, with conv=fsync. What a step takes is, without
// checkpoints, the seconds of both solutions over their steps, for a machine's speed wanders from
// run to run by more than checkpoints cost; with them, the time from the beginning of one
// checkpoint to that of a later one over the steps in between, which has all in it: the copies,
// for which the run stands still, and that steps are slower while the disk is at work. The first
// checkpoint is apart, because the system has to find the memory for its copy, and so is the end,
// at which a run has nothing else to do than to write its last one.
//
// With -log FILE the rounds are added to those of the file, so that they can be measured one at a
// time, when a machine is quiet.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"hybrid/bench/internal/table"
	"hybrid/mpi/checkpoint"
)

type options struct {
	side, steps, rounds, most int
	every                     time.Duration
	dir, more, log, hybrid    string
}

func main() {
	var o options
	flag.IntVar(&o.side, "side", 11586, "points of a side; 11586 are 1 GiB")
	flag.IntVar(&o.steps, "steps", 640, "steps of a run without checkpoints")
	flag.DurationVar(&o.every, "every", 10*time.Second, "time between checkpoints")
	flag.IntVar(&o.most, "checkpoints", 3, "checkpoints of a run, without the one at its end; at least 3")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each runs")
	flag.StringVar(&o.dir, "dir", os.TempDir(), "folder on the disk to measure")
	flag.StringVar(&o.log, "log", "", "file of the rounds so far, to which these are added")
	flag.StringVar(&o.hybrid, "hybrid", "", "program to measure; by default it is built")
	flag.StringVar(&o.more, "flags", "", "more for hybrid heat, as \"--ranks 2\"")
	flag.Parse()
	if err := measure(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench/checkpoints:", err)
		os.Exit(1)
	}
}

// A round is what one round has measured, times in seconds.
type round struct {
	Without float64 // a step without checkpoints
	With    float64 // one between the second checkpoint and the last but one
	First   float64 // that the first one has cost more than another
	Still   float64 // that the run stood still, for all of them
	End     float64 // from the last step to the end of the run
	Rate    float64 // bytes a second to the disk
	DD      float64 // those of dd
}

func measure(o options) error {
	if o.most < 3 {
		return errors.New("-checkpoints must be at least 3: two of them and the time between")
	}
	dir, err := os.MkdirTemp(o.dir, "checkpoints")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	hybrid := o.hybrid
	if hybrid == "" {
		hybrid = filepath.Join(dir, "hybrid")
		if out, err := exec.Command("go", "build", "-o", hybrid, "hybrid/cmd/hybrid").CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	rounds, err := read(o.log)
	if err != nil {
		return err
	}
	for range o.rounds {
		r, err := o.round(hybrid, dir)
		if err != nil {
			return err
		}
		rounds = append(rounds, r)
		if err := write(o.log, rounds); err != nil {
			return err
		}
	}
	fmt.Printf("%d x %d float64 on %s, a checkpoint every %v\n\n", o.side, o.side, table.CPU(), o.every)
	return print(os.Stdout, rounds)
}

// print writes the rounds and their medians.
func print(to io.Writer, rounds []round) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "round\tstep without\twith\tmore\tfirst\tstood still\tend\tto the disk\tdd conv=fsync\tof dd\t")
	columns := make([][]float64, 9)
	line := func(name string, v []float64) {
		fmt.Fprintf(w, "%s\t%.3f ms\t%.3f ms\t%+.1f %%\t%+.2f s\t%.2f s\t%.2f s\t%.2f GB/s\t%.2f GB/s\t%.2f\t\n",
			name, 1e3*v[0], 1e3*v[1], 100*v[2], v[3], v[4], v[5], v[6]/1e9, v[7]/1e9, v[8])
	}
	for i, r := range rounds {
		v := []float64{r.Without, r.With, r.With/r.Without - 1, r.First, r.Still, r.End, r.Rate, r.DD, r.Rate / r.DD}
		line(strconv.Itoa(i+1), v)
		for k := range v {
			columns[k] = append(columns[k], v[k])
		}
	}
	medians := make([]float64, len(columns))
	for k, c := range columns {
		medians[k] = table.Median(c)
	}
	line("median", medians)
	return w.Flush()
}

// A report is what of hybrid's JSON is used here.
type report struct {
	Seconds     float64 // of the solution, without what it stood still
	Checkpoints struct {
		Seconds float64 // that the run stood still
		GBs     float64
	}
}

func (o options) round(hybrid, dir string) (r round, err error) {
	heat := func(steps int, more ...string) (rep report, err error) {
		size := strconv.Itoa(o.side)
		args := append([]string{"heat", "--nx", size, "--ny", size, "--steps", strconv.Itoa(steps), "--gpu", "off", "--json"}, strings.Fields(o.more)...)
		out, err := run(hybrid, append(args, more...)...)
		if err == nil {
			err = json.Unmarshal(out, &rep)
		}
		return rep, err
	}
	before, err := heat(o.steps)
	if err != nil {
		return r, err
	}
	step := before.Seconds / float64(o.steps)
	kept := filepath.Join(dir, "kept")
	defer os.RemoveAll(kept)
	// A run is as long as the checkpoints and a half more, if steps cost a tenth more with them.
	steps := int((float64(o.most) + 0.5) * o.every.Seconds() / (1.1 * step))
	with, err := heat(steps, "--checkpoint", kept, "--checkpoint-every", o.every.String(), "--keep", "1000")
	if err != nil {
		return r, err
	}
	ended := time.Now()
	begun, err := checkpoints(kept)
	if err != nil {
		return r, err
	}
	n := len(begun)
	if n < 4 {
		return r, fmt.Errorf("a run of %d steps has %d checkpoints and one at its end, too few: more -checkpoints make it longer", steps, n-1)
	}
	took := func(i, k int) float64 { return begun[k].at.Sub(begun[i].at).Seconds() }
	r.With = took(1, n-2) / float64(begun[n-2].done-begun[1].done)
	r.First = took(0, 1) - float64(begun[1].done-begun[0].done)*r.With
	r.End = ended.Sub(begun[n-1].at).Seconds()
	r.Still, r.Rate = with.Checkpoints.Seconds, with.Checkpoints.GBs*1e9
	if err := os.RemoveAll(kept); err != nil {
		return r, err
	}
	after, err := heat(o.steps)
	if err != nil {
		return r, err
	}
	r.Without = (before.Seconds + after.Seconds) / float64(2*o.steps)
	written := filepath.Join(dir, "dd")
	defer os.Remove(written)
	blocks := o.side * o.side >> 19
	began := time.Now()
	if _, err := run("dd", "if=/dev/zero", "of="+written, "bs=4M", "count="+strconv.Itoa(blocks), "conv=fsync"); err != nil {
		return r, err
	}
	r.DD = float64(blocks<<22) / time.Since(began).Seconds()
	return r, nil
}

// A begun checkpoint is when it was begun, and how many steps were done.
type begun struct {
	done int
	at   time.Time
}

// checkpoints are those of a folder, in their order.
func checkpoints(dir string) (all []begun, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "checkpoint_*"))
	for _, path := range paths {
		m, err := checkpoint.Read(path)
		if err != nil {
			return nil, err
		}
		at, err := time.Parse(time.RFC3339, m.Written)
		if err != nil {
			return nil, err
		}
		all = append(all, begun{m.Done, at})
	}
	return all, err
}

// read reads the rounds of a file; none of "" and of a file that is not there.
func read(path string) (all []round, err error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	return all, err
}

func write(path string, all []round) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o666)
}

// run runs a command and returns what it printed.
func run(name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Stderr = new(strings.Builder)
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%v", name, strings.Join(args, " "), err, c.Stderr)
	}
	return out, err
}
