// Command sort runs hybrid's sort beside numpy's np.sort and Go's slices.Sort, in
// turn on the same machine and the same keys, for every distribution and key type:
//
//	go run ./bench/sort
//	go run ./bench/sort -n 100000000 -distributions uniform
//	go run ./bench/sort -dtype i32 -python /usr/bin/python3
//
// Each round sorts every distribution with numpy (bench/peers/programs/sort_numpy.py,
// one thread: it has no other way), with slices.Sort, and with hybrid in one thread, in
// as many as there are cores, and in as many ranks of one thread; so that all meet the
// same mood of the machine. Keys are in memory before and after, and every sort works in
// memory that was used before. The table shows medians over the rounds; a ratio is the
// median of the rounds' ratios. All results must be the same bytes.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"hybrid/bench/internal/array"
	"hybrid/bench/internal/table"
	"hybrid/internal/rowio"
	"hybrid/mpi"
	"hybrid/npy"
	"hybrid/solvers/sorting"
)

// A config is what the flags say.
type config struct {
	n, rounds, cores int
	distributions    []string
	python           string
	dir              string // for the file of keys
}

const script = "bench/peers/programs/sort_numpy.py"

func main() {
	n := flag.Int("n", 10_000_000, "keys")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	cores := flag.Int("threads", runtime.NumCPU(), "threads, and ranks, to compare at")
	names := flag.String("distributions", strings.Join(sorting.Distributions, ","), "what to sort")
	dtype := flag.String("dtype", "f64", "i32, i64, u64, f32 or f64")
	python := flag.String("python", "build/venv/bin/python", "Python with numpy")
	flag.Parse()
	err := fmt.Errorf("-dtype %q: want i32, i64, u64, f32 or f64", *dtype)
	c := config{n: *n, rounds: *rounds, cores: *cores, distributions: strings.Split(*names, ","), python: *python}
	switch *dtype {
	case "i32":
		err = run[int32](c)
	case "i64":
		err = run[int64](c)
	case "u64":
		err = run[uint64](c)
	case "f32":
		err = run[float32](c)
	case "f64":
		err = run[float64](c)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/sort:", err)
		os.Exit(1)
	}
}

// What is compared, in the order of the columns.
const (
	numpy = iota
	standard
	oneThread
	threads
	ranks
	programs
)

func run[K sorting.Key](c config) error {
	if _, err := os.Stat(script); err != nil {
		return fmt.Errorf("run it from the repository's root: go run ./bench/sort")
	}
	dir, err := os.MkdirTemp("", "hybrid-sort-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c.dir = dir
	if c.n < 1 || c.rounds < 1 || c.cores < 1 {
		return fmt.Errorf("-n %d, -rounds %d, -threads %d: want at least 1", c.n, c.rounds, c.cores)
	}
	fmt.Printf("%s, %d cores; %s; %d keys of dtype %s; %d rounds; M keys/s\n\n", table.CPU(), runtime.NumCPU(), runtime.Version(),
		c.n, npy.DTypeOf[K](), c.rounds)
	fmt.Printf("| distribution | numpy | slices.Sort | hybrid, 1 thread | %d threads | %[1]d ranks | %[1]d threads to numpy: median (least to most) | to slices.Sort |\n", c.cores)
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|")
	for _, name := range c.distributions {
		fill, err := sorting.Values[K](name, 1, c.n)
		if err != nil {
			return err
		}
		var rates [programs][]float64
		if err := compare(c, fill, &rates); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		ratio := func(to int) []float64 {
			r := slices.Clone(rates[threads])
			for i := range r {
				r[i] /= rates[to][i]
			}
			return r
		}
		fmt.Printf("| %s |", name)
		for _, r := range rates {
			fmt.Printf(" %.0f |", table.Median(r)/1e6)
		}
		peer := ratio(numpy)
		fmt.Printf(" %.1f (%.1f to %.1f) | %.1f |\n", table.Median(peer), slices.Min(peer), slices.Max(peer), table.Median(ratio(standard)))
	}
	return nil
}

// compare sorts the same keys with every program, for so many rounds.
func compare[K sorting.Key](c config, fill func(first int, dst []K) error, rates *[programs][]float64) error {
	keys, x := make([]K, c.n), make([]K, c.n)
	if err := fill(0, keys); err != nil {
		return err
	}
	file := filepath.Join(c.dir, "keys.npy")
	if err := array.Write(file, []int{c.n}, func(_ int, dst []K) error { copy(dst, keys); return nil }); err != nil {
		return err
	}
	var want []byte
	for range c.rounds {
		seconds, sum, err := runNumpy(c, file)
		if err != nil {
			return err
		}
		rates[numpy] = append(rates[numpy], float64(c.n)/seconds)

		copy(x, keys)
		began := time.Now()
		slices.Sort(x)
		rates[standard] = append(rates[standard], float64(c.n)/time.Since(began).Seconds())
		want = rowio.Bytes(x)
		if own := crc32.ChecksumIEEE(want); own != sum {
			return fmt.Errorf("numpy's keys have the checksum %x, those of slices.Sort %x", sum, own)
		}
		for _, p := range []struct{ program, ranks, threads int }{{oneThread, 1, 1}, {threads, 1, c.cores}, {ranks, c.cores, 1}} {
			seconds, err := runHybrid(p.ranks, p.threads, keys, want)
			if err != nil {
				return err
			}
			rates[p.program] = append(rates[p.program], float64(c.n)/seconds)
		}
	}
	return nil
}

// runNumpy returns numpy's seconds and the CRC-32 of its sorted keys.
func runNumpy(c config, file string) (seconds float64, sum uint32, err error) {
	cmd := exec.Command(c.python, script, file)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	if _, err := fmt.Sscan(string(out), &seconds, &sum); err != nil {
		return 0, 0, fmt.Errorf("%s: want seconds and a checksum, got %q", strings.Join(cmd.Args, " "), out)
	}
	return seconds, sum, nil
}

// runHybrid returns the seconds of the second sort, that of the slowest rank.
func runHybrid[K sorting.Key](ranks, threads int, keys []K, want []byte) (seconds float64, err error) {
	return seconds, mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := sorting.New[K](c, len(keys), sorting.Options{Threads: threads})
		if err != nil {
			return err
		}
		spent := []float64{0}
		for range 2 {
			if err := s.Fill(func(first int, dst []K) error { copy(dst, keys[first:]); return nil }); err != nil {
				return err
			}
			if err := c.Barrier(); err != nil {
				return err
			}
			began := time.Now()
			if err := s.Sort(context.Background()); err != nil {
				return err
			}
			spent[0] = time.Since(began).Seconds()
		}
		lo, hi := s.Share()
		size := rowio.Size[K]()
		if !bytes.Equal(rowio.Bytes(s.Keys), want[lo*size:hi*size]) {
			err = fmt.Errorf("rank %d of %d has other bytes than slices.Sort", c.Rank(), ranks)
		}
		if err := c.Agree(err); err != nil {
			return err
		}
		err = mpi.Allreduce(c, spent, spent, mpi.Max)
		if c.Rank() == 0 {
			seconds = spent[0]
		}
		return err
	})
}
