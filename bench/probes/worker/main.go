// Command worker takes one group of hybrid's probes, on all ranks of its launcher,
// and prints them as JSON.
//
//	worker GROUP SECONDS THREADS LONGEST
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"hybrid/mpi"
	"hybrid/study/probe"
)

func main() {
	var seconds float64
	var o probe.Options
	if _, err := fmt.Sscan(strings.Join(os.Args[2:], " "), &seconds, &o.Threads, &o.MaxMessage); err != nil {
		fmt.Fprintln(os.Stderr, "usage: worker GROUP SECONDS THREADS LONGEST")
		os.Exit(2)
	}
	o.Only, o.Time = strings.Split(os.Args[1], ","), time.Duration(seconds*float64(time.Second))
	err := mpi.Run(0, func(c *mpi.Comm) error {
		probes, err := probe.Run(context.Background(), c, o)
		if err != nil || c.Rank() != 0 {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(probes)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}
