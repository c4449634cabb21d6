package mpi

import "testing"

func TestDetect(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want Launcher
		ok   bool
	}{
		"nothing":  {nil, Launcher{}, false},
		"Open MPI": {map[string]string{"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "2"}, Launcher{"Open MPI", 2, 4, false}, true},
		"Hydra":    {map[string]string{"PMI_RANK": "0", "PMI_SIZE": "1"}, Launcher{"MPICH", 0, 1, true}, true},
		"srun": {map[string]string{"SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "4", "SLURM_STEP_ID": "0"},
			Launcher{"Slurm", 3, 4, false}, true},
		"srun of fewer tasks than the job has": {map[string]string{"SLURM_PROCID": "1", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_ID": "3"},
			Launcher{"Slurm", 1, 2, false}, true},
		"the script of sbatch -n 4": {map[string]string{"SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7"}, Launcher{}, false},
		"the shell of salloc -n 4":  {map[string]string{"SLURM_NTASKS": "4", "SLURM_JOB_ID": "7"}, Launcher{}, false},
		"the interactive step of salloc -n 4": {map[string]string{"SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "4294967290"},
			Launcher{}, false},
		"srun --mpi=pmix -n 1": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "PMIX_RANK": "0",
			"PMIX_NAMESPACE": "slurm.pmix.7.0"}, Launcher{}, false},
		"srun --mpi=pmi2 -n 1": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "PMI_RANK": "0", "PMI_SIZE": "1"},
			Launcher{}, false},
		"Hydra, whose proxy srun started": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "PMI_RANK": "1", "PMI_SIZE": "4"},
			Launcher{"MPICH", 1, 4, false}, true},
		"prterun, whose daemon srun started": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "PMIX_RANK": "0",
			"PMIX_NAMESPACE": "prterun-n1-77@1"}, Launcher{"PMIx", 0, 0, true}, true},
		"a part of a heterogeneous job by pmi2": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "SLURM_HET_SIZE": "2",
			"PMI_RANK": "0", "PMI_SIZE": "1"}, Launcher{"MPICH", 0, 1, true}, true},
		"a part of a heterogeneous job": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_STEP_ID": "0", "SLURM_HET_SIZE": "2"},
			Launcher{"Slurm", 0, 1, true}, true},
		"mpirun whose daemons srun started": {map[string]string{"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_ID": "0",
			"OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "16"}, Launcher{"Open MPI", 5, 16, false}, true},
		"srun --mpi=pmi2": {map[string]string{"SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2", "SLURM_STEP_ID": "0", "PMI_RANK": "1", "PMI_SIZE": "2"},
			Launcher{"MPICH", 1, 2, false}, true},
		"the second program of Open MPI": {map[string]string{"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "12", "OMPI_APP_CTX_NUM_PROCS": "2 10"},
			Launcher{"Open MPI", 2, 12, true}, true},
		"not its first task": {map[string]string{"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "14", "OMPI_APP_CTX_NUM_PROCS": "12 2"},
			Launcher{"Open MPI", 1, 14, false}, true},
		"PMIx alone":         {map[string]string{"PMIX_RANK": "1"}, Launcher{"PMIx", 1, 0, false}, true},
		"rank without size":  {map[string]string{"PMI_RANK": "1"}, Launcher{}, false},
		"not a number":       {map[string]string{"PMI_RANK": "one", "PMI_SIZE": "2"}, Launcher{}, false},
		"rank beyond size":   {map[string]string{"PMI_RANK": "2", "PMI_SIZE": "2"}, Launcher{}, false},
		"negative and empty": {map[string]string{"PMI_RANK": "-1", "PMI_SIZE": "2", "OMPI_COMM_WORLD_RANK": ""}, Launcher{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := detect(func(name string) (string, bool) { v, ok := test.env[name]; return v, ok })
			if got != test.want || ok != test.ok {
				t.Errorf("got %+v %v, want %+v %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// Local ranks are to be had in a task of a launcher, too.
func TestLocalRanksInATask(t *testing.T) {
	t.Setenv("PMI_RANK", "2")
	t.Setenv("PMI_SIZE", "4")
	seen := make([]bool, 2)
	err := Runner{Ranks: 2, Local: true}.Run(func(c *Comm) error {
		seen[c.Rank()] = c.Size() == 2 && c.Transport() == "local"
		return nil
	})
	if err != nil || !seen[0] || !seen[1] {
		t.Errorf("%v, %v", seen, err)
	}
}
