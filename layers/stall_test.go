//go:build layers

package layers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/mpilib"
)

// testFaultsOfRanks has a rank stopped for good and a rank killed, of a job of w and of one that is
// supervised, of two ranks or, in the other MPI's turn, of three.
func testFaultsOfRanks(t *testing.T, w mpilib.Library, hybrid string, turn int) {
	for _, rank := range []int{0, 1} {
		t.Run(fmt.Sprintf("rank %d is stopped", rank), func(t *testing.T) {
			program := ownCopy(t, hybrid)
			r, ranks := startEndless(t, stalling(launch(w, 2+turn, program)), program, 2+turn)
			wantStall(t, r, program, ranks, rank)
		})
	}
	t.Run("supervised", func(t *testing.T) { testSupervised(t, w, hybrid, 2+turn) })
	t.Run("supervise within", func(t *testing.T) {
		res := run(t, launch(w, 2, hybrid, "heat", "--supervise", "2"))
		if res.code == 0 || linesWith(res.stderr, "hybrid supervise -n 2 -- mpirun -n 2 hybrid heat") != 1 {
			t.Errorf("want a refusal that shows how\n%s", res)
		}
	})
}

// stalling is a command of which no rank may stand still for two seconds.
func stalling(c command) command {
	c.env = append(c.env, "HYBRID_STALL=2s")
	return c
}

// wantStall stops a rank for good: the job must end as failed, with one line that names it, and leave
// nobody behind.
func wantStall(t *testing.T, r *running, program string, ranks []int, rank int) {
	t.Helper()
	pid := processOf(t, ranks, rank)
	began := time.Now()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	res := r.wait()
	wantNobodyLeft(t, program)
	t.Logf("nobody is left %.1f s after rank %d was stopped", time.Since(began).Seconds(), rank)
	said := regexp.MustCompile(fmt.Sprintf(`no progress for 2 s: rank %d \(process %d on \S+\) is stopped, by SIGSTOP`, rank, pid)).FindAllString(res.stderr, -1)
	if res.late || res.code == 0 || len(said) != 1 || linesWith(res.stderr, "no progress") != 1 {
		t.Errorf("want a failure, and one line that names rank %d\n%s", rank, res)
	}
}

// processOf is the process of a rank, by what its launcher has told it.
func processOf(t *testing.T, pids []int, rank int) int {
	t.Helper()
	for _, pid := range pids {
		env, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		for _, name := range []string{"OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"} {
			if strings.Contains("\x00"+string(env), fmt.Sprintf("\x00%s=%d\x00", name, rank)) {
				return pid
			}
		}
	}
	t.Fatalf("none of the processes %v is rank %d", pids, rank)
	return 0
}

// testSupervised kills a rank of a supervised job that keeps checkpoints, once there is one: the job starts
// again and gives the bytes of one that was not killed. What is killed has no end that it could come to before.
func testSupervised(t *testing.T, w mpilib.Library, hybrid string, n int) {
	dir := t.TempDir()
	want, got, ck := filepath.Join(dir, "want.npy"), filepath.Join(dir, "got.npy"), filepath.Join(dir, "ck")
	heat := []string{"heat", "--nx", "100", "--ny", "100", "--threads", "1", "--quiet"}
	twice := script(t, dir, "twice", `steps=1000000000
if [ -e `+dir+`/again ]; then
	`+stepsBehind(ck, dir)+`
fi
: >`+dir+`/again
exec "$@" --steps "$steps"
`)
	program := ownCopy(t, hybrid)
	c := launch(w, n, append(append([]string{program}, heat...), "--checkpoint", ck, "--checkpoint-every", "2000", "--restart", "auto", "--out", got)...)
	c.args = append([]string{hybrid, "supervise", "-n", "2", "--", twice}, c.args...)
	r := start(t, c)
	await(t, "a checkpoint", func() bool {
		if r.ended() {
			t.Fatalf("it ended before there was a checkpoint\n%s", r.wait())
		}
		all, _ := filepath.Glob(filepath.Join(ck, "checkpoint_*"))
		return len(all) > 1
	})
	ranks, _ := processes(t, program)
	if err := syscall.Kill(ranks[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	res := r.wait()
	if res.late || res.code != 0 || linesWith(res.stderr, "starting it again") != 1 {
		t.Errorf("want exit status 0, and one restart\n%s", res)
	}
	must(t, command{args: slices.Concat([]string{hybrid}, heat, []string{"--steps", stepsSaid(t, dir, res), "--out", want})})
	wantSameBytes(t, got, want, res)
	wantNobodyLeft(t, program)
}

// stepsBehind are commands of the shell's that set steps to some more than the newest checkpoint in a folder has, and
// write them to a file in dir for stepsSaid.
func stepsBehind(ck, dir string) string {
	return `newest=$(ls ` + ck + ` | tail -n 1)
	steps=$(expr "${newest##*_}" + 4000)
	echo "$steps" >` + dir + `/steps`
}

// stepsSaid is what they have written.
func stepsSaid(t *testing.T, dir string, res result) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "steps"))
	if err != nil {
		t.Fatalf("%v\n%s", err, res)
	}
	return strings.TrimSpace(string(text))
}

// testLostDevice has the device of rank 1 of two fail in the middle of a run. run starts hybrid on two
// devices of the driver for tests.
func testLostDevice(t *testing.T, c command, hybrid string) {
	for code, name := range map[int]string{214: "CUDA_ERROR_ECC_UNCORRECTABLE", 719: "CUDA_ERROR_LAUNCH_FAILED", 100: "CUDA_ERROR_NO_DEVICE"} {
		on := c
		on.env = append(on.env, fmt.Sprintf("FAKECUDA_FAIL=cuStreamSynchronize:%d:20", code), "FAKECUDA_FAIL_DEVICE=1")
		on.args = append(append([]string{}, c.args...), hybrid, "heat", "--gpu", "on", "--nx", "60", "--ny", "60", "--steps", "400", "--quiet")
		res := run(t, on)
		line := regexp.MustCompile(`hybrid: heat: rank 1 on \S+: device 1, Fake GPU 1 \(GPU-\S+\), is lost: cu\w+: ` + name)
		if res.late || res.code == 0 || len(line.FindAllString(res.stderr, -1)) != 1 {
			t.Errorf("want a failure, and one line that names rank 1 and its device\n%s", res)
		}
	}
}

// testGoesOnWithoutDevice has the same in runs of two ranks that keep checkpoints.
func testGoesOnWithoutDevice(t *testing.T, run command, hybrid string) {
	for _, c := range []struct{ args, fail string }{
		{"heat --nx 60 --ny 60 --steps 400 --checkpoint-every 50 --balance off --out OUT.npy", "cuStreamSynchronize:719:40"},
		{"pi --samples 3e6 --checkpoint-every 300000", "cuStreamSynchronize:719:20"},
		{"walk --walks 2e4 --steps 300 --checkpoint-every 2000 --out OUT.npy", "cuMemcpyAsync:719:20"},
		{"mandelbrot --width 400 --height 300 --max-iter 300 --schedule static --checkpoint-every 7 --out OUT.npy", "cuStreamSynchronize:719:6"},
		{"matmul --m 60 --n 60 --k 2000 --checkpoint-every 40 --out OUT.npy", "cuStreamSynchronize:719:100"},
		{"solve grayscott --set grid.size=[40,40] --steps 200 --checkpoint-every 20 --out v=OUT.npy", "cuLaunchKernel:719:15"},
	} {
		want, _ := ask(t, command{args: []string{hybrid}}, c.args, "--gpu", "off", "--checkpoint", filepath.Join(t.TempDir(), "ck"))
		on := run
		on.env = append(slices.Clip(run.env), "FAKECUDA_FAIL="+c.fail, "FAKECUDA_FAIL_DEVICE=1")
		on.args = append(slices.Clip(run.args), hybrid)
		more := []string{"--gpu", "auto", "--checkpoint", filepath.Join(t.TempDir(), "ck")}
		if len(run.args) == 0 {
			more = append(more, "--ranks", "2")
		}
		got, res := ask(t, on, c.args, more...)
		if linesWith(res.stderr, "going on without devices, from the newest checkpoint") != 1 {
			t.Errorf("want a line that says so\n%s", res)
		}
		sameAnswer(t, got, want, res)
	}
}
