// Farm deals tasks out to workers: rank 0, the master, gives the next task to whichever
// worker is done first, so that nobody waits for the slowest. A task is to count the
// primes in an interval; the sum is the same however many workers there are.
package main

import (
	"flag"
	"fmt"
	"os"

	"hybrid/mpi"
)

const (
	tasks = 100  // intervals
	width = 1000 // of an interval
)

const tagTask, tagResult = 0, 1

func main() {
	ranks := flag.Int("ranks", 4, "ranks, where no launcher starts them")
	flag.Parse()
	os.Exit(mpi.Main(*ranks, func(c *mpi.Comm) error {
		if c.Rank() == 0 {
			return master(c)
		}
		return worker(c)
	}))
}

// master deals out the tasks and adds up the results, which come in any order.
func master(c *mpi.Comm) error {
	var primes int64
	next, busy := 0, 0
	deal := func(worker int) error { // the next task, or -1: there is none
		task := []int64{-1}
		if next < tasks {
			task[0] = int64(next)
			next++
			busy++
		}
		return mpi.Send(c, task, worker, tagTask)
	}
	for worker := 1; worker < c.Size(); worker++ {
		if err := deal(worker); err != nil {
			return err
		}
	}
	for ; c.Size() == 1 && next < tasks; next++ { // there is nobody to deal to
		primes += count(int64(next))
	}
	for ; busy > 0; busy-- {
		result := []int64{0}
		st, err := mpi.Recv(c, result, mpi.AnySource, tagResult)
		if err != nil {
			return err
		}
		primes += result[0]
		if err := deal(st.Source); err != nil {
			return err
		}
	}
	fmt.Printf("%d tasks: there are %d primes below %d\n", tasks, primes, tasks*width)
	return nil
}

// worker does what it is given until there is no more.
func worker(c *mpi.Comm) error {
	for {
		task := []int64{0}
		if _, err := mpi.Recv(c, task, 0, tagTask); err != nil || task[0] < 0 {
			return err
		}
		if err := mpi.Send(c, []int64{count(task[0])}, 0, tagResult); err != nil {
			return err
		}
	}
}

// count is the number of primes in an interval.
func count(task int64) (primes int64) {
	for n := max(task*width, 2); n < (task+1)*width; n++ {
		prime := true
		for d := int64(2); d*d <= n && prime; d++ {
			prime = n%d != 0
		}
		if prime {
			primes++
		}
	}
	return primes
}
