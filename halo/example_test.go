package halo_test

import (
	"fmt"
	"log"

	"hybrid/halo"
	"hybrid/mpi"
)

// A hot spot spreads over a ring of 32 x 48 cells, on six ranks. The sum of all cells
// stays, and so does every bit on any number of ranks.
func Example() {
	err := mpi.Run(6, func(c *mpi.Comm) error {
		g, err := halo.New(c, []int{32, 48}, halo.Options{Periodic: []bool{true, true}})
		if err != nil {
			return err
		}
		u, v := halo.NewField[float64](g), halo.NewField[float64](g)
		u.Fill(func(at []int) float64 {
			if at[0] == 16 && at[1] == 24 {
				return 1024
			}
			return 0
		})
		for range 20 {
			if err := u.Update(func(b halo.Box) { step(u, v, b) }); err != nil {
				return err
			}
			u, v = v, u
		}
		whole, err := u.Gather(0)
		if err != nil || c.Rank() != 0 {
			return err
		}
		sum := 0.0
		for _, value := range whole {
			sum += value
		}
		fmt.Printf("ranks %v, sum %.9f\n", g.Ranks(), sum)
		fmt.Printf("%.4f in the middle, %.4f eight cells to the right\n", whole[16*48+24], whole[16*48+32])
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// ranks [2 3], sum 1024.000000000
	// 32.6439 in the middle, 0.0736 eight cells to the right
}

// step makes the cells of a box: each an eighth of what its four neighbours have and
// half of its own.
func step(u, v *halo.Field[float64], b halo.Box) {
	down := u.Stride(0)
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		at := u.Index(i, b.Lo[1])
		for j := b.Lo[1]; j < b.Hi[1]; j, at = j+1, at+1 {
			v.Data[at] = u.Data[at]/2 + (u.Data[at-1]+u.Data[at+1]+u.Data[at-down]+u.Data[at+down])/8
		}
	}
}
