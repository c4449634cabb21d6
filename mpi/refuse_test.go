//go:build !mpi

package mpi_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestRefusesToBeATask starts a program that was built without MPI as a
// launcher would.
func TestRefusesToBeATask(t *testing.T) {
	for _, test := range []struct {
		name   string
		env    []string
		code   int
		output string // "" means none
	}{
		{"one of four", []string{"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=4"}, 1, "REPORT mpi: Run: this process is one of 4 tasks of Open MPI, but the program was built without MPI"},
		{"another of four", []string{"PMI_RANK=2", "PMI_SIZE=4"}, 1, ""},
		{"one of nobody knows how many", []string{"PMIX_RANK=0"}, 1, "one of several tasks of PMIx"},
		{"one of one", []string{"PMI_RANK=0", "PMI_SIZE=1"}, 0, ""},
		{"plainly in a batch script", []string{"SLURM_PROCID=0", "SLURM_NTASKS=4"}, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
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
