package heat

import (
	"errors"

	"hybrid/gpu"
)

// A deviceGraph is what the work of a period depends on that no other rank takes part in:
// where the field is, how many steps, and behind which of them values become 0.
type deviceGraph[T Real] struct {
	now, steps, phase int
	zero              zero[T]
}

// graphPoints are the most points of a field whose periods are worth a graph: passes over
// more take longer than the processor to ask for the next one.
const graphPoints = 1 << 20

// alone gives the stream the work of a period that needs no row of another rank; as a graph,
// if it is not the first of its like.
func (d *device[T]) alone(passes []int) error {
	steps := sum(passes)
	work := func() error {
		if err := d.wrapRows(steps); err != nil {
			return err
		}
		return d.enqueue(passes)
	}
	err := d.again(deviceGraph[T]{d.now, steps, d.step % max(d.zero.period, 1), d.zero}, work)
	d.now = (d.now + len(passes)) % 2
	return err
}

// again does work that is known by its key.
func (d *device[T]) again(key deviceGraph[T], work func() error) error {
	if d.graphs == nil || d.field.Rows*d.field.Columns > graphPoints {
		return work()
	}
	g, seen := d.graphs[key]
	if !seen {
		d.graphs[key] = nil
		return work()
	}
	if g == nil {
		var err error
		switch g, err = d.compute.Record(work); {
		case errors.Is(err, gpu.ErrNoGraphs):
			d.graphs = nil
			return work()
		case err != nil:
			return err
		case g == nil:
			return nil // the device is lost, which is told later
		}
		d.graphs[key] = g
	}
	return g.Launch(d.compute)
}

// closeGraphs gives all graphs back.
func (d *device[T]) closeGraphs() error {
	var errs []error
	for key, g := range d.graphs {
		if g != nil {
			errs = append(errs, g.Close())
		}
		delete(d.graphs, key)
	}
	return errors.Join(errs...)
}
