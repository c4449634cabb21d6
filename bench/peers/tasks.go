package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hybrid/bench/problem"
)

// kernels are what can be compared, in the order of the table.
func kernels() []string {
	return []string{"heat", "run", "solve", "matmul", "pi", "integrate", "walk", "mandelbrot", "sort", "messages", "wordcount"}
}

// taskMakers make the tasks of each.
var taskMakers = map[string]func(*machine, config) ([]task, error){
	"heat": heatTasks, "run": runTasks, "solve": solveTasks, "matmul": matmulTasks, "pi": piTasks, "integrate": integrateTasks, "walk": walkTasks,
	"mandelbrot": mandelbrotTasks, "sort": sortTasks, "messages": messageTasks, "wordcount": wordcountTasks,
}

// sizes are those of a kernel: what -size says, or the quick or the usual ones, each
// so many numbers with an x between them.
func (c config) sizesOf(kernel, quick, usual string, numbers int) ([][]int, error) {
	text := usual
	if c.quick {
		text = quick
	}
	if given, ok := c.sizes[kernel]; ok {
		text = given
	}
	var all [][]int
	for _, one := range strings.Split(text, ",") {
		var size []int
		for _, field := range strings.Split(one, "x") {
			n, err := strconv.Atoi(field)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("-size %s=%s: want whole numbers from 1, as %s", kernel, text, usual)
			}
			size = append(size, n)
		}
		if len(size) != numbers {
			return nil, fmt.Errorf("-size %s=%s: want %s, as %s", kernel, text, plural(numbers, "number"), usual)
		}
		all = append(all, size)
	}
	return all, nil
}

// near checks an answer that rounding alone may change.
func near(want, relative float64) func(float64) error {
	return func(got float64) error {
		if !(math.Abs(got-want) <= relative*math.Abs(want)) {
			return fmt.Errorf("the answer is %.17g, hybrid's %.17g", got, want)
		}
		return nil
	}
}

// within checks an answer that chance decides.
func within(want, stderr float64) func(float64) error {
	return func(got float64) error {
		if off := math.Abs(got-want) / stderr; !(off < 8) {
			return fmt.Errorf("the answer is %g, %.1f standard errors from %g", got, off, want)
		}
		return nil
	}
}

func text(n int) string { return strconv.Itoa(n) }

// heatTasks: points a side inside the ring, and steps.
func heatTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("heat", "1000x100", "2000x500,8000x100", 2)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		n, steps := s[0], s[1]
		field := m.file(fmt.Sprint("heat", n, ".npy"))
		if err := problem.Write(field, n); err != nil {
			return nil, err
		}
		command := append([]string{"heat"}, problem.Args(field, n, steps)...)
		r, err := m.ask(m.everything(), command...)
		if err != nil {
			return nil, err
		}
		// The peers round differently, by some 1e-16 of the value an update.
		args, check := []string{text(n), text(steps)}, near(r.Result.MeanInterior, 1e-12)
		peers := []peer{
			{name: "C, OpenMP", file: "heat_openmp.c", kind: threads},
			{name: "C, OpenMP, tiled in time", file: "heat_tiled.c", kind: threads},
			{name: "C, MPI", file: "heat_mpi.c", kind: cRanks},
			{name: "Devito", file: "heat_devito.py", kind: threads, modules: []string{"numpy", "devito"}},
			{name: "numba, fastmath", file: "heat_numba.py", kind: threads, modules: []string{"numpy", "numba"}, most: 2},
			{name: "numba, fastmath, tiled in time", file: "heat_numba_tiled.py", kind: threads, modules: []string{"numpy", "numba"}, most: 2},
			{name: "numpy, mpi4py", file: "heat_mpi4py.py", kind: pythonRanks, modules: []string{"numpy", "mpi4py"}, most: 1},
			{name: "CuPy", file: "heat_cupy.py", kind: onGPU, modules: []string{"cupy"}},
			{name: "PyTorch, compiled", file: "heat_torch.py", kind: onGPU, modules: []string{"torch"}},
		}
		all = append(all, task{
			kernel: "heat", size: fmt.Sprintf("%d x %[1]d, %d steps", n, steps), unit: "updates",
			work: float64(n) * float64(n) * float64(steps), bench: heatBench(n, steps), command: command, peers: with(peers, args, check),
		})
	}
	return all, nil
}

func heatBench(n, steps int) []string {
	return []string{"--kernels", "heat", "--size", fmt.Sprintf("heat=%dx%[1]dx%d", n+2, steps)}
}

// with gives all peers their arguments and their check.
func with(peers []peer, args []string, check func(float64) error) []peer {
	for i := range peers {
		p := &peers[i]
		if p.args == nil {
			p.args = args
		}
		if p.check == nil {
			p.check = check
		}
		if p.most == 0 {
			p.most = math.MaxInt
		}
	}
	return peers
}

// piTasks: samples. The peers that are slower take fewer.
func piTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("pi", "100000000", "1000000000", 1)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		n := s[0]
		some := func(name, file string, k kind, n int, modules ...string) peer {
			stderr := math.Sqrt(math.Pi * (4 - math.Pi) / float64(n))
			return peer{name: name, file: file, kind: k, modules: modules, args: []string{text(n)}, work: float64(n), check: within(math.Pi, stderr)}
		}
		all = append(all, task{
			kernel: "pi", size: fmt.Sprint(n), unit: "samples", work: float64(n),
			bench: []string{"--kernels", "pi", "--size", "pi=" + text(n)}, command: []string{"pi", "--samples", text(n)},
			peers: with([]peer{
				some("C, MPI", "pi_mpi.c", cRanks, max(n/10, 100)),
				some("numba", "pi_numba.py", threads, max(n/20, 100), "numpy", "numba"),
				some("numpy, 1 thread", "pi_numpy.py", oneThread, max(n/40, 100), "numpy"),
				some("PyTorch", "pi_torch.py", onGPU, n, "torch"),
				some("CuPy, cuRAND", "pi_cupy.py", onGPU, n, "cupy"),
			}, nil, nil),
		})
	}
	return all, nil
}

// integrateTasks: midpoints of 4/(1+x^2).
func integrateTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("integrate", "100000000", "1000000000", 1)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		n := s[0]
		t := task{
			kernel: "integrate", size: fmt.Sprint("4/(1+x^2), ", n), unit: "points", work: float64(n),
			command: []string{"integrate", "--func", "4/(1+x^2)", "--a", "0", "--b", "1", "--rule", "midpoint", "--n", text(n)},
			// Points that it takes to estimate the error do not count.
			read: func(r report) (float64, error) { return float64(n) / r.Seconds, near(math.Pi, 1e-8)(r.Result.Value) },
		}
		few := max(n/10, 1_000_000)
		t.peers = with([]peer{
			{name: "numba, fastmath", file: "integrate_numba.py", kind: threads, modules: []string{"numpy", "numba"}},
			{name: "numpy, 1 thread", file: "integrate_numpy.py", kind: oneThread, modules: []string{"numpy"}, args: []string{text(few)}, work: float64(few)},
		}, []string{text(n)}, near(math.Pi, 1e-8))
		all = append(all, t)
	}
	return all, nil
}

// walkTasks: walks and steps. The peers take fewer walks.
func walkTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("walk", "100000x10000", "1000000x10000", 2)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		walks, steps := s[0], s[1]
		some := func(name, file string, k kind, walks int, modules ...string) peer {
			mean := float64(steps)
			stderr := math.Sqrt(2 * mean * (mean - 1) / float64(walks))
			return peer{name: name, file: file, kind: k, modules: modules, args: []string{text(walks), text(steps)},
				work: float64(walks) * mean, check: within(mean, stderr)}
		}
		all = append(all, task{
			kernel: "walk", size: fmt.Sprintf("%d of %d steps", walks, steps), unit: "steps", work: float64(walks) * float64(steps),
			bench:   []string{"--kernels", "walk", "--size", fmt.Sprintf("walk=%dx%d", walks, steps)},
			command: []string{"walk", "--walks", text(walks), "--steps", text(steps)},
			peers: with([]peer{
				some("numba", "walk_numba.py", threads, max(walks/50, 100), "numpy", "numba"),
				some("numpy, 1 thread", "walk_numpy.py", oneThread, max(walks/100, 100), "numpy"),
			}, nil, nil),
		})
	}
	return all, nil
}

// mandelbrotTasks: pixels in a row, rows and the greatest count, of [-2, 1] x [-1, 1].
func mandelbrotTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("mandelbrot", "750x500x1000", "1500x1000x1000", 3)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		args := []string{text(s[0]), text(s[1]), text(s[2])}
		command := []string{"mandelbrot", "--width", args[0], "--height", args[1], "--max-iter", args[2]}
		r, err := m.ask(m.everything(), command...)
		if err != nil {
			return nil, err
		}
		all = append(all, task{
			kernel: "mandelbrot", size: fmt.Sprintf("%d x %d, %d iterations", s[0], s[1], s[2]), unit: "iterations", work: r.Result.Iterations,
			bench: []string{"--kernels", "mandelbrot", "--size", "mandelbrot=" + strings.Join(args, "x")}, command: command,
			// A pixel on the edge of the set may count otherwise for another rounding.
			peers: with([]peer{
				{name: "C, MPI, blocks of rows", file: "mandelbrot_mpi.c", kind: cRanks},
				{name: "numba, fastmath", file: "mandelbrot_numba.py", kind: threads, modules: []string{"numpy", "numba"}},
			}, args, near(r.Result.Iterations, 1e-3)),
		})
	}
	return all, nil
}
