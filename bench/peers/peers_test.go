package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPrograms: every program of the folder is run by a task, and every program that a
// task runs is there.
func TestPrograms(t *testing.T) {
	var named, there []string
	for _, file := range []string{"tasks.go", "filetasks.go", "solvetasks.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(\w+\.(?:c|py|sh))"`).FindAllSubmatch(source, -1) {
			named = append(named, string(m[1]))
		}
	}
	entries, err := os.ReadDir("programs")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) == "" { // what Python leaves behind
			continue
		}
		there = append(there, e.Name())
		source, err := os.ReadFile("programs/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		// Its head says what it does.
		if name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())); !strings.Contains(string(source[:100]), name+": ") {
			t.Errorf("%s does not begin with its name", e.Name())
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)
	slices.Sort(there)
	if !slices.Equal(named, there) {
		t.Errorf("tasks run %q, the folder has %q", named, there)
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		config config
		want   [][]int
		says   string
	}{
		{config{}, [][]int{{10, 20}, {30, 40}}, ""},
		{config{quick: true}, [][]int{{1, 2}}, ""},
		{config{quick: true, sizes: map[string]string{"heat": "5x6,7x8"}}, [][]int{{5, 6}, {7, 8}}, ""},
		{config{sizes: map[string]string{"heat": "5"}}, nil, "want 2 numbers, as 10x20"},
		{config{sizes: map[string]string{"heat": "5x0"}}, nil, "want whole numbers from 1"},
		{config{sizes: map[string]string{"heat": "5xy"}}, nil, "want whole numbers from 1"},
	} {
		got, err := c.config.sizesOf("heat", "1x2", "10x20,30x40", 2)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v: error %v, want %q", c.config, err, c.says)
			}
			continue
		}
		if err != nil || !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%+v: %v, %v, want %v", c.config, got, err, c.want)
		}
	}
}

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(float64) error
		got   float64
		ok    bool
	}{
		{"rounded", near(59.281239, 1e-12), 59.281239 * (1 + 5e-13), true},
		{"another answer", near(59.281239, 1e-12), 59.28123, false},
		{"not a number", near(59.281239, 1e-12), math.NaN(), false},
		{"a checksum", near(4023233417, 0), 4023233417, true},
		{"another checksum", near(4023233417, 0), 4023233416, false},
		{"chance", within(math.Pi, 1e-4), math.Pi + 7e-4, true},
		{"more than chance", within(math.Pi, 1e-4), math.Pi - 9e-4, false},
		{"no number at all", within(math.Pi, 1e-4), math.NaN(), false},
	} {
		if err := c.check(c.got); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestExcess(t *testing.T) {
	r := row{task: task{kernel: "heat", size: "60 x 60"}, on: setup{threads: 2}}
	for _, c := range []struct {
		command, bench []float64
		want           string
	}{
		{[]float64{1, 2}, []float64{4, 3}, "heat 60 x 60 on 2 threads: the least of bench is 1.50 times the most of the command"},
		{[]float64{1, 3}, []float64{4, 3}, ""},
		{[]float64{5, 6}, []float64{4, 3}, ""},
	} {
		r.theirs, r.ours = c.command, c.bench
		if got := r.excess(); got != c.want {
			t.Errorf("command %v, bench %v: %q, want %q", c.command, c.bench, got, c.want)
		}
	}
}

// TestBenchBesideTheCommand: every task that bench measures is held beside its command,
// and a figure that no run of the command shows is told.
func TestBenchBesideTheCommand(t *testing.T) {
	for _, c := range []struct {
		rate string // that bench says; the command says 100
		told int
	}{{"200", 1}, {"100", 0}, {"90", 0}} {
		hybrid := filepath.Join(t.TempDir(), "hybrid")
		script := "#!/bin/sh\ncase $1 in bench) echo '{\"result\":{\"kernels\":[{\"rate\":" + c.rate + "}]}}';; *) echo '{\"seconds\":2}';; esac\n"
		if err := os.WriteFile(hybrid, []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
		m := &machine{hybrid: hybrid, cores: 2}
		pi := task{kernel: "pi", size: "200", work: 200, unit: "samples", command: []string{"pi"}, bench: []string{"--kernels", "pi"}}
		if err := m.compare(pi, 2, &table{}); err != nil {
			t.Fatal(err)
		}
		if len(m.above) != c.told {
			t.Errorf("bench says %s, the command 100: told %q", c.rate, m.above)
		}
	}
}
