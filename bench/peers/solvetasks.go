package main

import (
	"fmt"
	"math"
	"os"
	"strings"
)

// A model is one of hybrid solve that programs/solve.c and solve.py have as loops: what its
// file says beside the size and the steps.
type model struct {
	name  string
	text  string // N is the number of cells a side
	field string // whose mean and largest value are compared
	quick [2]int // cells a side and steps
	usual [][2]int
	pde   [2]int // likewise for py-pde, which is slow; 0: it has no such scheme
}

const bump = `1/(1 + 100*((y/N - 0.6)^2 + (x/N - 0.35)^2))`

var models = []model{
	{"heat", `
[fields]
u = "` + bump + `"
[equations]
u = "laplacian(u)"
[boundary]
u = "value 0"
[time]
dt = 0.2
`, "u", [2]int{1000, 100}, [][2]int{{2000, 200}, {8000, 32}}, [2]int{500, 100}},
	{"wave", `
[fields]
u = "` + bump + `"
old = "` + bump + `"
[updates]
u = "2*u - old + 0.25*laplacian(u)"
old = "u"
[boundary]
u = "value 0"
old = "value 0"
[time]
dt = 1.0
`, "u", [2]int{1000, 50}, [][2]int{{2000, 200}}, [2]int{}},
	{"grayscott", `
[fields]
u = "1 - 0.5*` + bump + `"
v = "0.25*` + bump + `"
[equations]
u = "0.16*laplacian(u) - u*v^2 + 0.055*(1 - u)"
v = "0.08*laplacian(v) + u*v^2 - (0.055 + 0.062)*v"
[boundary]
u = "periodic"
v = "periodic"
[time]
dt = 1.0
`, "v", [2]int{512, 200}, [][2]int{{512, 1000}, {4096, 20}}, [2]int{256, 100}},
	{"cahnhilliard", `
[fields]
u = "0.1*sin(0.3*x)*sin(0.2*y) + 0.1*` + bump + `"
[let]
mu = "u^3 - u - laplacian(u)"
[equations]
u = "laplacian(mu)"
[boundary]
u = "periodic"
mu = "periodic"
[time]
dt = 0.02
`, "u", [2]int{512, 50}, [][2]int{{1024, 200}}, [2]int{256, 100}},
	{"heat3d", `
[fields]
u = "1/(1 + 100*((z/N - 0.5)^2 + (y/N - 0.6)^2 + (x/N - 0.35)^2))"
[equations]
u = "laplacian(u)"
[time]
dt = 0.15
`, "u", [2]int{64, 50}, [][2]int{{256, 40}}, [2]int{64, 50}},
}

// solveTasks: models as formulas.
func solveTasks(m *machine, c config) ([]task, error) {
	var all []task
	for _, model := range models {
		sizes := model.usual
		if c.quick {
			sizes = [][2]int{model.quick}
		}
		for _, s := range sizes {
			t, err := m.solveTask(model, s[0], s[1], []peer{
				{name: "C, OpenMP", file: "solve.c", kind: threads, args: []string{model.name, text(s[0]), text(s[1])}},
				{name: "numba, fastmath", file: "solve.py", kind: threads, modules: []string{"numpy", "numba"}, args: []string{"numba", model.name, text(s[0]), text(s[1])}},
				{name: "Devito", file: "solve.py", kind: threads, modules: []string{"numpy", "numba", "devito"}, args: []string{"devito", model.name, text(s[0]), text(s[1])}},
			})
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		if s := model.pde; s[0] > 0 {
			t, err := m.solveTask(model, s[0], s[1], []peer{
				{name: "py-pde", file: "solve.py", kind: oneThread, modules: []string{"numpy", "numba", "pde"}, args: []string{"pde", model.name, text(s[0]), text(s[1])}, most: 1},
			})
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// solveTask has hybrid solve a model, and checks its peers by what comes out.
func (m *machine) solveTask(model model, n, steps int, peers []peer) (task, error) {
	dims := 2
	if model.name == "heat3d" {
		dims = 3
	}
	size := strings.TrimSuffix(strings.Repeat(text(n)+", ", dims), ", ")
	file := m.file(fmt.Sprintf("%s%d.toml", model.name, n))
	toml := fmt.Sprintf("[grid]\nsize = [%s]\n%ssteps = %d\n[output]\nevery = %[3]d\n", size, strings.ReplaceAll(model.text, "/N", "/"+text(n)), steps)
	if err := os.WriteFile(file, []byte(toml), 0o666); err != nil {
		return task{}, err
	}
	work := math.Pow(float64(n), float64(dims)) * float64(steps)
	t := task{kernel: "solve", size: fmt.Sprintf("%s, %s, %d steps", model.name, strings.ReplaceAll(size, ", ", " x "), steps), unit: "updates", work: work, command: []string{"solve", file}}
	r, err := m.ask(m.everything(), t.command...)
	if err != nil {
		return t, err
	}
	f := r.Result.Fields[model.field]
	// The peers round differently.
	t.peers = with(peers, nil, near(f.Mean+f.Max, 1e-10))
	return t, nil
}
