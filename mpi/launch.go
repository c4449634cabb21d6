package mpi

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// Launcher is what started this process as one of several tasks.
type Launcher struct {
	Name string // "Open MPI", "MPICH", "Slurm", "PMIx"
	Rank int
	Size int // 0 where the environment does not say it

	// First tells whether this is the first of the tasks that were given one
	// command line. Only Open MPI says where those of another begin, as in
	// "mpirun -n 2 a : -n 2 b"; elsewhere it is rank 0.
	First bool
}

// Detect finds a launcher in the environment:
//
//	Open MPI   OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE
//	MPICH      PMI_RANK, PMI_SIZE: Hydra and its kin, and srun --mpi=pmi2
//	Slurm      SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_STEP_ID
//	PMIx       PMIX_RANK alone, without a size
//
// Slurm comes after the two because their mpirun starts its daemons through
// srun, whose variables the ranks inherit, and these count daemons. Slurm is
// believed only inside a job step: the shell of sbatch or salloc has
// SLURM_NTASKS of the whole allocation and SLURM_PROCID=0 too, but a program
// that is started there plainly is one process, not the first of many. What
// tells the two apart is the step: srun alone sets SLURM_STEP_ID together with
// SLURM_STEP_NUM_TASKS, the number of tasks of that step. A step of one task, as
// the interactive step that salloc may open, is one process too, by whichever
// plugin: MPI would find nobody there, and Open MPI, where the plugin is not its
// own, would end the process for it. A part of a heterogeneous job is not, whose
// other parts are counted apart, and neither is what another launcher's daemon
// started from such a step.
func Detect() (Launcher, bool) { return detect(os.LookupEnv) }

func detect(lookup func(string) (string, bool)) (Launcher, bool) {
	number := func(name string) (int, bool) {
		text, ok := lookup(name)
		n, err := strconv.Atoi(text)
		return n, ok && err == nil && n >= 0
	}
	_, step := number("SLURM_STEP_ID")
	alone := false
	if tasks, _ := number("SLURM_STEP_NUM_TASKS"); step && tasks == 1 && !slices.ContainsFunc([]string{"SLURM_HET_SIZE", "SLURM_PACK_SIZE"},
		func(name string) bool { _, set := lookup(name); return set }) {
		step, alone = false, true
	}
	for _, l := range []struct{ name, rank, size string }{
		{"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
		{"MPICH", "PMI_RANK", "PMI_SIZE"},
		{"Slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},
	} {
		rank, ok1 := number(l.rank)
		size, ok2 := number(l.size)
		if ok1 && ok2 && rank < size && (l.name != "Slurm" || step) && (l.name != "MPICH" || size > 1 || !alone) {
			return Launcher{l.name, rank, size, first(rank, lookup)}, true
		}
	}
	namespace, _ := lookup("PMIX_NAMESPACE")
	if rank, ok := number("PMIX_RANK"); ok && (!alone || namespace != "" && !strings.HasPrefix(namespace, "slurm.")) {
		return Launcher{"PMIx", rank, 0, rank == 0}, true
	}
	return Launcher{}, false
}

// first tells whether the rank is the first with its command line: Open MPI's
// OMPI_APP_CTX_NUM_PROCS lists how many tasks each command line has.
func first(rank int, lookup func(string) (string, bool)) bool {
	counts, _ := lookup("OMPI_APP_CTX_NUM_PROCS")
	begin := 0
	for _, text := range strings.Fields(counts) {
		if begin == rank {
			return true
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			break
		}
		begin += n
	}
	return rank == 0
}
