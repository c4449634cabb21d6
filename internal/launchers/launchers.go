// Package launchers finds the programs that have started this process as a task of a parallel job.
package launchers

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Above are the launchers of an MPI among the processes that this one descends from, the nearest first, by the
// files of their programs. Where the system hides processes from each other, as Linux can, they are not found.
func Above() []string { return above(isMPI) }

// Slurm's tasks descend from slurmstepd.
const slurmstepd = "slurmstepd"

// None tells that no launcher is above this process: neither one of an MPI nor Slurm's. It is false where the
// processes above cannot be seen.
func None() bool {
	if _, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", os.Getppid())); err != nil {
		return false
	}
	return len(above(func(path string) bool { return isMPI(path) || filepath.Base(path) == slurmstepd })) == 0
}

func above(is func(path string) bool) (all []string) {
	for pid := os.Getppid(); pid > 1; pid = parent(pid) {
		if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && is(exe) {
			all = append(all, exe)
		}
	}
	return all
}

// parent is the process that started pid; 0 is unknown.
func parent(pid int) int {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	words := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // behind the name in brackets
	if len(words) > 1 {
		n, _ := strconv.Atoi(words[1])
		return n
	}
	return 0
}

// isMPI tells the programs of Open MPI and of MPICH's kin that start ranks.
func isMPI(path string) bool {
	name := filepath.Base(path)
	return slices.ContainsFunc([]string{"mpirun", "mpiexec", "orte", "prte", "hydra_"}, func(s string) bool { return strings.HasPrefix(name, s) })
}
