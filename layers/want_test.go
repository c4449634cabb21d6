//go:build layers

package layers

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"

	"hybrid/bench/problem"
)

// smallHeat is a heat run whose rows divide badly, written to out.
func smallHeat(out string) []string {
	return []string{"heat", "--nx", "53", "--ny", "41", "--steps", "100", "--quiet", "--json", "--out", out}
}

// endlessHeat is a heat run that ends only when it is told to. Once it is in
// the middle of its steps, with all ranks, there is a picture in frames.
func endlessHeat(frames string) []string {
	return []string{"heat", "--nx", "400", "--ny", "400", "--steps", "2000000000", "--quiet",
		"--frames", frames, "--every", "1000000000"}
}

// wantRun checks the JSON that a run wrote: one object, with that transport
// and that many ranks.
func wantRun(t *testing.T, res result, transport string, ranks int) {
	t.Helper()
	var got struct {
		Transport string
		Ranks     int
	}
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, res)
	}
	if got.Transport != transport || got.Ranks != ranks {
		t.Errorf("%d ranks of transport %q, want %d of %q\n%s", got.Ranks, got.Transport, ranks, transport, res)
	}
}

// wantSameBytes checks that the run res wrote to got what want holds.
func wantSameBytes(t *testing.T, got, want string, res result) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Fatalf("%v\n%s", err, res)
	}
	b, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s (%d bytes) differs from %s (%d bytes)\n%s", got, len(a), want, len(b), res)
	}
}

// wantVisible checks that the ranks, in their order, computed on the CPU and
// report to have been given these GPUs.
func wantVisible(t *testing.T, res result, gpus ...string) {
	t.Helper()
	var got struct {
		Devices []struct {
			Kind    string
			Visible string `json:"visible_devices"`
		}
	}
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, res)
	}
	if len(got.Devices) != len(gpus) {
		t.Fatalf("%d devices, want %d\n%s", len(got.Devices), len(gpus), res)
	}
	for r, d := range got.Devices {
		if d.Kind != "cpu" || d.Visible != gpus[r] {
			t.Errorf("rank %d computes on %q and was given GPU %q, want cpu and %q\n%s", r, d.Kind, d.Visible, gpus[r], res)
		}
	}
}

// wantDevices checks that the ranks, in their order, computed on GPUs of these names,
// and that nobody was told of one GPU for several ranks.
func wantDevices(t *testing.T, res result, names ...string) {
	t.Helper()
	var got struct {
		Devices []struct{ Kind, Name, UUID string }
	}
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, res)
	}
	uuids := map[string]bool{}
	for r, d := range got.Devices {
		uuids[d.UUID] = true
		if r >= len(names) || d.Kind != "cuda" || d.Name != names[r] {
			t.Errorf("rank %d computes on %s %q, want %q\n%s", r, d.Kind, d.Name, names, res)
		}
	}
	if len(uuids) != len(names) || strings.Contains(res.stderr, "share one GPU") {
		t.Errorf("%d devices, want %d\n%s", len(uuids), len(names), res)
	}
}

// wantReference checks the interior's mean that a run reported.
func wantReference(t *testing.T, res result) {
	t.Helper()
	var got struct {
		Result struct {
			MeanInterior float64 `json:"mean_interior"`
		}
	}
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, res)
	}
	if math.Abs(got.Result.MeanInterior-problem.Reference) > 5e-7 {
		t.Errorf("mean of the interior %.9f, want %.6f\n%s", got.Result.MeanInterior, problem.Reference, res)
	}
}

// wantRefusal checks that a program which cannot be one of the launcher's
// tasks said so once, in a line that names says, and stopped.
func wantRefusal(t *testing.T, res result, says string) {
	t.Helper()
	if res.late || res.code == 0 {
		t.Errorf("want a refusal\n%s", res)
	}
	if n := linesWith(res.stderr, says); n != 1 {
		t.Errorf("%d lines say %q, want 1\n%s", n, says, res)
	}
	if res.stdout != "" {
		t.Errorf("it wrote to standard output\n%s", res)
	}
}

// wantJobEnds sends sig to a process of the job and checks that the job ends
// as failed and leaves nobody behind.
func wantJobEnds(t *testing.T, r *running, program string, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
	res := r.wait()
	if res.late || res.code == 0 {
		t.Errorf("after %v the job must end with a failure\n%s", sig, res)
	}
	wantNobodyLeft(t, program)
}

// linesWith counts the lines of text that contain part.
func linesWith(text, part string) int {
	n := 0
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}
