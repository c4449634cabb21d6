package montecarlo

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// TestWrite has walks of so few steps that every end has a bin of its own: then
// the files hold the mean, and the bars of the picture stand around it.
func TestWrite(t *testing.T) {
	p := WalkProblem{Walks: 1000, Steps: 7, Seed: 5}
	dir := t.TempDir()
	var w Walks
	err := mpi.Run(2, func(c *mpi.Comm) error {
		o, err := output.New(c)
		if err != nil {
			return err
		}
		own, err := p.Run(context.Background(), c, Options{})
		if err != nil {
			return err
		}
		if c.Rank() == 0 {
			w = own
		}
		for _, ending := range Formats {
			if err := p.Write(o, filepath.Join(dir, "a"+ending), own.Histogram); err != nil {
				return err
			}
		}
		if err := p.Write(o, filepath.Join(dir, "a.txt"), own.Histogram); err == nil || !strings.Contains(err.Error(), `a.txt" ends in none of .png, .npy, .csv`) {
			t.Errorf("a.txt: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := npy.Open(filepath.Join(dir, "a.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows := make([]int64, r.Rows()*3)
	if err := npy.ReadBlock(r, r.RowRange(0, r.Rows()), rows, npy.Exact); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "a.csv"))
	if lines := strings.Count(string(text), "\n"); err != nil || lines != r.Rows()+1 || !strings.HasPrefix(string(text), "from,to,count\n-7,-5,") {
		t.Errorf("%v, %d lines: %s", err, lines, text)
	}
	sum, walks := int64(0), int64(0)
	for ; len(rows) > 0; rows = rows[3:] {
		sum, walks = sum+rows[0]*rows[2], walks+rows[2]
	}
	if sum != w.Sum || walks != int64(p.Walks) {
		t.Errorf("the sum of %d ends is %d, want %d", walks, sum, w.Sum)
	}
	chart, mean := p.chart(w.Histogram), 0.0
	for i, height := range chart.Heights {
		mean += (chart.First + (float64(i)+0.5)*chart.Width) * height / float64(p.Walks)
	}
	if math.Abs(mean-w.Mean) > 1e-9 {
		t.Errorf("the bars have the mean %g, want %g", mean, w.Mean)
	}
}
