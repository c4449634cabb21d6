package model

import (
	"errors"
	"fmt"

	"hybrid/halo"
	"hybrid/internal/units"
)

// tooManyRanks says an error of package halo on parts that are too thin by what a user of a model can
// change: ranks and cells, but not how far a step reaches.
func tooManyRanks(err error, size []int, ranks int, o halo.Options) error {
	if thin := (*halo.ThinError)(nil); !errors.As(err, &thin) {
		return err
	}
	most := ranks - 1 // which one rank always is: a step reaches no further than the grid
	for most > 1 {
		if _, err := halo.Ranks(size, most, o); err == nil {
			break
		}
		most--
	}
	return fmt.Errorf("model: a grid of %s cells cannot be cut over %d ranks: each needs %s along an axis that is cut, as far as a step reaches; take %s, or more cells, as by --set grid.size=[...]",
		units.By(size), ranks, units.Count(o.Depth, "cell"), units.Count(most, "rank"))
}
