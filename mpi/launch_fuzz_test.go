package mpi

import (
	"strings"
	"testing"
)

// FuzzDetect gives the launchers' variables any values: lines as in an environment.
func FuzzDetect(f *testing.F) {
	for _, env := range []string{
		"OMPI_COMM_WORLD_RANK=2\nOMPI_COMM_WORLD_SIZE=12\nOMPI_APP_CTX_NUM_PROCS=2 10",
		"PMI_RANK=0\nPMI_SIZE=1", "PMIX_RANK=1",
		"SLURM_PROCID=3\nSLURM_STEP_NUM_TASKS=4\nSLURM_STEP_ID=0",
		"SLURM_PROCID=0\nSLURM_STEP_NUM_TASKS=1\nSLURM_STEP_ID=0\nSLURM_HET_SIZE=2",
		"PMI_RANK=-1\nPMI_SIZE=9223372036854775808", "OMPI_COMM_WORLD_RANK=1\nOMPI_COMM_WORLD_SIZE=3\nOMPI_APP_CTX_NUM_PROCS=-1 2 9223372036854775807 2",
	} {
		f.Add(env)
	}
	f.Fuzz(func(t *testing.T, text string) {
		env := map[string]string{}
		for line := range strings.SplitSeq(text, "\n") {
			if name, value, ok := strings.Cut(line, "="); ok {
				env[name] = value
			}
		}
		lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
		l, ok := detect(lookup)
		switch {
		case !ok && l != Launcher{}:
			t.Errorf("no launcher, but %+v", l)
		case ok && (l.Name == "" || l.Rank < 0 || l.Size < 0 || l.Size > 0 && l.Rank >= l.Size):
			t.Errorf("%+v", l)
		case ok && l.Size == 0 && l.Name != "PMIx":
			t.Errorf("%+v without a size", l)
		case ok && l.Rank == 0 && !l.First:
			t.Errorf("%+v: rank 0 is the first of its command line, whatever others there are", l)
		}
		if !ok || l.Size == 0 || l.Size > 1000 || l.Name != "Open MPI" {
			return
		}
		// A command line has one first task: there are not more of them than command lines.
		firsts := 0
		for rank := range l.Size {
			if first(rank, lookup) {
				firsts++
			}
		}
		if most := max(len(strings.Fields(env["OMPI_APP_CTX_NUM_PROCS"])), 1); firsts < 1 || firsts > most {
			t.Errorf("%d tasks are the first of %d command lines: %q", firsts, most, env["OMPI_APP_CTX_NUM_PROCS"])
		}
	})
}
