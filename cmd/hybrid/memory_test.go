//go:build linux && !race

package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hybrid/mpi/memcheck"
)

const mib = 1 << 20

// child runs hybrid in a process of its own that may take so much memory, and returns
// its status, what it said on standard error and the most memory that it had.
func child(t *testing.T, limit int, args string) (status int, stderr string, peak int) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], strings.Fields(args)...)
	cmd.Dir = dir
	file := filepath.Join(dir, "peak")
	cmd.Env = append(os.Environ(), "HYBRID_TEST_AS_MAIN=1", "HYBRID_TEST_PEAK="+file, "HYBRID_GPU=off",
		"GOMAXPROCS=2", "GOGC=100", "GODEBUG=", fmt.Sprintf("GOMEMLIMIT=%dB", limit))
	var text strings.Builder
	cmd.Stderr = &text
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("hybrid %s ended with %v\n%s", args, cmd.ProcessState, text.String())
	}
	peak, err = strconv.Atoi(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), text.String(), peak
}

var refusal = regexp.MustCompile(`^hybrid: [a-z]+: [^\n]* needs? ([0-9.]+) MiB on node [^\n]+, where GOMEMLIMIT leaves ([0-9.]+) (|Ki|Mi)B free: take [^\n]*\n$`)

// TestMemoryThatIsCounted: what a run is admitted for is what it has at its peak, or a
// little more. The limit is what the garbage collector keeps to as well, so that garbage
// does not count.
func TestMemoryThatIsCounted(t *testing.T) {
	for _, args := range []string{
		"pi --samples 1e6",
		"pi --samples 1e6 --ranks 200",
		"integrate --n 1e6 --threads 100",
		"integrate --func sqrt(x) --rule adaptive --tolerance 1e-12 --verify",
		"walk --walks 1000",
		"walk --walks 2 --steps 1G --bins 200000 --threads 16 --out w.csv --out w.npy",
		"mandelbrot --width 5000 --height 4000 --max-iter 20",
		"mandelbrot --width 5000 --height 4000 --max-iter 20 --out m.png --out m.npy --imbalance i.png",
		"mandelbrot --width 4000 --height 3000 --max-iter 20 --ranks 3 --schedule cyclic --dtype f32 --verify --out m.png",
		"matmul --n 1600",
		"matmul --n 1600 --verify --out c.npy",
		"matmul --n 2000 --dtype f32 --ranks 4 --verify",
		"matmul --m 20 --n 3000 --k 3000 --ranks 2",
		"sort --n 5e6",
		"sort --n 5e6 --verify --out s.npy --ranks 3",
		"sort --n 9e6 --dtype i32 --distribution zipf --threads 4",
		"heat --nx 2500 --ny 2500 --steps 3",
		"heat --nx 2500 --ny 2500 --steps 3 --verify --out h.png",
		"heat --nx 2500 --ny 2500 --steps 40 --verify --ranks 3 --out h.npy",
		"heat --nx 5000 --ny 2000 --steps 40 --dtype f32 --ranks 3 --balance off --out h.pvti --boundary periodic",
		"heat --nx 2500 --ny 2500 --steps 4 --frames f --every 1 --verify",
		"solve grayscott --set grid.size=[1150,1150] --steps 1",
		"solve grayscott --set grid.size=[700,700] --steps 1 --verify --ranks 3",
		"patterns --ranks 4 --sizes 8M --patterns alltoall --iterations 2",
		"patterns --ranks 4 --sizes 8,2M --iterations 2",
	} {
		t.Run(strings.ReplaceAll(args, " ", "_"), func(t *testing.T) {
			args += " --quiet"
			if !strings.Contains(args, "--threads") {
				args += " --threads 2"
			}
			refused := func(limit int) (need, had int, ok bool) {
				status, stderr, _ := child(t, limit, args)
				m := refusal.FindStringSubmatch(stderr)
				if m == nil && status == 0 {
					return 0, 0, false
				}
				if m == nil || status != 1 {
					t.Fatalf("status %d, want a line that refuses\n%s", status, stderr)
				}
				n, _ := strconv.ParseFloat(m[1], 64)
				free, _ := strconv.ParseFloat(m[2], 64)
				free *= map[string]float64{"": 1, "Ki": 1 << 10, "Mi": mib}[m[3]]
				return int(n * mib), limit - int(free), true
			}
			need, had, ok := refused(70 * mib)
			if !ok {
				need, had, _ = refused(30 * mib)
			}
			// What it has when it is admitted is not the same in each run: ranks wait for
			// each other in other places.
			limit := need + had + 2*mib
			if m := regexp.MustCompile(`--ranks ([0-9]+)`).FindStringSubmatch(args); m != nil {
				ranks, _ := strconv.Atoi(m[1])
				limit += ranks * memcheck.Rank / 4
			}
			// Garbage is collected late on a busy machine: what a run needs is the least that
			// it has had.
			peak := math.MaxInt
			for try := 0; try < 3 && peak > limit; try++ {
				status, stderr, had := child(t, limit, args)
				if status != 0 || stderr != "" {
					t.Fatalf("status %d although %d MiB would do\n%s", status, limit/mib, stderr)
				}
				peak = min(peak, had)
			}
			t.Logf("admitted for %d MiB beside %d, had %d", need/mib, had/mib, peak/mib)
			if peak > limit {
				t.Errorf("counted %d MiB beside %d that it had, and took %d", need/mib, had/mib, peak/mib)
			}
			if most := peak*3/2 + 40*mib; need+had > most {
				t.Errorf("counted %d MiB beside %d that it had, of which it took %d: more than half too much", need/mib, had/mib, peak/mib)
			}
		})
	}
}

// TestMemoryThatIsShort: at any size near a limit a run ends well within it, report,
// probes and all, or is refused in one line with status 1 that says what would do, and
// that does.
func TestMemoryThatIsShort(t *testing.T) {
	const limit = 130 * mib
	fits := regexp.MustCompile(`\((.*?)( keys| pixels)? would fit\)`)
	for _, c := range []struct {
		args  string // with a size
		sizes []int
		again func(fits string) string // options of the size that is said to fit
	}{
		{"mandelbrot --width %d --height 3000 --max-iter 20 --out m.png", []int{4000, 7000, 9000}, func(fits string) string {
			w, h, _ := strings.Cut(fits, " x ")
			return "--width " + w + " --height " + h
		}},
		{"matmul --n %d", []int{1300, 1900, 2300}, func(fits string) string {
			return strings.NewReplacer("m=", "--m ", "n=", "--n ", "k=", "--k ").Replace(fits)
		}},
		{"heat --nx %d --ny 3000 --steps 4 --out h.png", []int{1500, 3000, 4200}, func(fits string) string {
			x, y, _ := strings.Cut(fits, " x ")
			return "--nx " + x + " --ny " + y
		}},
		{"sort --n %d", []int{2e6, 5e6, 7e6}, func(fits string) string { return "--n " + fits }},
	} {
		admitted, refused := 0, 0
		for _, size := range c.sizes {
			args := fmt.Sprintf(c.args, size)
			status, stderr, peak := child(t, limit, args)
			switch {
			case status == 0 && peak <= limit:
				admitted++
				continue
			case status != 1 || !refusal.MatchString(stderr) || !fits.MatchString(stderr):
				t.Errorf("hybrid %s: status %d, %d MiB\n%s", args, status, peak/mib, stderr)
				continue
			}
			refused++
			smaller := args + " " + c.again(fits.FindStringSubmatch(stderr)[1])
			if status, stderr, peak := child(t, limit, smaller); status != 0 || peak > limit {
				t.Errorf("hybrid %s: status %d, %d MiB\n%s", smaller, status, peak/mib, stderr)
			}
		}
		if admitted == 0 || refused == 0 {
			t.Errorf("hybrid %s: %d sizes admitted and %d refused: none is near the limit", c.args, admitted, refused)
		}
	}
}
