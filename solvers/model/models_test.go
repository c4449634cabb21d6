package model

import (
	"context"
	"slices"
	"testing"

	"hybrid/examples/models"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// Every model that ships is read and cut into cells, has checks, a title and a source, and takes
// its first steps to the bits of the reference on three ranks.
func TestShippedModels(t *testing.T) {
	for i, name := range models.Names() {
		t.Run(name, func(t *testing.T) {
			text, _ := models.Text(name)
			spec, err := Read(name, text)
			if err != nil {
				t.Fatal(err)
			}
			if spec.Title == "" || spec.Source == "" || len(spec.Check) == 0 || spec.Output.Every == 0 {
				t.Errorf("title %q, source %q, %d checks, every %d", spec.Title, spec.Source, len(spec.Check), spec.Output.Every)
			}
			size := "grid.size=[26,19]"
			if len(spec.Size) == 3 {
				size = "grid.size=[7,8,9]"
			}
			if spec, err = Read(name, text, size, "output.points=[]"); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				firstSteps[float64](t, spec)
			} else {
				firstSteps[float32](t, spec)
			}
		})
	}
}

func firstSteps[T Real](t *testing.T, spec *Spec) {
	const steps = 3
	sys, err := spec.System(typeOf[T]())
	if err != nil {
		t.Fatal(err)
	}
	begin := make([][]T, len(sys.Fields))
	for f := range sys.Fields {
		if sys.Fields[f].Role != Stage {
			begin[f] = initially[T](sys, f)
		}
	}
	want := newReference(sys, begin)
	want.advance(steps)
	err = mpi.Run(3, func(c *mpi.Comm) error {
		r := &run[T]{job: &task.Job{Place: task.Place{Comm: c, Threads: 1, ISA: simd.Best()}}, sys: sys}
		s, err := New[T](sys, r.job.Place, Options{Compile: r.compileKernel})
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Prepare(); err != nil {
			return err
		}
		if err := s.Advance(context.Background(), steps); err != nil {
			return err
		}
		for _, f := range sys.evolved() {
			whole, err := s.Field(f).Gather(0)
			if err != nil {
				return err
			}
			if c.Rank() == 0 && !slices.Equal(whole, want.field(f)) {
				t.Errorf("%s is not what the reference makes", sys.Fields[f].Name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
