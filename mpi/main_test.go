package mpi_test

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/leftover"
	"hybrid/mpi"
	"hybrid/mpi/mpitest"
)

// programVar names the program below that the test binary becomes instead of
// running its tests: what the tests start under mpirun.
const programVar = "HYBRID_MPI_PROGRAM"

// ranksVar is the number of ranks that the program asks for, and silentVar, where
// not empty, leaves its errors to the package.
const (
	ranksVar  = "HYBRID_MPI_RANKS"
	silentVar = "HYBRID_MPI_SILENT"
)

func TestMain(m *testing.M) {
	if name, ok := strings.CutPrefix(os.Getenv(programVar), "Main "); ok {
		os.Exit(mpi.Main(2, programs[name]))
	}
	if name := os.Getenv(programVar); name != "" {
		os.Exit(runProgram(name))
	}
	os.Exit(leftover.Main(m))
}

func runProgram(name string) int {
	f, ok := programs[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "no program %q\n", name)
		return 99
	}
	r := mpi.Runner{Report: func(err error) { fmt.Fprintf(os.Stderr, "REPORT %v\n", err) }}
	if os.Getenv(silentVar) != "" {
		r.Report = nil
	}
	r.Ranks, _ = strconv.Atoi(os.Getenv(ranksVar)) // 0 where it is not set
	err := r.Run(f)
	if name == "twice" {
		err = mpi.Run(0, f)
		fmt.Printf("SECOND %v\n", err)
		return 0
	}
	if err == nil {
		return 0
	}
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}

// status is an error that asks for an exit status.
type status int

func (s status) Error() string { return fmt.Sprintf("wants status %d", int(s)) }
func (s status) ExitCode() int { return int(s) }

func last(c *mpi.Comm) bool { return c.Rank() == c.Size()-1 }

// blocked waits for a message that nobody sends.
func blocked(c *mpi.Comm) error {
	_, err := mpi.Recv(c, make([]int8, 1), mpi.AnySource, 11)
	return err
}

// What the program "latency" and its twin testdata/latency.c do.
const (
	latencyRounds    = 5
	latencyExchanges = 20_000
)

var programs = map[string]func(*mpi.Comm) error{
	"suite": func(c *mpi.Comm) error {
		checks := mpitest.Checks(suiteSizes())
		for _, check := range checks {
			if err := check.Run(c); err != nil {
				return fmt.Errorf("rank %d of %d: %s: %w", c.Rank(), c.Size(), check.Name, err)
			}
		}
		if err := c.Barrier(); err != nil {
			return err
		}
		if c.Rank() == 0 {
			fmt.Printf("SUITE PASS %d checks, %d ranks, %s, %s\n", len(checks), c.Size(), c.Transport(), c.Library())
		}
		return nil
	},
	"library": func(c *mpi.Comm) error {
		fmt.Println(c.LibraryFile())
		return nil
	},
	"chunks": func(c *mpi.Comm) error {
		const limit = 1000
		mpi.LimitCounts(c, limit)
		for _, check := range mpitest.Checks(mpitest.Sizes{LongBytes: 8 * (10*limit + 7), Requests: 10}) {
			if strings.HasPrefix(check.Name, "uneven") {
				continue // their counts cannot be cut into parts: see below
			}
			if err := check.Run(c); err != nil {
				return fmt.Errorf("rank %d of %d, counts limited to %d: %s: %w", c.Rank(), c.Size(), limit, check.Name, err)
			}
		}
		counts := slices.Repeat([]int{limit + 1}, c.Size())
		all, mine := make([]int16, c.Size()*(limit+1)), make([]int16, limit+1)
		var e *mpi.Error
		if err := mpi.Allgatherv(c, mine, all, counts, nil); !errors.As(err, &e) || e.Class != mpi.ClassCount {
			return fmt.Errorf("parts of %d elements with counts limited to %d: error %v, want one of class %v", limit+1, limit, err, mpi.ClassCount)
		}
		return c.Barrier()
	},
	"huge": func(c *mpi.Comm) error {
		err := mpitest.Huge(c)
		if err == nil && c.Rank() == 0 {
			fmt.Println("HUGE PASS")
		}
		return err
	},
	"latency": func(c *mpi.Comm) error {
		peer := 1 - c.Rank()
		out, in := []float64{float64(c.Rank())}, []float64{0}
		for k := -1; k < latencyRounds; k++ { // the first round warms up
			if err := c.Barrier(); err != nil {
				return err
			}
			start := time.Now()
			for range latencyExchanges {
				if _, err := mpi.Sendrecv(c, out, peer, 1, in, peer, 1); err != nil {
					return err
				}
			}
			if c.Rank() == 0 && k >= 0 {
				fmt.Printf("MICROSECONDS %.6f\n", time.Since(start).Seconds()/latencyExchanges*1e6)
			}
		}
		return nil
	},
	"error": func(c *mpi.Comm) error {
		if last(c) {
			return status(3)
		}
		return blocked(c)
	},
	"panic": func(c *mpi.Comm) error {
		if c.Rank() == 0 {
			panic("the sky falls")
		}
		return c.Barrier()
	},
	"goexit": func(c *mpi.Comm) error {
		if last(c) {
			runtime.Goexit()
		}
		return blocked(c)
	},
	"abort": func(c *mpi.Comm) error {
		if last(c) {
			c.Abort(7)
		}
		return blocked(c)
	},
	"together": func(c *mpi.Comm) error {
		var err error
		if c.Rank() == 0 {
			err = status(5)
		}
		return c.Agree(err)
	},
	"together-well": (*mpi.Comm).Barrier,
	"open": func(c *mpi.Comm) error {
		if _, err := mpi.Irecv(c, make([]int8, 1), mpi.AnySource, 11); err != nil {
			return err
		}
		runtime.GC() // the request is garbage, its buffer still MPI's
		return status(4)
	},
	"twice": (*mpi.Comm).Barrier,
	"thread": func(c *mpi.Comm) error {
		result := make(chan error)
		go func() { result <- c.Barrier() }()
		var e *mpi.Error
		if err := <-result; !errors.As(err, &e) || e.Class != mpi.ClassComm {
			return fmt.Errorf("a call from another goroutine: error %v, want one of class %v", err, mpi.ClassComm)
		}
		return c.Barrier()
	},
	"signals": func(c *mpi.Comm) error {
		for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1} {
			got := make(chan os.Signal, 1)
			signal.Notify(got, s)
			if err := syscall.Kill(os.Getpid(), s); err != nil {
				return err
			}
			<-got // or launch ends what waits for ever
			signal.Stop(got)
		}
		if err := nilPointer(nil); err == nil {
			return errors.New("no panic")
		}
		return c.Barrier()
	},
	"segv": func(c *mpi.Comm) error {
		var p *int
		if last(c) {
			*p = 1
		}
		return blocked(c)
	},
}

// nilPointer turns the panic of a nil pointer, which is a signal, into an error.
func nilPointer(p *int) (err error) {
	defer func() { err, _ = recover().(error) }()
	*p = 1
	return nil
}
