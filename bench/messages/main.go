// Command messages holds the messages of package mpi against the same loops in C, two
// ranks of each MPI of this machine: MPI_Send and MPI_Recv to and fro, and MPI_Sendrecv on
// both sides.
//
//	scripts/withmpi lazy go run -tags mpi,lazympi ./bench/messages
//	scripts/withmpi lazy go run -tags mpi,lazympi ./bench/messages -rounds 9 -launch "--bind-to none"
//	scripts/withmpi lazy go run -tags mpi,lazympi ./bench/messages -mpi openmpi -loops exchange -bytes 8
//
// In every round each of three programs runs once, in turn: C as it starts MPI by itself, C
// with MPI_THREAD_FUNNELED, which a Go program needs, and package mpi. The table has the medians of the
// rounds, each the median of a run on the rank that took longer.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hybrid/bench/internal/table"
	"hybrid/internal/mpilib"
	"hybrid/internal/units"
	"hybrid/mpi"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each program runs")
	sizes := flag.String("bytes", "8,65536,1048576,67108864", "sizes of messages")
	loops := flag.String("loops", "pingpong,exchange", "what is timed")
	only := flag.String("mpi", "", "names of MPIs, such as openmpi, with commas between; empty: all of this machine")
	launch := flag.String("launch", "", "more for mpirun, as \"--bind-to none\"")
	flag.Parse()
	var err error
	if flag.NArg() == 2 { // a rank
		err = mpi.Run(0, func(c *mpi.Comm) error { return timeHybrid(c, flag.Arg(0), flag.Arg(1)) })
	} else {
		err = compare(*rounds, strings.Split(*loops, ","), strings.Split(*sizes, ","), *only, strings.Fields(*launch))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/messages:", err)
		os.Exit(1)
	}
}

// timeHybrid is the loop of messages.c.
func timeHybrid(c *mpi.Comm, loop, size string) error {
	bytes, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	out, in := make([]float64, bytes/8), make([]float64, bytes/8)
	for i := range out {
		out[i], in[i] = float64(c.Rank()+1), 0
	}
	times := make([]float64, rounds(bytes))
	other, base := 1-c.Rank(), time.Now() // from which on one clock is read, as MPI_Wtime does
	for k := -len(times) / 8; k < len(times); k++ {
		if err := c.Barrier(); err != nil {
			return err
		}
		start := time.Since(base)
		switch {
		case loop == "exchange":
			_, err = mpi.Sendrecv(c, out, other, 0, in, other, 0)
		case c.Rank() == 0:
			if err = mpi.Send(c, out, other, 0); err == nil {
				_, err = mpi.Recv(c, in, other, 0)
			}
		default:
			if _, err = mpi.Recv(c, in, other, 0); err == nil {
				err = mpi.Send(c, out, other, 0)
			}
		}
		if err != nil {
			return err
		}
		if k >= 0 {
			times[k] = (time.Since(base) - start).Seconds()
		}
	}
	slowest := make([]float64, len(times))
	if err := mpi.Reduce(c, times, slowest, mpi.Max, 0); err != nil || c.Rank() != 0 {
		return err
	}
	fmt.Printf("%.9f\n", table.Median(slowest))
	return nil
}

func rounds(bytes int) int { return min(5000, max(12, 400<<20/max(bytes, 1))) }

func compare(rounds int, loops, sizes []string, only string, launch []string) error {
	if rounds < 1 {
		return fmt.Errorf("-rounds %d: want 1 or more", rounds)
	}
	dir, err := os.MkdirTemp("", "messages")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, w := range mpilib.All() {
		if only != "" && !slices.Contains(strings.Split(only, ","), w.Name) {
			continue
		}
		c := filepath.Join(dir, w.Name)
		if out, err := exec.Command(w.MPICC, "-O3", "-o", c, "bench/peers/programs/messages.c").CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", w.MPICC, err, out)
		}
		fmt.Printf("\n%s, mpirun -n 2 %s, %d rounds\n\n| loop | bytes | C | C, FUNNELED | ratio | hybrid | ratio to C | to FUNNELED |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
			w.About, strings.Join(launch, " "), rounds)
		for _, loop := range loops {
			for _, size := range sizes {
				bytes, err := strconv.Atoi(size)
				if err != nil || bytes < 8 {
					return fmt.Errorf("-bytes %s: want numbers from 8 on, with commas between", size)
				}
				programs := [][]string{{c, loop, size}, {c, loop, size, "funneled"}, {self, loop, size}}
				times := make([][]float64, len(programs))
				for range rounds {
					for i, p := range programs {
						v, err := one(w, launch, p)
						if err != nil {
							return err
						}
						times[i] = append(times[i], v)
					}
				}
				row(loop, bytes, times)
			}
		}
	}
	return nil
}

// one is the median of a run, in seconds.
func one(w mpilib.Library, launch, program []string) (float64, error) {
	line := slices.Concat([]string{w.MPIRun, "-n", "2"}, launch, program)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), w.Env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		seconds, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
		var v float64
		if v, err = strconv.ParseFloat(seconds, 64); err == nil {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%s: %w\n%s%s", strings.Join(line, " "), err, out, stderr.String())
}

func row(loop string, bytes int, times [][]float64) {
	var m []float64
	for _, t := range times {
		m = append(m, table.Median(t))
	}
	s := func(v float64) string { return units.Of(v, "s") }
	fmt.Printf("| %s | %d | %s | %s | %.2f | %s | %.2f | %.2f |\n", loop, bytes,
		s(m[0]), s(m[1]), m[1]/m[0], s(m[2]), m[2]/m[0], m[2]/m[1])
}
