// Command heat runs hybrid heat beside other programs that solve the same
// problem, in turn on the same machine, and prints a table of both:
//
//	go run ./bench/heat
//	go run ./bench/heat -sizes 2000x500 -rounds 7 -peers=false
//
// The measure is the plain C loop in peers/loop.c, one pass over memory a
// step, compiled with -O3 -march=native -fopenmp. Each round runs the loop and
// then a contestant, so that both meet the same mood of the machine; the table
// shows the median over the rounds of the ratio of the two. Every run's answer
// is checked against the C loop's.
//
// Peak memory, in units of the part of one field that a process owns, is told
// twice: up to the last step, as hybrid reports it, and of the largest process
// of the whole run. After its steps hybrid measures the memory's bandwidth,
// which takes arrays of its own.
//
// Programs are built below build/bench; fields go to a temporary folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"hybrid/bench/heat/problem"
)

// A size is a problem to run: points x points inside the ring.
type size struct{ points, steps int }

// updates is the number of point updates of the whole run.
func (s size) updates() float64 {
	return float64(s.points) * float64(s.points) * float64(s.steps)
}

// gridBytes is what one field takes.
func (s size) gridBytes() float64 {
	return 8 * float64(s.points+2) * float64(s.points+2)
}

func main() {
	sizes := flag.String("sizes", "2000x500,8000x100", "problems, each POINTSxSTEPS, POINTS the side of the square inside the ring")
	rounds := flag.Int("rounds", 5, "times that each contestant runs, after one C loop each")
	cores := flag.Int("cores", runtime.NumCPU(), "threads, or ranks, of every program")
	peers := flag.Bool("peers", true, "also run numba and numpy with mpi4py, once, on the first size")
	flag.Parse()
	if err := run(*sizes, *rounds, *cores, *peers, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench/heat:", err)
		os.Exit(1)
	}
}

func run(sizes string, rounds, cores int, peers bool, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q", rest[0])
	}
	if rounds < 1 || cores < 1 {
		return fmt.Errorf("-rounds %d and -cores %d: both must be at least 1", rounds, cores)
	}
	var todo []size
	for _, text := range strings.Split(sizes, ",") {
		s, err := parseSize(text)
		if err != nil {
			return err
		}
		todo = append(todo, s)
	}
	dir, err := os.MkdirTemp("", "hybrid-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	progs, err := buildAll()
	if err != nil {
		return err
	}
	printMachine(cores, progs)
	for i, s := range todo {
		field := dir + "/" + strconv.Itoa(s.points) + ".npy"
		if err := problem.Write(field, s.points); err != nil {
			return err
		}
		contestants := progs.hybrids(field, s, cores)
		if peers && i == 0 {
			contestants = append(contestants, progs.peers(s, cores)...)
		}
		if err := compare(s, progs.loop(s, cores), contestants, rounds); err != nil {
			return err
		}
		if err := os.Remove(field); err != nil {
			return err
		}
	}
	return nil
}

func parseSize(text string) (size, error) {
	a, b, _ := strings.Cut(text, "x")
	points, err1 := strconv.Atoi(a)
	steps, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || points < 1 || steps < 1 {
		return size{}, fmt.Errorf("-sizes %q: want POINTSxSTEPS, as 2000x500", text)
	}
	return size{points, steps}, nil
}
