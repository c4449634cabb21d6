package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"hybrid/internal/cli"
)

// TestVisibleDevices sets which GPUs the process may see, as Slurm does, and
// reads what the commands report of it.
func TestVisibleDevices(t *testing.T) {
	t.Setenv("CUDA_VISIBLE_DEVICES", "") // to be put back, where the last case unsets it
	for _, c := range []struct {
		name  string
		value *string
		table string
	}{
		{"some", new("1, 3"), "1,3"},
		{"none", new(""), "none"},
		{"all", nil, "all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.value == nil {
				os.Unsetenv("CUDA_VISIBLE_DEVICES")
			} else {
				os.Setenv("CUDA_VISIBLE_DEVICES", *c.value)
			}
			if text := printed(t, "info"); !regexp.MustCompile(` ` + c.table + ` +local `).MatchString(text) {
				t.Errorf("info printed no %q before the transport\n%s", c.table, text)
			}
			for _, args := range [][]string{
				{"info", "--ranks", "2", "--json"},
				{"heat", "--ranks", "2", "--nx", "5", "--ny", "5", "--steps", "1", "--json", "--quiet"},
			} {
				var got struct {
					Devices []struct {
						Visible *string `json:"visible_devices"`
					}
				}
				if err := json.Unmarshal([]byte(printed(t, args...)), &got); err != nil {
					t.Fatal(err)
				}
				if len(got.Devices) != 2 {
					t.Fatalf("%v: %d devices, want 2", args, len(got.Devices))
				}
				for r, d := range got.Devices {
					if (d.Visible == nil) != (c.value == nil) || c.value != nil && *d.Visible != *c.value {
						t.Errorf("%v: rank %d reports another setting than it was given: %v", args, r, d.Visible)
					}
				}
			}
		})
	}
}

// printed runs hybrid, which must succeed, and returns what it printed.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	p := &cli.Program{Problems: problems(), Env: func(string) string { return "" }, Stdout: &out, Stderr: &err, Exit: func(int) { panic("exit in a test") }}
	if status := p.Run(args); status != 0 {
		t.Fatalf("hybrid %v: exit status %d\n%s", args, status, err.String())
	}
	return out.String()
}

// TestCrowdedCores has info say when threads are more than the cores they may run on,
// and only then.
func TestCrowdedCores(t *testing.T) {
	for threads, want := range map[string]bool{"1": false, "4096": true} {
		_, _, stderr := call(t, nil, "info", "--threads", threads)
		if got := regexp.MustCompile(`rank 0 on .* has 4096 threads, which take turns on core`).MatchString(stderr); got != want {
			t.Errorf("%s threads: told %v, want %v\n%s", threads, got, want, stderr)
		}
	}
}
