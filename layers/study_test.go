//go:build layers

package layers

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/mpilib"
	found "hybrid/study/result"
)

// testBench makes a small study on ranks of MPI: every kernel is checked and timed,
// by itself and on 1, 2, ... ranks, and the messages are those between processes.
func testBench(t *testing.T, transport string, n int, start func(args ...string) command) {
	dir := t.TempDir()
	page, table := filepath.Join(dir, "bench.html"), filepath.Join(dir, "bench.csv")
	args := "bench --gpu off --threads 1 --time 0.01 --repeat 6 --size heat=70x50x16 --size matmul=48 --size pi=1e5 --size mandelbrot=96x64x50 --size sort=5000 --size walk=500x300 --json --quiet"
	res := must(t, start(append(strings.Fields(args), "--report", page, "--csv", table)...))
	wantRun(t, res, transport, n)
	var got struct{ Result found.Result }
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("%v\n%s", err, res)
	}
	r := got.Result
	if len(r.Kernels) != 6 || len(r.Scaling) != 12 || len(r.Probes) == 0 {
		t.Fatalf("%d kernels, %d series and %d probes; want 6, 12 and some\n%s", len(r.Kernels), len(r.Scaling), len(r.Probes), res)
	}
	for _, k := range r.Kernels {
		if k.Ranks != n || k.Threads != 1 || !(k.Rate > 0) || !(k.Fraction > 0) || k.Check == "" || len(k.Seconds.Values) < 6 {
			t.Errorf("%s by itself: %+v", k.Kernel, k)
		}
	}
	for _, s := range r.Scaling {
		first, last := s.Points[0], s.Points[len(s.Points)-1]
		if s.Over != "ranks" || first.Ranks != 1 || last.Ranks != n || !(last.Speedup.Value > 0) || s.Sentence == "" {
			t.Errorf("%s, %s over %s: %+v", s.Kernel, s.Law, s.Over, s)
		}
	}
	between := false
	for _, p := range r.Probes {
		between = between || p.Name == found.Latency && p.On == "same node" && p.Median > 0
	}
	if !between {
		t.Errorf("no latency between ranks on one node\n%s", res)
	}
	for _, path := range []string{page, table} {
		if matches, _ := filepath.Glob(path); len(matches) != 1 {
			t.Errorf("%s was not written\n%s", path, res)
		}
	}
}

// testBenchEnds ends one of the ranks, some of which sleep while others are measured.
func testBenchEnds(t *testing.T, w mpilib.Library, hybrid string) {
	program := ownCopy(t, hybrid)
	r := start(t, launch(w, 3, program, "bench", "--gpu", "off", "--threads", "1", "--kernels", "pi", "--size", "pi=1e9", "--time", "600", "--no-probes", "--quiet"))
	var ranks []int
	await(t, "all ranks", func() bool {
		if r.ended() {
			t.Fatalf("want a run that goes on\n%s", r.wait())
		}
		ranks, _ = processes(t, program)
		return len(ranks) == 3
	})
	time.Sleep(2 * time.Second) // they are likelier to have begun, but must end before as well
	wantJobEnds(t, r, program, ranks[2], syscall.SIGTERM)
}
