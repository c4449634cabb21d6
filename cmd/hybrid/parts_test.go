package main

import (
	"strings"
	"testing"

	"hybrid/internal/heatmap"
	"hybrid/mpi"
	"hybrid/solvers/heat"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"nx", "", 2}, {"", "nx", 2}, {"step", "steps", 1}, {"kitten", "sitting", 3}, {"heat", "heat", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance of %q and %q is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		numbers []int
		want    string
	}{{nil, ""}, {[]int{3}, "3"}, {[]int{0, 1, 2, 3}, "0-3"}, {[]int{0, 2, 3, 8, 9, 10}, "0,2-3,8-10"}} {
		if got := ranges(c.numbers); got != c.want {
			t.Errorf("ranges of %v: %q, want %q", c.numbers, got, c.want)
		}
	}
}

func TestSI(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{{0, "0"}, {1, "1"}, {12.345, "12.3"}, {999.4, "999"}, {999.6, "1 k"}, {1e6, "1 M"}, {2.345e9, "2.35 G"}, {1e18, "1000 P"}} {
		if got := si(c.x); got != c.want {
			t.Errorf("si(%v) = %q, want %q", c.x, got, c.want)
		}
	}
	if a, b := inBytes(12), inBytes(3.5e9); a != "12 B" || b != "3.5 GB" {
		t.Errorf("bytes %q and %q", a, b)
	}
}

func TestInk(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      map[string]string
		want     heatmap.Ink
	}{
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, heatmap.TrueColour},
		{true, map[string]string{"TERM": "xterm-256color"}, heatmap.Colours256},
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, heatmap.Letters},
		{true, map[string]string{"TERM": "dumb", "COLORTERM": "truecolor"}, heatmap.Letters},
		{true, nil, heatmap.Letters},
		{false, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, heatmap.Letters},
	} {
		if got := inkFor(c.terminal, func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("terminal %v with %v: ink %v, want %v", c.terminal, c.env, got, c.want)
		}
	}
}

func TestDescribeBuild(t *testing.T) {
	for _, c := range []struct{ tags, flags, want string }{
		{"", "", "no tags: local ranks only, no MPI"},
		{"mpi", "-O2 -g -L/usr/lib/x86_64-linux-gnu/openmpi/lib -lmpi", "tags mpi: for Open MPI"},
		{"mpi,x", "-O2 -g -lmpich", "tags mpi,x: for MPICH"},
		{"mpi", "-lmpi", "tags mpi"},
	} {
		if got := describeBuild(c.tags, c.flags); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.tags, c.flags, got, c.want)
		}
	}
}

func TestFramesHaveNamesOfOneLength(t *testing.T) {
	j := &heatJob[float64]{heatConfig: &heatConfig{Frames: "d", Steps: 12345678}}
	if got := j.framePath(90); got != "d/frame_00000090.png" {
		t.Error(got)
	}
	j.Steps = 500
	if got := j.framePath(500); got != "d/frame_000500.png" {
		t.Error(got)
	}
}

func TestAFailedVerificationHasItsOwnStatus(t *testing.T) {
	wrong := heat.Verification{Detail: "the field is 1 at [2, 3]"}
	err := verified(together(together(nil, heat.Verification{OK: true, Points: 5}), wrong))
	if err == nil || statusOf(err) != unverified || err.Error() != "verification failed: the field is 1 at [2, 3]" {
		t.Errorf("%v, status %d", err, statusOf(err))
	}
	// What follows a wrong part does not mend it.
	if v := together(&wrong, heat.Verification{OK: true, Points: 5}); v.OK {
		t.Errorf("%+v", v)
	}
	if err := verified(together(&heat.Verification{OK: true, Points: 2}, heat.Verification{OK: true, Points: 3})); err != nil {
		t.Error(err)
	}
	if err := verified(nil); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	no := false
	(&heatReport{Verified: &no, detail: wrong.Detail}).summary(&b)
	if !strings.Contains(b.String(), "verified  FAILED: the field is 1 at [2, 3]\n") {
		t.Error(b.String())
	}
}

func TestSummarySaysHowTheRunComparesWithTheMemory(t *testing.T) {
	r := &heatReport{Seconds: 2, Params: heatParams{Steps: 100}}
	r.rate(heat.Problem{NX: 1002, NY: 1002}, 8, 4e8, 1e8)
	if r.Metrics.LUPS != 5e7 || r.Metrics.EffectiveGBs != 0.8 || *r.Metrics.BandwidthFraction != 2 || *r.Metrics.BandwidthGBs != 0.4 ||
		r.Metrics.PeakLUPS != 1e8 || r.Metrics.PeakFraction != 0.5 {
		t.Errorf("%+v", r.Metrics)
	}
	want := "800 MB/s at one pass over the field a step, 2 of the 0.4 GB/s measured\n          (more than 1: several steps were done while the data was in cache)"
	if got := r.against(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Metrics.BandwidthFraction = nil
	if got := r.against(); got != "800 MB/s at one pass over the field a step" {
		t.Errorf("%q", got)
	}
	// A run that took no time has no rate.
	none := &heatReport{}
	none.rate(heat.Problem{NX: 5, NY: 5}, 8, 0, 1)
	if none.Metrics.LUPS != 0 || none.Metrics.BandwidthFraction != nil {
		t.Errorf("%+v", none.Metrics)
	}
}

func TestRanksWithOtherSettingsStopAll(t *testing.T) {
	seen := make([]error, 3)
	err := mpi.Run(3, func(c *mpi.Comm) error {
		cfg := &heatConfig{NX: 10, computeConfig: computeConfig{Threads: c.Rank()}}
		if err := sameOnAll(c, cfg.shared()); err != nil {
			t.Errorf("rank %d: %v, but threads may differ", c.Rank(), err)
		}
		cfg.NX += c.Rank() / 2
		seen[c.Rank()] = sameOnAll(c, cfg.shared())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for rank, err := range seen {
		if err == nil || statusOf(err) != badUsage || !strings.Contains(err.Error(), "was given other flags or HYBRID_ variables than rank 0") {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}
