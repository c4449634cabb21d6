//go:build layers

package layers

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hybrid/mpi/checkpoint"
)

// A batch is one of the scripts in docs/slurm as this small cluster can run it.
type batch struct {
	script  string
	flags   string   // of sbatch, in the place of the script's
	devices []string // what the ranks must compute on: "" is a CPU
}

var batches = []batch{
	{"cpu", "--nodes=2 --ntasks-per-node=1 --cpus-per-task=1", []string{"", ""}},
	{"gpu", "--nodes=1 --ntasks-per-node=2 --cpus-per-task=1", []string{"Fake GPU 0", "Fake GPU 1"}},
	{"shared-gpu", "--ntasks-per-node=2 --cpus-per-task=1", []string{"Fake GPU 0", "Fake GPU 0"}},
	{"mixed", "--ntasks-per-node=1 --cpus-per-task=1 : --ntasks-per-node=2 --cpus-per-task=1",
		[]string{"", "Fake GPU 0", "Fake GPU 1"}},
}

// testBatches submits the scripts of docs/slurm as they are: heat on each must give
// the file that one rank gives without Slurm, and a job that is cancelled must leave
// nothing half written.
func testBatches(t *testing.T, c *cluster, hybrid, pmi string) {
	dir := t.TempDir()
	want := filepath.Join(dir, "want.npy")
	must(t, command{args: append([]string{hybrid}, smallHeat(want)...)})
	onNodes := c.onNodes(t, dir, hybrid)
	env := append(fakeDriver(t), "FAKECUDA_DEVICES=2", "SLURM_MPI_TYPE="+pmi, "HYBRID="+onNodes)
	env = append(env, c.standInMPS(t, dir)...)
	tried := []string{"bench.sbatch"}
	for _, b := range batches {
		tried = append(tried, b.script+".sbatch")
		t.Run(b.script, func(t *testing.T) {
			job := c.sbatch(t, env, b.script, b.flags, smallHeat("got.npy")...)
			log := job.wait(t)
			wantSameBytes(t, filepath.Join(job.dir, "got.npy"), want, log)
			wantRanks(t, log, b.devices)
			if b.script == "shared-gpu" {
				wantMPS(t, dir, log)
			}
		})
	}
	tried = append(tried, "requeue.sbatch")
	if pmi == "pmix" { // what ranks save does not depend on how they were started
		t.Run("requeue", func(t *testing.T) { testRequeue(t, c, env, onNodes, hybrid) })
	}
	t.Run("no other script", func(t *testing.T) {
		all, err := filepath.Glob(filepath.Join(root(t), "docs", "slurm", "*"))
		for _, path := range all {
			if !slices.Contains(tried, filepath.Base(path)) {
				t.Errorf("%s is not tried", path)
			}
		}
		if err != nil || len(all) != len(tried) {
			t.Errorf("%d files, %d tried, %v", len(all), len(tried), err)
		}
	})
	t.Run("bench", func(t *testing.T) {
		args := "--kernels pi --size pi=1e6 --time 0.01 --repeat 1 --no-probes" // both nodes have one core here, which two ranks that wait for each other share
		log := c.sbatch(t, env, "bench", batches[0].flags, strings.Fields(args)...).wait(t)
		wantRanks(t, log, batches[0].devices)
	})
	t.Run("cancelled", func(t *testing.T) {
		frames := filepath.Join(t.TempDir(), "frames")
		job := c.sbatch(t, env, "cpu", batches[0].flags, append(endlessHeat(frames), "--out", "got.npy")...)
		c.wait(t, "the first picture", func() bool {
			pictures, _ := filepath.Glob(filepath.Join(frames, "*.png"))
			return len(pictures) > 0
		})
		must(t, c.command("scancel", job.id))
		if res := job.end(t); res.code == 0 {
			t.Errorf("a cancelled job must not succeed\n%s", res)
		}
		for _, folder := range []string{job.dir, frames} {
			if files, _ := filepath.Glob(filepath.Join(folder, ".*.tmp")); len(files) > 0 {
				t.Errorf("left behind: %q", files)
			}
		}
		if _, err := os.Stat(filepath.Join(job.dir, "got.npy")); err == nil {
			t.Error("there is an output file of a run that did not end")
		}
	})
}

// testRequeue puts a job back into the queue in the middle of its run, behind a
// checkpoint that USR1 asks for: it must go on from there, or from the one that it makes at
// the TERM that follows, and end with the file of a run that was not interrupted. Until it is
// put back the run has no end that it could come to before.
func testRequeue(t *testing.T, c *cluster, env []string, onNodes, hybrid string) {
	dir := t.TempDir()
	twice := script(t, dir, "hybrid", `if [ "${SLURM_RESTART_COUNT:-0}" = 0 ]; then
	steps=1000000000
else
	`+stepsBehind("hybrid-$SLURM_JOB_ID.ck", dir)+`
fi
exec `+onNodes+` "$@" --steps "$steps"
`)
	problem := strings.Fields("heat --nx 70 --ny 50")
	job := c.sbatch(t, append(slices.Clip(env), "HYBRID="+twice), "requeue", batches[0].flags, append(slices.Clip(problem), "--out", "got.npy", "--checkpoint-every", "1h")...)
	ck := filepath.Join(job.dir, "hybrid-"+job.id+".ck")
	c.wait(t, "the run", func() bool {
		_, err := os.Stat(filepath.Join(ck, ".checkpoint_run.json"))
		return err == nil
	})
	c.wait(t, "the checkpoint", func() bool {
		_, _, err := checkpoint.Newest(ck)
		if err != nil { // a signal before the run has begun ends it
			must(t, c.command("scancel", "--signal=USR1", job.id))
		}
		return err == nil
	})
	must(t, c.command("scontrol", "requeue", job.id))
	log := job.wait(t)
	want := filepath.Join(job.dir, "want.npy")
	must(t, command{args: slices.Concat([]string{hybrid}, problem, []string{"--steps", stepsSaid(t, dir, log), "--out", want, "--quiet"})})
	wantSameBytes(t, filepath.Join(job.dir, "got.npy"), want, log)
	if !strings.Contains(log.stderr, "\nfrom      hybrid-"+job.id+".ck/checkpoint_") {
		t.Errorf("it has not gone on from a checkpoint\n%s", log)
	}
}

// A job is a script that was submitted, with a working directory of its own.
type job struct {
	cluster *cluster
	id, dir string
}

// sbatch submits a script of docs/slurm.
func (c *cluster) sbatch(t *testing.T, env []string, script, flags string, args ...string) *job {
	t.Helper()
	path := filepath.Join(root(t), "docs", "slurm", script+".sbatch")
	line := append([]string{"sbatch", "--parsable"}, strings.Fields(flags)...)
	submit := c.command(append(append(line, path), args...)...)
	submit.dir, submit.env = t.TempDir(), append(submit.env, env...)
	id := strings.TrimSpace(must(t, submit).stdout)
	t.Cleanup(func() { run(t, c.command("scancel", id)) })
	return &job{c, id, submit.dir}
}

// end waits for the end of the job; the result has its status, its JSON and its log.
func (j *job) end(t *testing.T) result {
	t.Helper()
	res := result{line: "job " + j.id}
	j.cluster.wait(t, res.line, func() bool {
		about := must(t, j.cluster.command("scontrol", "--oneliner", "show", "job", j.id)).stdout
		// The first line is about what runs the script.
		field := func(name string) string {
			_, text, _ := strings.Cut(about, " "+name+"=")
			text, _, _ = strings.Cut(text, " ")
			return text
		}
		var status, signal int
		fmt.Sscanf(field("ExitCode"), "%d:%d", &status, &signal)
		if res.code = status; signal > 0 {
			res.code = 128 + signal
		}
		return slices.Contains([]string{"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"}, field("JobState"))
	})
	out, _ := os.ReadFile(filepath.Join(j.dir, "hybrid-"+j.id+".json"))
	log, _ := os.ReadFile(filepath.Join(j.dir, "hybrid-"+j.id+".log"))
	res.stdout, res.stderr = string(out), string(log)
	return res
}

// wait is end for a job that must succeed.
func (j *job) wait(t *testing.T) result {
	t.Helper()
	res := j.end(t)
	if res.code != 0 {
		t.Fatalf("want exit status 0 of job %s\n%s", j.id, res)
	}
	return res
}

// wantRanks checks what the ranks of a run computed on.
func wantRanks(t *testing.T, res result, want []string) {
	t.Helper()
	var got struct {
		Devices []struct{ Kind, Name string }
	}
	if err := json.Unmarshal([]byte(res.stdout), &got); err != nil {
		t.Fatalf("the job's JSON: %v\n%s", err, res)
	}
	names := make([]string, len(got.Devices))
	for i, d := range got.Devices {
		if d.Kind != "cpu" {
			names[i] = d.Name
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("the ranks computed on %q, want %q\n%s", names, want, res)
	}
}

// onNodes makes a program that is hybrid without a driver on cpu1, and with the one
// for tests on gpu1.
func (c *cluster) onNodes(t *testing.T, dir, hybrid string) string {
	t.Helper()
	return script(t, dir, "hybrid", `[ "$SLURMD_NODENAME" != cpu1 ] || export HYBRID_LIBCUDA=/none/libcuda.so.1
exec `+hybrid+` "$@"
`)
}

// standInMPS puts a stand-in for NVIDIA's daemon on the PATH that keeps a diary.
func (c *cluster) standInMPS(t *testing.T, dir string) (env []string) {
	t.Helper()
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	script(t, bin, "nvidia-cuda-mps-control", `quit=$CUDA_MPS_PIPE_DIRECTORY/quit
if [ "$1" = -f ]; then
	echo "starts on $SLURMD_NODENAME, devices ${CUDA_VISIBLE_DEVICES-all}" >>`+dir+`/mps
	until [ -e "$quit" ]; do sleep 0.1; done
	echo ends >>`+dir+`/mps
else
	read -r word && [ "$word" = quit ] && : >"$quit"
fi
`)
	return []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
}

// wantMPS checks that NVIDIA's daemon was there for the job, and is gone.
func wantMPS(t *testing.T, dir string, res result) {
	t.Helper()
	diary, _ := os.ReadFile(filepath.Join(dir, "mps"))
	if want := "starts on gpu1, devices all\nends\n"; string(diary) != want {
		t.Errorf("the daemon says %q, want %q\n%s", diary, want, res)
	}
}

// script writes a program of the shell's.
func script(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
