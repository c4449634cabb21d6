package heat

import (
	"testing"

	"hybrid/internal/series"
	"hybrid/solvers/task"
)

func TestFramesHaveNamesOfOneLength(t *testing.T) {
	j := &run[float64]{statement: &statement{Steps: 12345678}, folder: series.New("d", "frame", ".png")}
	if got := j.framePath(90); got != "d/frame_00000090.png" {
		t.Error(got)
	}
	j.Steps = 500
	if got := j.framePath(500); got != "d/frame_000500.png" {
		t.Error(got)
	}
}

func TestPartsOfARunHaveOneVerdict(t *testing.T) {
	part := func(v task.Verdict, points int) *Verification {
		return &Verification{Verdict: v, Points: points}
	}
	right, wrong := part(task.Right("all"), 5), part(task.Wrong("the field is 1 at [2, 3]"), 5)
	if v := together(together(nil, *right), *wrong); v.Verdict != wrong.Verdict {
		t.Errorf("%+v", v)
	}
	// What follows a wrong part does not mend it.
	if v := together(wrong, *right); v.Verdict != wrong.Verdict {
		t.Errorf("%+v", v)
	}
	if v := together(part(task.Right("all"), 2), *part(task.Right("all"), 3)); v.Answer != task.Yes || v.Points != 5 {
		t.Errorf("%+v", v)
	}
}

func TestSummarySaysHowTheRunComparesWithTheMemory(t *testing.T) {
	var m heatMetrics
	r := &task.Report{Seconds: 2}
	words := func(b task.Bandwidth) heatLimits { return heatWords(task.Processors, b) }
	m.rate(r, 1e8, 8, 4e8, 1e8)
	if m.LUPS != 5e7 || m.EffectiveGBs != 0.8 || *m.BandwidthFraction != 2 || *m.BandwidthGBs != 0.4 ||
		*m.PeakLUPS != 1e8 || *m.PeakFraction != 0.5 {
		t.Errorf("%+v", m)
	}
	want := "800 MB/s at one pass over the field a step, 2 of the 0.4 GB/s measured\n(more than 1: several steps were done while the data was in cache)"
	if got := m.against(r, words(task.Bandwidth{Rate: 4e8})); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := task.Line("memory", "%s", "1\n2"), "memory    1\n          2\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	*m.BandwidthFraction = 0.5
	if got, want := m.against(r, words(task.Bandwidth{Rate: 4e8, Remembered: true})), "800 MB/s at one pass over the field a step, 0.5 of the 0.4 GB/s measured earlier"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	m.BandwidthFraction = nil
	if got, want := m.against(r, words(task.Bandwidth{Rate: 4e8})), "800 MB/s at one pass over the field a step, in too short a run to compare with the 0.4 GB/s measured"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	m.BandwidthGBs = nil
	if got, want := m.against(r, words(task.Bandwidth{})), "800 MB/s at one pass over the field a step\n(memory itself is measured in runs of 4 s and more, and remembered until the next boot)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := m.against(&task.Report{Seconds: 2, On: task.Devices}, heatWords(task.Devices, task.Bandwidth{})); got != "800 MB/s at one pass over the field a step" {
		t.Errorf("%q", got)
	}
	// A run that took no time has no rate.
	var none heatMetrics
	none.rate(&task.Report{}, 0, 8, 0, 1)
	if none.LUPS != 0 || none.BandwidthFraction != nil {
		t.Errorf("%+v", none)
	}
}

func TestDivisionOfRowsInWords(t *testing.T) {
	times := 2.345
	for _, c := range []struct {
		m    heatMetrics
		want string
	}{
		{heatMetrics{Rows: []int{98}}, ""},
		{heatMetrics{Rows: []int{33, 33, 32}, EvenRows: &times}, ""},
		{heatMetrics{Rows: []int{0, 98}, EvenRows: &times}, "0 + 98 on the ranks, by their measured speed\neven rows would take 2.35 times as long"},
		{heatMetrics{Rows: []int{60, 38}, Moves: 1, MovingSeconds: 0.0312}, "60 + 38 on the ranks, by their measured speed; divided anew once, in 0.031 s"},
		{heatMetrics{Rows: []int{5, 5, 5, 9, 5, 5, 5, 5, 1}, Moves: 3, MovingSeconds: 2}, "from 1 on rank 8 to 9 on rank 3, by their measured speed; divided anew 3 times, in 2 s"},
	} {
		if got := c.m.division(); got != c.want {
			t.Errorf("%v: %q, want %q", c.m.Rows, got, c.want)
		}
	}
}
