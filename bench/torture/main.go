//go:build unix

// Torture ends runs of hybrid heat in every way that a machine has, at random instants, and
// goes on from what they have saved, on other ranks, transports and devices, until they are
// complete: then all files must have the bytes of a run that was never interrupted.
//
//	go run ./bench/torture -runs 100 -seed 1
//
// One run is made of sessions, each of which is ended by one of
//
//	kill      SIGKILL to a rank chosen at random, or to the launcher
//	term      SIGTERM, SIGINT or SIGHUP to the launcher or process, sometimes twice
//	limit     --time-limit
//	full      the disk is full from a call on that is chosen at random
//	power     the power is cut behind a call that is chosen at random: what was not synced is lost, or not,
//	          by chance (package internal/disk/faulty)
//
// or comes to its end. Behind each, what is there has to be whole: outputs, pictures, the
// newest checkpoint. A run that fails keeps its folder and prints how to repeat it.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hybrid/internal/mpilib"
)

// An options is what the program was told.
type options struct {
	runs, only int
	seed       uint64
	mpi        bool
	keep       string
}

func main() {
	if playHybrid() {
		return
	}
	var o options
	flag.IntVar(&o.runs, "runs", 20, "runs to torture")
	flag.IntVar(&o.only, "only", -1, "the number of the one run to repeat")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()%1e6), "of all that is chosen at random")
	flag.BoolVar(&o.mpi, "mpi", true, "under the MPIs of this machine too")
	flag.StringVar(&o.keep, "in", "", "folder to work in, and to leave what failed in (default: a temporary one)")
	flag.Parse()
	if err := torture(o); err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

func torture(o options) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	dir, err := os.MkdirTemp(o.keep, "torture")
	if err != nil {
		return err
	}
	all, err := transports(dir, o.mpi)
	if err != nil {
		return err
	}
	fmt.Printf("seed %d, in %s\n", o.seed, dir)
	var sum table
	failed := 0
	for i := range o.runs {
		if o.only >= 0 && i != o.only {
			continue
		}
		r := newRun(o.seed, i, filepath.Join(dir, fmt.Sprintf("run%d", i)), all)
		err := r.torture()
		sum.add(r)
		fmt.Printf("run %3d  %s: %s\n", i, r.problem(), r.outcome())
		if err != nil {
			failed++
			fmt.Printf("run %3d  FAILED: %v\n         see %s; again: go run ./bench/torture -seed %d -only %[1]d -runs %[5]d\n", i, err, r.dir, o.seed, i+1)
			continue
		}
		if err := os.RemoveAll(r.dir); err != nil {
			return err
		}
	}
	sum.print(os.Stdout)
	if failed > 0 {
		return fmt.Errorf("%d of %d runs failed", failed, sum.runs)
	}
	fmt.Printf("%d of %d runs ended with the bytes of runs that were not interrupted\n", sum.runs, sum.runs)
	return os.RemoveAll(dir)
}

// A transport is a way to start ranks.
type transport struct {
	name   string
	hybrid string          // the program, "" for this one in its place
	mpi    *mpilib.Library // nil: ranks of one process
}

// transports builds hybrid for each.
func transports(dir string, mpi bool) ([]transport, error) {
	build := func(name string, args ...string) (string, error) {
		cmd := exec.Command(args[0], args[1:]...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
		}
		return filepath.Join(dir, name, "hybrid"), nil
	}
	local, err := build("local", "go", "build", "-o", filepath.Join(dir, "local", "hybrid"), "hybrid/cmd/hybrid")
	if err != nil {
		return nil, err
	}
	all := []transport{{name: "local", hybrid: local}}
	if !mpi {
		return all, nil
	}
	libraries := mpilib.All()
	if len(libraries) < 2 {
		fmt.Printf("only %d of Open MPI and MPICH are here (make deps)\n", len(libraries))
	}
	program, err := build("lazy", "make", "build", "BIN="+filepath.Join(dir, "lazy"))
	if err != nil {
		return nil, err
	}
	for i := range libraries {
		w := &libraries[i]
		all = append(all, transport{name: w.Name, hybrid: program, mpi: w})
	}
	return all, nil
}
