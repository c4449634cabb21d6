//go:build !mpi

package mpi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRefusesToBeATask starts a program that was built without MPI as a
// launcher would.
func TestRefusesToBeATask(t *testing.T) {
	launcher := filepath.Join(t.TempDir(), "mpirun")
	shell, err := os.ReadFile("/bin/sh")
	if err == nil {
		err = os.WriteFile(launcher, shell, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		env    []string
		code   int
		output string // "" means none
		alone  bool   // no launcher is above it
	}{
		{"one of four", []string{"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=4"}, 1, "REPORT mpi: Run: this process is one of 4 tasks of Open MPI, but the program was built without MPI, and each task would " +
			"do the whole job: build it with MPI (hybrid itself by make build, where a C compiler is on the PATH; any other program by scripts/withmpi lazy go build -tags mpi,lazympi", false},
		{"another of four", []string{"PMI_RANK=2", "PMI_SIZE=4"}, 1, "", false},
		{"another of four, as is left over", []string{"PMI_RANK=2", "PMI_SIZE=4"}, 1, "No launcher is above this process: if its variables are left over", true},
		{"one of four, as is left over", []string{"SLURM_PROCID=0", "SLURM_STEP_ID=0", "SLURM_STEP_NUM_TASKS=4"}, 1, "No launcher is above this process", true},
		{"one of nobody knows how many", []string{"PMIX_RANK=0"}, 1, "one of several tasks of PMIx", false},
		{"one of one", []string{"PMI_RANK=0", "PMI_SIZE=1"}, 0, "", false},
		{"one of four that asks for one rank", []string{"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=4", ranksVar + "=1"}, 1,
			"REPORT mpi: Run: Open MPI started 4 tasks of this program, and each is asked to be 1 rank by itself, which does the whole job 4 times: start 1 task, or ask for 4 or 0 ranks", false},
		{"another of four that asks for one rank", []string{"PMI_RANK=2", "PMI_SIZE=4", ranksVar + "=1"}, 1, "", false},
		{"one of four that asks for four ranks", []string{"PMI_RANK=0", "PMI_SIZE=4", ranksVar + "=4"}, 1, "was built without MPI", false},
		{"one of nobody knows how many that asks for one rank", []string{"PMIX_RANK=0", ranksVar + "=1"}, 1, "was built without MPI", false},
		{"one of one that asks for three ranks", []string{"PMI_RANK=0", "PMI_SIZE=1", ranksVar + "=3"}, 0, "", false},
		{"plainly in a batch script", []string{"SLURM_PROCID=0", "SLURM_NTASKS=4"}, 0, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(launcher, "-c", `"$0"; exit $?`, os.Args[0])
			if test.alone {
				cmd = exec.Command(os.Args[0])
			}
			cmd.Env = append(append(os.Environ(), programVar+"=together-well"), test.env...)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != test.code {
				t.Errorf("status %d, want %d", code, test.code)
			}
			if text := string(out); test.output == "" && text != "" || !strings.Contains(text, test.output) {
				t.Errorf("output %q, want %q", text, test.output)
			}
		})
	}
}
