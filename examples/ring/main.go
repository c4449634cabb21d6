// Ring passes a token around all ranks; each notes its number on it.
package main

import (
	"flag"
	"fmt"
	"os"

	"hybrid/mpi"
)

func main() {
	ranks := flag.Int("ranks", 4, "ranks, where no launcher starts them")
	flag.Parse()
	os.Exit(mpi.Main(*ranks, ring))
}

func ring(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()+c.Size()-1)%c.Size()
	token, arrival := make([]int32, c.Size()), make([]int32, c.Size()) // a place for each rank
	coming, err := mpi.Irecv(c, arrival, prev, 0)
	if err != nil {
		return err
	}
	if c.Rank() > 0 { // rank 0 has the token at first
		if _, err := coming.Wait(); err != nil {
			return err
		}
		copy(token, arrival)
	}
	token[c.Rank()] = int32(c.Rank() * c.Rank())
	if err := mpi.Send(c, token, next, 0); err != nil {
		return err
	}
	if c.Rank() == 0 {
		if _, err := coming.Wait(); err != nil {
			return err
		}
		fmt.Println("the token is back with", arrival)
	}
	return nil
}
