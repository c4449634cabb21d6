// Command checkpoints measures what checkpoints cost a run of hybrid heat, and how fast they
// come to the disk.
//
//	go run ./bench/checkpoints -dir /scratch
//	go run ./bench/checkpoints -steps 300 -every 4s -rounds 9
//
// In every round the same run goes once without and once with checkpoints, once without
// while dd writes as many bytes as a checkpoint has, as often, past the system's page cache:
// what the disk alone takes. And dd writes by itself, with conv=fsync. A run is a whole command,
// timed from outside: its start, the field's making and the last checkpoint, at its end, are in it.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hybrid/bench/internal/table"
)

type options struct {
	side, steps, rounds int
	every               time.Duration
	dir, more           string
}

func main() {
	var o options
	flag.IntVar(&o.side, "side", 11586, "points of a side; 11586 are 1 GiB")
	flag.IntVar(&o.steps, "steps", 1200, "steps of a run")
	flag.DurationVar(&o.every, "every", 10*time.Second, "time between checkpoints")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each runs")
	flag.StringVar(&o.dir, "dir", os.TempDir(), "folder on the disk to measure")
	flag.StringVar(&o.more, "flags", "", "more for hybrid heat, as \"--ranks 2\"")
	flag.Parse()
	if err := measure(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench/checkpoints:", err)
		os.Exit(1)
	}
}

// A kept is what hybrid's JSON says of checkpoints.
type kept struct {
	Checkpoints struct {
		Written int
		Seconds float64 // that the run stood still
		GBs     float64
	}
}

func measure(o options) error {
	dir, err := os.MkdirTemp(o.dir, "checkpoints")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	hybrid := filepath.Join(dir, "hybrid")
	if out, err := exec.Command("go", "build", "-o", hybrid, "hybrid/cmd/hybrid").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	size := strconv.Itoa(o.side)
	heat := append([]string{hybrid, "heat", "--nx", size, "--ny", size, "--steps", strconv.Itoa(o.steps), "--gpu", "off", "--json"}, strings.Fields(o.more)...)
	keeping := append(heat[:len(heat):len(heat)], "--checkpoint", filepath.Join(dir, "ck"), "--checkpoint-every", o.every.String(), "--force")
	written := filepath.Join(dir, "dd")
	dd := func(how string) []string {
		return []string{"dd", "if=/dev/zero", "of=" + written, "bs=4M", "count=" + strconv.Itoa(o.side*o.side>>19), how}
	}
	var more, floors, rates []float64
	for i := range o.rounds {
		without, _, err := run(heat)
		if err != nil {
			return err
		}
		with, out, err := run(keeping)
		if err != nil {
			return err
		}
		var k kept
		if err := json.Unmarshal(out, &k); err != nil {
			return fmt.Errorf("the JSON of %s: %w", strings.Join(keeping, " "), err)
		}
		beside, err := runBeside(heat, dd("oflag=direct"), o.every)
		if err != nil {
			return err
		}
		took, _, err := run(dd("conv=fsync"))
		if err != nil {
			return err
		}
		c := k.Checkpoints
		rate := float64(o.side*o.side>>19<<22) / took / 1e9
		more, floors, rates = append(more, 100*(with/without-1)), append(floors, 100*(beside/without-1)), append(rates, c.GBs/rate)
		fmt.Printf("round %d: %.2f s without, %.2f s with %d checkpoints (%+.1f %%), of which it stood still %.2f s; %.2f s beside dd (%+.1f %%); at %.2f GB/s to the disk, dd %.2f\n",
			i+1, without, with, c.Written, more[i], c.Seconds, beside, floors[i], c.GBs, rate)
		for _, path := range []string{written, filepath.Join(dir, "ck")} {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	fmt.Printf("medians on %s: %+.1f %% longer, beside dd %+.1f %%; written at %.2f of dd's rate\n", table.CPU(), table.Median(more), table.Median(floors), table.Median(rates))
	return nil
}

// runBeside runs a command while another one runs again and again, begun at times that far
// apart, and a last time behind the end, which is waited for.
func runBeside(args, beside []string, every time.Duration) (seconds float64, err error) {
	began := time.Now()
	ended, done := make(chan struct{}), make(chan error)
	go func() {
		for {
			over := false
			select {
			case <-time.After(every):
			case <-ended:
				over = true
			}
			if _, _, err := run(beside); over || err != nil {
				done <- err
				return
			}
		}
	}()
	_, _, err = run(args)
	close(ended)
	err = errors.Join(err, <-done)
	return time.Since(began).Seconds(), err
}

// run runs a command and returns the seconds that it took, and what it printed.
func run(args []string) (seconds float64, out []byte, err error) {
	began := time.Now()
	c := exec.Command(args[0], args[1:]...)
	c.Stderr = new(strings.Builder)
	if out, err = c.Output(); err != nil {
		err = fmt.Errorf("%s: %w\n%v", strings.Join(args, " "), err, c.Stderr)
	}
	return time.Since(began).Seconds(), out, err
}
