//go:build layers

package layers

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"testing"

	"hybrid/internal/mpilib"
	found "hybrid/study/result"
)

// testProbes takes the probes of two ranks of MPI, those of the machine in the second MPI's
// turn alone, and looks for those that only they have: messages between processes, through package mpi and by the library
// alone, and the all-reduce of both. The loops of the library are checked first.
func testProbes(t *testing.T, w mpilib.Library, turn int) {
	loops := filepath.Join(t.TempDir(), "cloop.test")
	must(t, command{args: tagged("test", "-c", "-o", loops, "./study/cloop")})
	n := 2 + turn // of which two exchange messages
	if res := must(t, launch(w, n, loops)); linesWith(res.stdout, fmt.Sprintf("%d ranks of %s", n, w.Name)) != 1 {
		t.Errorf("want the loops in C on %d ranks of %s\n%s", n, w.Name, res)
	}
	worker := filepath.Join(t.TempDir(), "worker")
	must(t, command{args: tagged("build", "-o", worker, "./bench/probes/worker")})
	wanted := map[string]int{
		"latency, same node": 10, "bandwidth, same node": 10, "overhead, same node": 10, "allreduce, same node": 8,
		"library latency, same node": 10, "library bandwidth, same node": 10, "library overhead, same node": 10, "library allreduce, same node": 8,
	}
	kinds := "messages,all-reduce"
	if turn == 1 {
		kinds = "arithmetic,memory,caches," + kinds + ",devices"
		maps.Copy(wanted, map[string]int{"fma, one core": 2, "copy, one core": 1, "scale, one core": 1, "add, one core": 1, "triad, one core": 1})
	}
	res := must(t, launch(w, 2, worker, kinds, "0.05", "1", "65536"))
	var probes []found.Probe
	if err := json.Unmarshal([]byte(res.stdout), &probes); err != nil {
		t.Fatalf("%v\n%s", err, res)
	}
	sizes := map[string]int{} // how many of each
	for _, p := range probes {
		sizes[p.Name+", "+p.On]++
		if len(p.Values) < 6 || !(p.Low > 0) || p.Low > p.Median || p.Median > p.High {
			t.Errorf("%+v: want 6 values or more, above 0", p)
		}
	}
	for name, want := range wanted {
		if sizes[name] != want {
			t.Errorf("%d of %q, want %d", sizes[name], name, want)
		}
	}
}
