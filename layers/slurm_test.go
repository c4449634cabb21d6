//go:build layers

package layers

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hybrid/internal/mpilib"
)

// TestSlurm starts a Slurm and runs hybrid in it as on a cluster.
func TestSlurm(t *testing.T) {
	need(t, "slurm")
	t.Parallel()
	c := startCluster(t)

	t.Run("gpus-per-task", func(t *testing.T) {
		res := must(t, c.command("srun", "-n", "2", "--gpus-per-task=1", "sh", "-c", "echo $SLURM_PROCID sees $CUDA_VISIBLE_DEVICES"))
		got := strings.Split(strings.TrimSpace(res.stdout), "\n")
		slices.Sort(got)
		if want := []string{"0 sees 0", "1 sees 1"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q\n%s", got, want, res)
		}
	})
	for _, mpi := range []struct {
		find func() (mpilib.Library, error)
		pmi  string // what this MPI asks Slurm for
	}{{mpilib.OpenMPI, "pmix"}, {mpilib.MPICH, "pmi2"}} {
		w, err := mpi.find()
		if err != nil {
			t.Logf("not run under srun: %v", err)
			continue
		}
		t.Run(w.Name+"/"+mpi.pmi, func(t *testing.T) {
			if !c.hasPMI(t, mpi.pmi) {
				t.Skipf("this Slurm has no --mpi=%s, so %s is MISSING under srun", mpi.pmi, w.Name)
			}
			testSrun(t, c, w, mpi.pmi)
		})
	}
	t.Run("none", func(t *testing.T) { testNoPMI(t, c) })
}

// noDriver is c on a machine without a GPU's driver.
func noDriver(c command) command {
	c.env = append(c.env, "HYBRID_LIBCUDA=/none/libcuda.so.1")
	return c
}

// testSrunDevices runs hybrid on two devices of the driver for tests, of which every
// task sees all, or its own alone as device 0.
func testSrunDevices(t *testing.T, c *cluster, srun func(flags ...string) []string, hybrid string) {
	fake := append(fakeDriver(t), "FAKECUDA_DEVICES=2")
	for _, flags := range [][]string{nil, {"--gpus-per-task=1"}} {
		run := c.command(srun(append(flags, hybrid, "pi", "--samples", "1000", "--gpu", "on", "--json")...)...)
		run.env = append(run.env, fake...)
		wantDevices(t, must(t, run), "Fake GPU 0", "Fake GPU 1")
	}
}

// testNoPMI runs hybrid in steps by which tasks cannot find each other: one task is a
// process like any other and loads no MPI, whatever its plugin; many are refused, once.
func testNoPMI(t *testing.T, c *cluster) {
	hybrid := build(t)
	for _, plugin := range []string{"none", "pmi2"} {
		got := filepath.Join(t.TempDir(), "got.npy")
		res := must(t, c.command(append([]string{"srun", "-n", "1", "--mpi=" + plugin, hybrid}, smallHeat(got)...)...))
		wantRun(t, res, "local", 1)
		want := filepath.Join(t.TempDir(), "want.npy")
		must(t, command{args: append([]string{hybrid}, smallHeat(want)...)})
		wantSameBytes(t, got, want, res)
	}
	wantRefusal(t, run(t, c.command("srun", "-n", "2", "--mpi=none", hybrid, "heat", "--steps", "1")), "Slurm started this process as task 0 of 2")
}

// testSrun runs hybrid in the cluster, under the plugin that w asks for.
func testSrun(t *testing.T, c *cluster, w mpilib.Library, pmi string) {
	hybrid := build(t)
	dir := t.TempDir()
	srun := func(flags ...string) []string {
		return append([]string{"srun", "-n", "2", "--mpi=" + pmi}, flags...)
	}

	info := must(t, c.command(srun(hybrid, "info", "--json")...))
	wantRun(t, info, w.Name, 2)

	want := filepath.Join(dir, "want.npy")
	must(t, command{args: append([]string{hybrid}, smallHeat(want)...)})
	for _, flags := range [][]string{nil, {"--gpus-per-task=1"}} {
		got := filepath.Join(dir, fmt.Sprintf("got%d.npy", len(flags)))
		res := must(t, noDriver(c.command(srun(append(append(flags, hybrid), smallHeat(got)...)...)...)))
		wantRun(t, res, w.Name, 2)
		wantSameBytes(t, got, want, res)
		if flags != nil {
			wantVisible(t, res, "0", "1")
		}
	}
	wantVisible(t, must(t, noDriver(c.command(srun("--gpus-per-task=1", hybrid, "info", "--json")...))), "0", "1")
	if _, err := findCUDA(); err != nil {
		t.Logf("devices are MISSING under srun: %v", err)
	} else {
		testSrunDevices(t, c, srun, hybrid)
		testBatches(t, c, hybrid, pmi)
	}

	suite := c.command(srun(testProgram(t))...)
	suite.env = append(suite.env, "HYBRID_MPI_PROGRAM=suite")
	wantSuite(t, must(t, suite), w.Name, 2)

	program := ownCopy(t, hybrid)
	r, ranks := startEndless(t, c.command(srun(program)...), program, 2)
	wantJobEnds(t, r, program, ranks[0], syscall.SIGTERM)
	r, ranks = startEndless(t, stalling(c.command(srun("--kill-on-bad-exit=1", program)...)), program, 2)
	wantStall(t, r, program, ranks, 1)
}
