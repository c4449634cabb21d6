package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"hybrid/internal/number"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
	"hybrid/study/result"
)

// A Kernel is a problem of any size that can be held against the machine.
type Kernel struct {
	task.Sizes
	Name    string // that of the command, too
	Device  bool   // devices can run it
	problem func(*task.Common) task.Problem
}

// Kernels are those of some problems that bench can measure, in their order.
func Kernels(problems []func(*task.Common) task.Problem) []Kernel {
	var all []Kernel
	for _, problem := range problems {
		p := problem(&task.Common{})
		if sized, ok := p.(task.Sized); ok {
			all = append(all, Kernel{sized.Sizes(), p.About().Name, !p.About().OnCPU, problem})
		}
	}
	return all
}

// size is a size for a result.
func (k Kernel) size(s task.Size) result.Size { return result.Size{Params: k.Params, Numbers: s} }

// models are the kernels of which there is a model, by name.
func (s *study) models() map[string]task.Modelled {
	found := map[string]task.Modelled{}
	for _, k := range s.Kernels {
		if m, ok := k.problem(&task.Common{}).(task.Modelled); ok {
			found[k.Name] = m
		}
	}
	return found
}

// Parse reads a size, numbers with an x between them: "4096x4096x200",
// "1e9", "4Kix4Kix200". One number for a kernel that has several is all of them
// where they are sides of matrices.
func (k Kernel) Parse(text string) (task.Size, error) {
	parts := strings.Split(text, "x")
	if len(parts) == 1 && k.Same {
		parts = slices.Repeat(parts, len(k.Params))
	}
	want := fmt.Errorf("want %s, %d whole numbers from 1 on with an x between them, such as "+number.Forms, k.form(), len(k.Params))
	if len(k.Params) == 1 {
		want = fmt.Errorf("want %s, a whole number from 1 on, such as "+number.Forms, k.form())
	}
	if len(parts) != len(k.Params) {
		return nil, want
	}
	s := make(task.Size, len(parts))
	for i, part := range parts {
		n, err := number.Parse(part)
		if err != nil || n < 1 || n > math.MaxInt {
			return nil, want
		}
		s[i] = int(n)
	}
	return s, k.Valid(s)
}

// form is how Parse wants a size, "NXxNYxSTEPS".
func (k Kernel) form() string {
	names := make([]string, len(k.Params))
	for i, name := range k.Params {
		names[i] = strings.ToUpper(name)
	}
	return strings.Join(names, "x")
}

// Valid reports a size that cannot be.
func (k Kernel) Valid(s task.Size) error {
	_, err := k.at(s, "f64", 0)
	return err
}

// at is the problem of a size.
func (k Kernel) at(s task.Size, dtype string, seed uint64) (task.Problem, error) {
	c := &task.Common{}
	p, o := k.problem(c), &option.Set{}
	p.Declare(o)
	c.DType, c.Seed = dtype, seed
	for i, name := range k.Params {
		if most := o.Find(name).Most; uint64(s[i]) > most {
			return nil, fmt.Errorf("there are at most %d of --%s", most, name)
		}
		if err := o.GiveCount(name, uint64(s[i])); err != nil {
			return nil, err
		}
	}
	checker := &task.Checker{Set: o}
	p.Check(checker)
	return p, checker.Err
}

// Open makes the problem of a size ready on the ranks of a place. It is collective.
func (k Kernel) Open(ctx context.Context, at task.Place, s task.Size, dtype string, seed uint64) (task.Measured, error) {
	p, err := k.at(s, dtype, seed)
	if err != nil {
		return nil, err
	}
	t, err := p.Open(ctx, &task.Job{Place: at})
	if err != nil {
		return nil, err
	}
	return t.(task.Measured), nil // as every task of a Sized problem is
}
