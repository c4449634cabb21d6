package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hybrid/examples/models"
	"hybrid/gpu"
	"hybrid/halo"
	"hybrid/internal/pathtest"
	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// randomSystem has two fields that evolve, a stage and one that stays, and passes that read
// them far and near, at times and places.
func randomSystem(t ir.Type, seed uint64) *System {
	rng := rand.New(rand.NewPCG(seed, 3))
	s := &System{Type: t, Dims: 1 + int(seed%3), Size: [3]int{1, 1, 26 + rng.IntN(5)}, Origin: [3]float64{1, -2, 0.5}, Spacing: [3]float64{0.5, 0.25, 0.125}, DT: 0.25}
	for axis := 3 - s.Dims; axis < 2; axis++ {
		s.Size[axis] = 12 + rng.IntN(6)
	}
	roles := []Role{Evolved, Evolved, Stage, Static}
	for f, role := range roles {
		field := Field{Name: fmt.Sprint("f", f), Role: role}
		if role != Stage {
			g := ir.New(t)
			field.Initial, field.Noise = g.Program(g.FMA(g.Coord(2), g.Coord(1), g.Load(0, 0, 0, 0))), []uint64{uint64(f)}
		}
		s.Fields = append(s.Fields, field)
	}
	far := func() int { return rng.IntN(3) - 1 }
	load := func(g *ir.Graph, f int) ir.Value {
		var at [3]int
		for axis := 3 - s.Dims; axis < 3; axis++ {
			at[axis] = far()
		}
		return g.Load(f, at[0], at[1], at[2])
	}
	pass := func(reads, writes []int, time, after float64) {
		g := ir.New(t)
		var outs []ir.Value
		for range writes {
			v := g.Mul(g.Time(), g.Coord(2))
			for _, f := range reads {
				v = g.FMA(g.Const(rng.Float64()/4), g.Add(load(g, f), load(g, f)), v)
			}
			v = g.FMA(g.Coord(1), g.Const(0.125), g.Select(g.Less(v, g.Const(0.5)), v, g.Mul(g.Coord(0), load(g, reads[0]))))
			outs = append(outs, v)
		}
		s.Passes = append(s.Passes, Pass{Program: g.Program(outs...), Writes: writes, Time: time, After: after})
	}
	pass([]int{0, 1, 3}, []int{2}, 0, 0.5)
	pass([]int{2, 0, 3}, []int{1, 0}, 0.5, 1)
	pass([]int{0}, []int{1}, 0.5, 1)
	for axis := 3 - s.Dims; axis < 3; axis++ {
		periodic := rng.IntN(3) == 0
		for f := range s.Fields {
			for side := range 2 {
				b := &s.Fields[f].Boundary[axis][side]
				if b.Periodic = periodic; periodic {
					continue
				}
				g := ir.New(t)
				shift := g.Program([]ir.Value{g.Const(0.5), g.Mul(g.Const(2), g.Time()), g.FMA(g.Coord(rng.IntN(3)), g.Time(), g.Sqrt(g.Abs(g.Coord(axis))))}[rng.IntN(3)])
				for d := range s.reach(f)[axis] {
					b.Scale = append(b.Scale, []float64{-1, 1, 1 - float64(d)}[rng.IntN(3)])
					b.Shift = append(b.Shift, shift)
				}
			}
		}
	}
	return s
}

// TestSameBitsOnDevices compares ranks with devices, of which one may have none, with the
// reference.
func TestSameBitsOnDevices(t *testing.T) {
	for seed := range uint64(6) {
		typ := ir.Type(seed % 2)
		onDevices(t, randomSystem(typ, seed), 1+int(seed%3+seed/3)%3, 3, Options{Steps: 1 + int(seed)%2}, seed%4 >= 2)
	}
}

// TestShippedModelsOnDevices takes a few steps of each model, on a grid of a few cells.
func TestShippedModelsOnDevices(t *testing.T) {
	cases := shorttest.Every(3)
	for i, name := range models.Names() {
		if cases.Skip() {
			continue
		}
		text, _ := models.Text(name)
		spec := read(t, text)
		for axis, n := range spec.Size {
			spec.Size[axis] = min(n, []int{60, 26, 14}[len(spec.Size)-1]-2*axis)
		}
		sys, err := spec.System(ir.Type(i / 3 % 2))
		if err != nil {
			t.Fatal(name, err)
		}
		t.Run(name, func(t *testing.T) { onDevices(t, sys, 1+i%3, 5, Options{Steps: 4}, false) })
	}
}

func onDevices(t *testing.T, s *System, ranks, steps int, o Options, mixed bool) {
	t.Helper()
	if s.Type == ir.F64 {
		compareDevices[float64](t, s, ranks, steps, o, mixed)
	} else {
		compareDevices[float32](t, s, ranks, steps, o, mixed)
	}
}

func compareDevices[T Real](t *testing.T, s *System, ranks, steps int, o Options, mixed bool) {
	t.Helper()
	begin := make([][]T, len(s.Fields))
	for f := range begin {
		if s.Fields[f].Role != Stage {
			begin[f] = initially[T](s, f)
		}
	}
	r := newReference(s, begin)
	r.advance(steps)
	got := solveAt[T](t, s, ranks, steps, o, func(c *mpi.Comm) task.Place {
		p := task.Place{Comm: c, Threads: 1}
		if c.Rank() != 1 || !mixed {
			p.Device = gpu.Sim(gpu.SimOptions{Index: c.Rank()})
		}
		return p
	})
	for f := range got {
		if want := r.field(f); s.Fields[f].Role == Evolved && !slices.Equal(got[f], want) {
			t.Fatalf("%d dimensions, %v, %d ranks, %+v, mixed %v: field %s: %s", s.Dims, s.Type, ranks, o, mixed, s.Fields[f].Name, first(got[f], want, s))
		}
	}
}

// TestNextValuesOfNothingOnDevices is of fields whose next values no field's last ones make.
func TestNextValuesOfNothingOnDevices(t *testing.T) {
	for _, rule := range []string{"tanh(t)", "x", "2", "k + x*t"} {
		spec := read(t, "[grid]\nsize = [9, 13]\n[fields]\nu = \"y\"\nk = \"x*y\"\n[updates]\nu = \""+rule+"\"\n[boundary]\nu.top = \"value t*x\"\n[time]\ndt = 0.5\nsteps = 3\n")
		sys, err := spec.System(ir.F64)
		if err != nil {
			t.Fatal(rule, err)
		}
		t.Run(rule, func(t *testing.T) { onDevices(t, sys, 1, 3, Options{Steps: 2}, false) })
	}
}

// TestDeviceHaloPaths takes halos from device to device by every path of one process, with the same
// bits. Where no peer access can be had they go through the hosts, or end the run where it was asked for.
func TestDeviceHaloPaths(t *testing.T) {
	sys := randomSystem(ir.F64, 1)
	begin := make([][]float64, len(sys.Fields))
	for f := range begin {
		if sys.Fields[f].Role != Stage {
			begin[f] = initially[float64](sys, f)
		}
	}
	r := newReference(sys, begin)
	r.advance(3)
	for _, c := range pathtest.Cases {
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			device := c.Device(comm.Rank())
			defer device.Close()
			s, err := New[float64](sys, task.Place{Comm: comm, Threads: 1, Device: device}, Options{Steps: 2, DeviceHalos: c.Path})
			if err != nil {
				return err
			}
			links := s.links.All()
			if len(links) != 1 || links[0].Path != c.Takes || (links[0].Reason != "") != (c.Refuse && c.Takes == halo.Staged) {
				t.Errorf("%+v: links %+v", c, links)
			}
			if err := errors.Join(s.Prepare(), s.Advance(context.Background(), 3)); err != nil {
				return errors.Join(err, s.Close())
			}
			for _, f := range sys.evolved() {
				err := s.Field(f).EachRow(func(at []int, values []float64) error {
					from := sys.number([3]int(append(make([]int, 3-len(at)), at...)))
					if !slices.Equal(values, r.field(f)[from:][:len(values)]) {
						t.Errorf("%+v: field %d has other bits at %v", c, f, at)
					}
					return nil
				})
				if err != nil {
					return errors.Join(err, s.Close())
				}
			}
			return s.Close()
		})
		if c.Wrong == "" && err != nil || c.Wrong != "" && (err == nil || !strings.Contains(err.Error(), c.Wrong)) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}
