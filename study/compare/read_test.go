package compare

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hybrid/study/result"
)

func TestReadWhatWasWritten(t *testing.T) {
	r := study(func(int) []float64 { return []float64{1, 2, 3} })
	data, err := json.MarshalIndent(map[string]any{"command": "bench", "version": "1", "result": r}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.json")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, r) {
		t.Errorf("read %+v, wrote %+v", got, r)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, content, say string }{
		{"empty", " \n", "it is empty"},
		{"text", "goos: linux\n", "line 1 is not JSON"},
		{"cut", "{\n\"command\": \"bench\",\n\"result\": {", "line 3 is not JSON: unexpected end"},
		{"two", "{\"command\":\"bench\",\"result\":{}}\n{}", "line 2 is not JSON"},
		{"list", "[1, 2]", "it is JSON, but not of hybrid bench: it is an array"},
		{"other", `{"command": "heat", "result": {"mean": 1}}`, `it is the output of hybrid "heat", not of hybrid bench`},
		{"nothing", `{"a": 1}`, "it has no command with a result"},
		{"bare", `{"kernels": []}`, "it has no command with a result"},
		{"null", `{"command": "bench", "result": null}`, "without kernels"},
		{"hollow", `{"command": "bench", "result": {"machine": {}}}`, "without kernels"},
		{"type", `{"command": "bench", "result": {"kernels": [{"seconds": "fast"}]}}`, "kernels.seconds is a string"},
		{"zero", `{"command": "bench", "result": {"kernels": [{"kernel": "pi", "seconds": {"values": [1, 0]}}]}}`, "the time of pi  , 0 ranks x 0 threads is 0 s, which must be positive"},
		{"none", `{"command": "bench", "result": {"kernels": [{"kernel": "pi"}]}}`, "is 0 s"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), path) || !strings.HasSuffix(err.Error(), remedy) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.say)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "missing")} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), path) || !strings.HasSuffix(err.Error(), remedy) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// study has each kind of number; values gives the values of its i-th.
func study(values func(i int) []float64) *result.Result {
	i := -1
	next := func() result.Sample { i++; return result.NewSample(values(i)) }
	point := func(ranks int) result.Point {
		return result.Point{Kernel: "heat", DType: "f64", Size: flags("--nx 100"), Ranks: ranks, Threads: 1, Unit: "updates", Seconds: next()}
	}
	return &result.Result{
		Machine: result.Machine{CPU: "a processor", Cores: 2, Hosts: []string{"here"}},
		Kernels: []result.Point{point(2)},
		Scaling: []result.Series{{Kernel: "heat", Law: result.Strong, Over: "ranks", Points: []result.ScalingPoint{
			{Workers: 1, Point: point(1)}, {Workers: 2, Point: point(2)},
		}}},
		Probes: []result.Probe{
			{Name: result.Triad, On: "all cores", Ranks: 1, Threads: 2, Unit: "B/s", Sample: next()},
			{Name: result.Latency, On: "same node", Library: "Open MPI", Ranks: 2, Threads: 1, Bytes: 8, Unit: "s", Sample: next()},
		},
	}
}
