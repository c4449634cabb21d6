package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hybrid/bench/internal/array"
	"hybrid/solvers/sorting"
)

// file is the path of a file for this run.
func (m *machine) file(name string) string { return filepath.Join(m.dir, name) }

// runTasks: points a side, the ring included, and steps of one cold run of hybrid heat,
// which makes its initial field and writes the last one: by the time that it reports for
// the steps, and by that of the whole process. Both files are gone before the next run.
func runTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("run", "1002x100", "2002x500,8002x60", 2)
	if err != nil {
		return nil, err
	}
	ours, theirs := m.file("ours.npy"), m.file("theirs.npy")
	var all []task
	for _, s := range sizes {
		for _, shape := range []string{"square", "gaussian"} {
			n, steps := text(s[0]), text(s[1])
			command := []string{"heat", "--nx", n, "--ny", n, "--steps", steps, "--initial", shape, "--out", ours}
			r, err := m.ask(m.everything(), command...)
			if err != nil {
				return nil, err
			}
			if err := os.Remove(ours); err != nil {
				return nil, err
			}
			mean, updates := r.Result.MeanInterior, float64(s[0]-2)*float64(s[0]-2)*float64(s[1])
			for _, view := range []struct {
				size string
				wall bool
			}{{"the steps, as reported", false}, {"the whole process", true}} {
				all = append(all, task{
					kernel: "run", size: fmt.Sprintf("%s x %[1]s, %s steps from %s, %s", n, steps, shape, view.size), unit: "updates", work: updates,
					command: command,
					read: func(r report) (float64, error) {
						seconds := r.Seconds
						if view.wall {
							seconds = r.wall
						}
						return updates / seconds, errors.Join(near(mean, 0)(r.Result.MeanInterior), os.Remove(ours))
					},
					peers: with([]peer{{name: "C, OpenMP, from field to file", file: "heat_file.c", kind: threads, wall: view.wall}},
						[]string{n, steps, shape, theirs},
						func(got float64) error { return errors.Join(near(mean, 1e-12)(got), os.Remove(theirs)) }),
				})
			}
		}
	}
	return all, nil
}

// matmulTasks: rows of A, columns of B and columns of A, in both precisions.
func matmulTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("matmul", "512x512x512", "2048x2048x2048,256x256x256", 3)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, dtype := range []string{"f64", "f32"} {
		for _, s := range sizes {
			t, err := matmulTask(m, dtype, s[0], s[1], s[2])
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
	}
	return all, nil
}

func matmulTask(m *machine, dtype string, rows, cols, inner int) (task, error) {
	size := fmt.Sprintf("%dx%dx%d", rows, cols, inner)
	prefix := m.file(dtype + size)
	a, b := prefix+"a.npy", prefix+"b.npy"
	rng := rand.New(rand.NewPCG(1, 2))
	write := func(path string, shape ...int) error {
		if dtype == "f32" {
			return array.Write(path, shape, normal[float32](rng))
		}
		return array.Write(path, shape, normal[float64](rng))
	}
	if err := errors.Join(write(a, rows, inner), write(b, inner, cols)); err != nil {
		return task{}, err
	}
	command := []string{"matmul", "--a", a, "--b", b, "--dtype", dtype}
	r, err := m.ask(m.everything(), command...)
	if err != nil {
		return task{}, err
	}
	// The norm of n^2 sums of n numbers, each rounded in another order.
	tolerance := map[string]float64{"f64": 1e-12, "f32": 1e-5}[dtype]
	return task{
		kernel: "matmul", size: fmt.Sprintf("%s %d x %d x %d", dtype, rows, cols, inner), unit: "flop",
		work:  2 * float64(rows) * float64(cols) * float64(inner),
		bench: []string{"--kernels", "matmul", "--dtype", dtype, "--size", "matmul=" + size}, command: command,
		peers: with([]peer{
			{name: "numpy, OpenBLAS", file: "matmul_numpy.py", kind: threads, modules: []string{"numpy"}},
			{name: "numpy, mpi4py", file: "matmul_mpi4py.py", kind: pythonRanks, modules: []string{"numpy", "mpi4py"}, leastRanks: 2},
			{name: "PyTorch, cuBLAS", file: "matmul_torch.py", kind: onGPU, modules: []string{"numpy", "torch"}},
			{name: "CuPy, cuBLAS", file: "matmul_cupy.py", kind: onGPU, modules: []string{"numpy", "cupy"}},
		}, []string{a, b}, near(r.Result.Norm, tolerance)),
	}, nil
}

func normal[T float32 | float64](rng *rand.Rand) func(int, []T) error {
	return func(_ int, dst []T) error {
		for i := range dst {
			dst[i] = T(rng.NormFloat64())
		}
		return nil
	}
}

// sortTasks: keys, uniform float64.
func sortTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("sort", "1000000", "10000000", 1)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, s := range sizes {
		n := s[0]
		keys, sorted := m.file("keys.npy"), m.file("sorted.npy")
		values, err := sorting.Values[float64]("uniform", 1, n)
		if err != nil {
			return nil, err
		}
		if err := array.Write(keys, []int{n}, func(_ int, dst []float64) error { return values(0, dst) }); err != nil {
			return nil, err
		}
		command := []string{"sort", "--in", keys, "--out", sorted}
		if _, err := m.ask(m.everything(), command...); err != nil {
			return nil, err
		}
		crc, err := checksum(sorted, int64(8*n))
		if err != nil {
			return nil, err
		}
		all = append(all, task{
			kernel: "sort", size: fmt.Sprintf("%d f64", n), unit: "keys", work: float64(n),
			bench: []string{"--kernels", "sort", "--size", "sort=" + text(n)}, command: command,
			peers: with([]peer{
				{name: "np.sort, 1 thread", file: "sort_numpy.py", kind: oneThread, modules: []string{"numpy"}},
				{name: "np.sort, mpi4py", file: "sort_mpi4py.py", kind: pythonRanks, modules: []string{"numpy", "mpi4py"}, leastRanks: 2},
			}, []string{keys}, near(float64(crc), 0)),
		})
	}
	return all, nil
}

// checksum is the CRC-32 of the last bytes of a file.
func checksum(path string, last int64) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if _, err := f.Seek(-last, io.SeekEnd); err != nil {
		return 0, err
	}
	h := crc32.NewIEEE()
	_, err = io.Copy(h, f)
	return h.Sum32(), err
}

// messageTasks: an exchange and an all-reduce of a few and of many bytes, two ranks.
func messageTasks(m *machine, c config) ([]task, error) {
	if m.cores < 2 {
		m.left = append(m.left, "messages: -cores 1 leaves nobody to talk to")
		return nil, nil
	}
	counts, err := c.sizesOf("messages", "2000", "2000", 1)
	if err != nil {
		return nil, err
	}
	var all []task
	for _, what := range []struct {
		name, pattern string
		sum           float64 // that rank 0 has, of each number
	}{{"exchange", "pair", 2}, {"allreduce", "ring", 3}} {
		for _, size := range []int{8, 1 << 20} {
			iterations := counts[0][0]
			if size > 1<<13 {
				iterations = max(1, iterations/10)
			}
			all = append(all, task{
				kernel: "messages", size: fmt.Sprintf("%s, %d bytes", what.name, size), unit: "messages", work: 1, lower: true,
				command: []string{"patterns", "--patterns", what.pattern, "--sizes", text(size), "--iterations", text(iterations)},
				read:    perMessage,
				peers: with([]peer{
					{name: "C", file: "messages.c", kind: cRanks, leastRanks: 2},
					{name: "mpi4py", file: "messages_mpi4py.py", kind: pythonRanks, modules: []string{"numpy", "mpi4py"}, leastRanks: 2},
				}, []string{what.name, text(size)}, near(what.sum*float64(size/8), 0)),
			})
		}
	}
	return all, nil
}

// perMessage reads how many of the calls that a pattern is held against hybrid makes in
// a second.
func perMessage(r report) (float64, error) {
	var rows []struct {
		Library struct{ Median float64 } // microseconds
	}
	if err := json.Unmarshal(r.Result.Rows, &rows); err != nil || len(rows) != 1 {
		return 0, fmt.Errorf("hybrid patterns has %d rows, %v", len(rows), err)
	}
	return 1e6 / rows[0].Library.Median, nil
}

// text is the file whose words are counted.
func (m *machine) text() string { return m.file("text") }

// wordcountTasks: a text of the Go toolchain's sources, ASCII letters, folded.
func wordcountTasks(m *machine, c config) ([]task, error) {
	sizes, err := c.sizesOf("wordcount", "16", "256", 1)
	if err != nil {
		return nil, err
	}
	size := int64(sizes[0][0]) << 20
	if err := sources(m.text(), size); err != nil {
		return nil, err
	}
	words := m.file("words.tsv")
	flags := []string{"wordcount", "--words", "ascii", "--fold", "--out"}
	if _, err := m.ask(m.everything(), append(flags, words)...); err != nil {
		return nil, err
	}
	want, err := os.ReadFile(words)
	if err != nil {
		return nil, err
	}
	theirs := m.file("theirs.tsv")
	return []task{{
		kernel: "wordcount", size: fmt.Sprintf("%d MiB of text", size>>20), unit: "B", work: float64(size),
		command: append(flags, words),
		read:    func(r report) (float64, error) { return float64(size) / r.Seconds, nil },
		peers: with([]peer{{
			name: "tr, tr, sort, uniq -c, sort", file: "wordcount_pipeline.sh", kind: oneThread, args: []string{m.text(), theirs}, most: 1, wall: true,
			check: func(float64) error {
				got, err := os.ReadFile(theirs)
				if err == nil && !bytes.Equal(got, want) {
					err = errors.New("the words or their counts differ from hybrid's")
				}
				return err
			},
		}}, nil, nil),
	}}, nil
}

// sources writes the Go toolchain's sources, over and over, until there are so many
// bytes.
func sources(path string, size int64) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	left := size
	for left > 0 && err == nil {
		err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(root)), "src"), func(p string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || filepath.Ext(p) != ".go" || left == 0 {
				return err
			}
			in, err := os.Open(p)
			if err != nil {
				return err
			}
			defer in.Close()
			n, err := io.Copy(f, io.LimitReader(in, left))
			left -= n
			return err
		})
		if left == size {
			err = errors.Join(err, errors.New("no Go sources"))
		}
	}
	return errors.Join(err, f.Close())
}
