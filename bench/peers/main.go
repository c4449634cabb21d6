// Command peers runs hybrid beside the programs that people use for the same work, in
// turn on the same machine, and prints one table of the ratios:
//
//	go run ./bench/peers                         all that this machine has (make peers)
//	go run ./bench/peers -quick                  smaller problems, fewer rounds
//	go run ./bench/peers -only heat,matmul -rounds 9 -csv peers.csv
//	go run ./bench/peers -only matmul -size matmul=2048x2048x64
//
// The peers are the short programs in the folder programs: numpy, numba, mpi4py, plain C
// with OpenMP and with MPI, py-pde, and CuPy and PyTorch where there is a GPU. A peer does its work once or oftener after a start that does not count, and writes a
// line: the seconds of one, and an answer. hybrid's time is what hybrid bench measures of
// the same problem on as many threads, or ranks of the same MPI; where bench does not
// have the work, it is what the command reports.
//
// First hybrid solves every problem by its plain command. A peer whose answer is not
// hybrid's, to what rounding and chance explain, ends the comparison. Then in each round
// every peer runs once and hybrid right after it, so that both meet the same mood of the
// machine; the peer's process has ended by then, and with it the threads by which OpenBLAS
// looks out for more work. The ratio is that of hybrid's rate to the peer's: the median over the rounds,
// with the least and the greatest. A row "hybrid, its command" has what one run of the
// command says of itself as the peer of what bench says; where bench is above it by more
// than both spread, a line below the table says so.
//
// What was left out, and what it lacks, is said last. Programs are built below build/peers
// and files of keys and matrices go to a temporary folder. HYBRID_ISA chooses hybrid's
// instruction set.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// A config is what the flags say.
type config struct {
	only   []string
	sizes  map[string]string
	quick  bool
	rounds int
	time   float64 // least seconds of one of hybrid's measurements
	cores  int
	widest bool // of threads only as many as there are cores
	python string
	csv    string
}

func main() {
	c := config{sizes: map[string]string{}}
	only := flag.String("only", strings.Join(kernels(), ","), "what to compare")
	flag.Func("size", "KERNEL=SIZE in place of the usual one, as heat=2000x500, run=2002x500, matmul=4096x4096x4096, sort=100000000, wordcount=64, in MiB, or messages=2000, of 8 bytes; may be given several times", func(text string) error {
		kernel, size, ok := strings.Cut(text, "=")
		if !ok || !slices.Contains(kernels(), kernel) || kernel == "solve" {
			return fmt.Errorf("want KERNEL=SIZE with a kernel of %s", strings.Join(kernels(), ", "))
		}
		c.sizes[kernel] = size
		return nil
	})
	flag.BoolVar(&c.quick, "quick", false, "smaller problems and 2 rounds")
	flag.IntVar(&c.rounds, "rounds", 0, "times that each peer runs (default 3, and 2 with -quick)")
	flag.Float64Var(&c.time, "time", 0.25, "least seconds of each measurement of hybrid's")
	flag.IntVar(&c.cores, "cores", runtime.NumCPU(), "threads, or ranks, at most")
	flag.BoolVar(&c.widest, "widest", false, "threads on all cores, not on one as well")
	flag.StringVar(&c.python, "python", "build/venv/bin/python", "Python with numpy, numba, mpi4py, and CuPy or PyTorch on a machine with a GPU")
	flag.StringVar(&c.csv, "csv", "", "write the numbers of every round to this file too")
	flag.Parse()
	c.only = strings.Split(*only, ",")
	if err := run(c, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/peers:", err)
		os.Exit(1)
	}
}

func run(c config, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if c.rounds == 0 {
		c.rounds = 3
		if c.quick {
			c.rounds = 2
		}
	}
	if c.rounds < 1 || c.cores < 1 {
		return fmt.Errorf("-rounds %d and -cores %d: want at least 1", c.rounds, c.cores)
	}
	if !(c.time > 0) {
		return fmt.Errorf("-time %g: want seconds above 0", c.time)
	}
	for _, name := range c.only {
		if !slices.Contains(kernels(), name) {
			return fmt.Errorf("-only %s: want some of %s", name, strings.Join(kernels(), ","))
		}
	}
	m, err := lookAround(c)
	if err != nil {
		return err
	}
	defer m.close()
	out, err := newTable(m, c)
	if err != nil {
		return err
	}
	for _, name := range kernels() {
		if !slices.Contains(c.only, name) {
			continue
		}
		tasks, err := taskMakers[name](m, c)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, t := range tasks {
			if err := m.compare(t, c.rounds, out); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return out.end(m.above, m.left)
}

// compare measures a task's peers beside hybrid and adds a row for each.
func (m *machine) compare(t task, rounds int, out *table) error {
	for _, p := range t.peers {
		for _, on := range m.setups(p) {
			row := row{task: t, peer: p.name, on: on}
			for range max(1, min(rounds, p.most)) {
				seconds, answer, err := m.runPeer(p, on)
				if err != nil {
					return err
				}
				if err := p.check(answer); err != nil {
					return fmt.Errorf("%s on %v: %w", p.file, on, err)
				}
				own, err := m.rate(t, on)
				if err != nil {
					return err
				}
				work := t.work
				if p.work > 0 {
					work = p.work
				}
				row.theirs = append(row.theirs, work/seconds)
				row.ours = append(row.ours, own)
			}
			if err := out.add(row); err != nil {
				return err
			}
		}
	}
	if t.bench == nil {
		return nil
	}
	return m.compareCommand(t, rounds, out)
}

// compareCommand holds what bench says of a task beside what the command says that a
// user types, each time in a process of its own.
func (m *machine) compareCommand(t task, rounds int, out *table) error {
	on := m.everything()
	row := row{task: t, peer: ownCommand, on: on}
	for range rounds {
		command, err := m.commandRate(t, on)
		if err != nil {
			return err
		}
		bench, err := m.rate(t, on)
		if err != nil {
			return err
		}
		row.theirs, row.ours = append(row.theirs, command), append(row.ours, bench)
	}
	if text := row.excess(); text != "" {
		m.above = append(m.above, text)
	}
	return out.add(row)
}
