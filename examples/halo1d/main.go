// Halo1d heats a rod at its left end: the heat equation u_t = a u_xx in one dimension,
// cut over the ranks, of which each knows a cell of its neighbours.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"

	"hybrid/halo"
	"hybrid/mpi"
)

const (
	cells = 100
	steps = 2000
	r     = 0.4 // a dt/dx^2; stable up to 1/2
)

func main() {
	ranks := flag.Int("ranks", 4, "ranks, where no launcher starts them")
	flag.Parse()
	os.Exit(mpi.Main(*ranks, rod))
}

func rod(c *mpi.Comm) error {
	g, err := halo.New(c, []int{cells}, halo.Options{})
	if err != nil {
		return err
	}
	u, v := halo.NewField[float64](g), halo.NewField[float64](g)
	if g.Own().Lo[0] == 0 { // beyond an end the halo keeps the boundary's value: 1 here, 0 there
		u.Data[u.Index(-1)], v.Data[v.Index(-1)] = 1, 1
	}
	for range steps {
		// Update calls this for the cells that need no neighbour first, while messages are
		// under way, and then for the two at the edges.
		err := u.Update(func(b halo.Box) {
			for i := b.Lo[0]; i < b.Hi[0]; i++ {
				at := u.Index(i)
				left, here, right := u.Data[at-1], u.Data[at], u.Data[at+1]
				v.Data[at] = math.FMA(r, left+right, (1-2*r)*here) // one rounding, on any processor
			}
		})
		if err != nil {
			return err
		}
		u, v = v, u
	}
	whole, err := u.Gather(0)
	if err != nil || c.Rank() != 0 {
		return err
	}
	for i := 0; i < cells; i += 20 {
		fmt.Printf("cell %2d  %.6f\n", i, whole[i])
	}
	bits := fnv.New64a()
	for _, value := range whole {
		fmt.Fprintf(bits, "%016x", math.Float64bits(value))
	}
	fmt.Printf("bits     %016x, the same on any number of ranks\n", bits.Sum64())
	return nil
}
