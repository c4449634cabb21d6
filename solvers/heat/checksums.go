package heat

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"

	"hybrid/internal/atomicfile"
	"hybrid/internal/inputfile"
	"hybrid/internal/plain"
	"hybrid/solvers/task"
)

// A record is the checksums of fields by their steps, on rank 0.
type record struct {
	steps []int
	times []float64
	sums  []uint64
}

var recordHead = []string{"step", "time", "checksum"}

// readRecord reads the checksums in a file.
func readRecord(path string) (*record, error) {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := csv.NewReader(f)
	lines.FieldsPerRecord = len(recordHead)
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], recordHead) {
		return nil, fmt.Errorf("%s: its first line is not %q, as --checksums writes it", path, "step,time,checksum")
	}
	r := &record{}
	for i, row := range rows[1:] {
		step, err1 := strconv.Atoi(row[0])
		time, err2 := strconv.ParseFloat(row[1], 64)
		sum, err3 := strconv.ParseUint(row[2], 16, 64)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("%s: line %d is no step, time and checksum: %w", path, i+2, err)
		}
		if n := len(r.steps); n > 0 && step <= r.steps[n-1] {
			return nil, fmt.Errorf("%s: line %d has step %d after step %d: want the steps in their order", path, i+2, step, r.steps[n-1])
		}
		r.add(step, time, sum)
	}
	return r, nil
}

func (r *record) add(step int, time float64, sum uint64) {
	r.steps, r.times, r.sums = append(r.steps, step), append(r.times, time), append(r.sums, sum)
}

// write writes the file anew.
func (r *record) write(path string) error {
	return atomicfile.Write(path, atomicfile.NewToken(), func(w io.Writer) error {
		lines := csv.NewWriter(w)
		lines.Write(recordHead)
		for i, step := range r.steps {
			lines.Write([]string{strconv.Itoa(step), strconv.FormatFloat(r.times[i], 'g', -1, 64), fmt.Sprintf("%016x", r.sums[i])})
		}
		lines.Flush()
		return lines.Error()
	})
}

// split leaves the lines up to a step in the record, and returns those behind it.
func (r *record) split(step int) record {
	n, _ := slices.BinarySearch(r.steps, step+1)
	behind := record{slices.Clone(r.steps[n:]), slices.Clone(r.times[n:]), slices.Clone(r.sums[n:])}
	r.steps, r.times, r.sums = r.steps[:n], r.times[:n], r.sums[:n]
	return behind
}

// A checking is what a run does to find silent corruption: see Solver.Check.
type checking struct {
	record record
	expect []expected
	done   int    // checks
	equal  int    // of them with a checksum that was expected
	last   uint64 // the checksum that was found last
}

// An expected record is one of another run, or of this one before it went on from an
// earlier step.
type expected struct {
	record
	from string // the file
}

// beginChecks reads what is to be compared with. It is collective.
func (t *run[T]) beginChecks() error {
	var err error
	if t.job.Comm.Rank() == 0 {
		err = t.readRecords()
	}
	return t.job.Comm.Agree(err)
}

func (t *run[T]) readRecords() error {
	c := &t.checks
	*c = checking{}
	if t.Expect != "" {
		r, err := readRecord(t.Expect)
		if err != nil {
			return task.BadInput(t.job.Name("expect"), err)
		}
		c.expect = append(c.expect, expected{*r, t.Expect})
	}
	if t.Checksums == "" || t.job.Resume == nil {
		return nil
	}
	r, err := readRecord(t.Checksums)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.job.Warn("%s: %s is not there: it will have the steps after step %d only", t.job.Name("checksums"), plain.Text(t.Checksums), t.firstStep())
		return nil
	case err != nil:
		return task.BadInput(t.job.Name("checksums"), err)
	}
	behind := r.split(t.firstStep())
	c.record, c.expect = *r, append(c.expect, expected{behind, t.Checksums})
	return nil
}

// check looks at every value of the field, and compares its checksum with those that are
// expected. It is collective.
func (t *run[T]) check() error {
	sum, err := t.solver.Check()
	if err != nil {
		return err
	}
	if t.job.Comm.Rank() == 0 {
		err = t.compare(sum)
	}
	return t.job.Comm.Agree(err)
}

func (t *run[T]) compare(sum uint64) error {
	c, step := &t.checks, t.solver.Step
	c.done++
	c.last = sum
	if n := len(c.record.steps); n == 0 || c.record.steps[n-1] < step {
		c.record.add(step, t.solver.Time(), sum)
	}
	for _, e := range c.expect {
		i, found := slices.BinarySearch(e.steps, step)
		if !found {
			continue
		}
		if e.sums[i] != sum {
			return &task.StatusError{Status: task.Unverified, Err: fmt.Errorf("after step %d the checksum of the field is %016x, but %s has %016x: "+
				"one of the two runs was wrong since the checksum before, or they are runs of two problems", step, sum, e.from, e.sums[i])}
		}
		// Of runs that begin at different steps the last bits differ.
		if now := t.solver.Time(); math.Abs(now-e.times[i]) > 1e-9*math.Abs(now) {
			return &task.StatusError{Status: task.Unverified, Err: fmt.Errorf("after step %d the time is %g, but %s has %g: they are runs of two problems", step, now, e.from, e.times[i])}
		}
		c.equal++
	}
	return nil
}

// writeChecksums writes the file of --checksums as far as the run is. It is collective.
func (t *run[T]) writeChecksums() error {
	if t.Checksums == "" {
		return nil
	}
	var err error
	if t.job.Comm.Rank() == 0 {
		err = t.checks.record.write(t.Checksums)
	}
	return t.job.Comm.Agree(err)
}
