// Stencil blurs a picture on a torus: each cell becomes the mean of the nine around it,
// with weights 4 for itself, 2 for neighbours and 1 for diagonal ones.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"os"

	"hybrid/halo"
	"hybrid/mpi"
)

func main() {
	ranks := flag.Int("ranks", 4, "ranks, where no launcher starts them")
	flag.Parse()
	os.Exit(mpi.Main(*ranks, run))
}

func run(c *mpi.Comm) error {
	g, err := halo.New(c, []int{120, 200}, halo.Options{Periodic: []bool{true, true}})
	if err != nil {
		return err
	}
	u, v := halo.NewField[float64](g), halo.NewField[float64](g)
	u.Fill(func(at []int) float64 { return float64(at[0] ^ at[1]) })
	for range 50 {
		if err := u.Update(func(b halo.Box) { blur(v, u, b) }); err != nil {
			return err
		}
		u, v = v, u
	}
	bits := fnv.New64a()
	whole, err := u.Gather(0)
	if err != nil || c.Rank() != 0 {
		return err
	}
	for _, value := range whole {
		fmt.Fprintf(bits, "%x", value)
	}
	fmt.Printf("first cell %.6f, bits %016x\n", whole[0], bits.Sum64())
	return nil
}

// blur makes the cells of a box of v: those that need no other rank's while the halo of
// u is under way, then the others. Products with powers of two are exact: other weights
// take math.FMA, or arm64 rounds otherwise than amd64.
func blur(v, u *halo.Field[float64], b halo.Box) {
	down := u.Stride(0) // from a cell to the one below
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		at := u.Index(i, b.Lo[1])
		for j := b.Lo[1]; j < b.Hi[1]; j, at = j+1, at+1 {
			up, here, low := u.Data[at-down-1:at-down+2], u.Data[at-1:at+2], u.Data[at+down-1:at+down+2]
			v.Data[at] = (4*here[1] + 2*(up[1]+low[1]+here[0]+here[2]) + (up[0] + up[2] + low[0] + low[2])) / 16
		}
	}
}
