//go:build layers

package layers

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"hybrid/bench/problem"
	"hybrid/internal/mpilib"
)

func TestOpenMPI(t *testing.T) {
	need(t, "mpi")
	t.Parallel()
	w, err := mpilib.OpenMPI()
	if err != nil {
		t.Fatal(err)
	}
	testWorld(t, w, 1)
	hybrid := build(t)
	t.Run("limits", func(t *testing.T) { testLimits(t, hybrid) })
	t.Run("sort", func(t *testing.T) { testSort(t, w, hybrid) })
	t.Run("bench", func(t *testing.T) {
		testBench(t, w.Name, 3, func(args ...string) command { return launch(w, 3, append([]string{hybrid}, args...)...) })
	})
}

func TestMPICH(t *testing.T) {
	need(t, "mpich")
	t.Parallel()
	w, err := mpilib.MPICH()
	if err != nil {
		t.Fatal(err)
	}
	testWorld(t, w, 0)
	hybrid := build(t)
	t.Run("mixed", func(t *testing.T) { testMixed(t, w, hybrid) })
	t.Run("unlike", func(t *testing.T) { testUnlike(t, w, hybrid) })
	t.Run("bad input", func(t *testing.T) { testBadInput(t, w, hybrid) })
}

// testWorld is what holds under every MPI. What package mpi's tests show to be the same
// under both, such as how rows are divided by speed, is tested with one of them. turn is
// this MPI's, where they take turns: 0 is for fewer ranks, as MPICH's keep their cores while
// they wait, so that those that they wait for get a slice of one now and then.
func testWorld(t *testing.T, w mpilib.Library, turn int) {
	hybrid := build(t)
	t.Run("conformance", func(t *testing.T) { testConformance(t, w) })
	t.Run("halo", func(t *testing.T) { testHalo(t, w) })
	t.Run("heat", func(t *testing.T) { testHeat(t, w, hybrid) })
	t.Run("reference", func(t *testing.T) { testReference(t, w, hybrid) })
	t.Run("catalogue", func(t *testing.T) { testCatalogue(t, w, hybrid, turn) })
	t.Run("probes", func(t *testing.T) { testProbes(t, w, turn) })
	t.Run("library", func(t *testing.T) { testLibrary(t, w) })
	t.Run("examples", func(t *testing.T) { testExamples(t, w, turn) })
	t.Run("bench ends", func(t *testing.T) { testBenchEnds(t, w, hybrid) })
	t.Run("signals", func(t *testing.T) { testSignals(t, w, hybrid) })
	t.Run("faults of ranks", func(t *testing.T) { testFaultsOfRanks(t, w, hybrid, turn) })
	t.Run("faults of files", func(t *testing.T) { testFaultsOfFiles(t, w, hybrid) })
	t.Run("checkpoints", func(t *testing.T) { testCheckpoints(t, w, hybrid) })
	t.Run("checkpoints of tasks", func(t *testing.T) { testCheckpointsOfTasks(t, w, hybrid) })
}

// testConformance runs package mpi's tests, which start themselves under w's launcher.
func testConformance(t *testing.T, w mpilib.Library) {
	res := must(t, command{
		dir:  filepath.Join(root(t), "mpi"),
		env:  append([]string{"MPIRUN=" + filepath.Base(w.MPIRun)}, w.Env...),
		args: []string{testProgram(t), "-test.count=1", "-test.timeout=25m", "-test.v", "-test.run", "MPI|Launcher|Huge|Counts"},
	})
	t.Log("\n" + indent(res.stdout))
}

// testHalo exchanges halos of one to three dimensions on 6 ranks.
func testHalo(t *testing.T, w mpilib.Library) {
	must(t, command{env: w.Env, args: tagged("test", "-vet=off", "-count=1", "-exec", strings.Join(w.Launch(6), " "), "-run", "^TestWorld$", "./halo")})
}

// testHeat compares the output of hybrid heat on ranks of MPI with that of one rank
// without it, byte for byte, where it is not in the catalogue.
func testHeat(t *testing.T, w mpilib.Library, hybrid string) {
	// Other ranks than one stand in a grid of their own choice, or in that one.
	grids := map[int]string{4: "2x2", 6: "3x2"}
	for _, p := range []struct {
		name, flags string
		ranks       []int
	}{
		{"neumann f64", "--nx 67 --ny 59 --steps 97 --boundary neumann --initial gaussian", []int{2}},
		{"fewer rows than ranks", "--nx 17 --ny 3 --steps 40", []int{4}},
		{"grid dirichlet f32", "--nx 61 --ny 47 --steps 70 --dtype f32", []int{4}},
		{"grid neumann f64", "--nx 43 --ny 52 --steps 60 --boundary neumann --initial gaussian", []int{6}},
		{"grid periodic f64", "--nx 50 --ny 45 --steps 65 --boundary periodic --initial disc", []int{4}},
	} {
		t.Run(p.name, func(t *testing.T) {
			dir := t.TempDir()
			want := filepath.Join(dir, "want.npy")
			args := append([]string{"heat", "--quiet", "--json"}, strings.Fields(p.flags)...)
			must(t, command{args: append(append([]string{hybrid}, args...), "--ranks", "1", "--out", want)})
			for _, n := range p.ranks {
				got := filepath.Join(dir, fmt.Sprintf("mpi%d.npy", n))
				all := append(append([]string{hybrid}, args...), "--out", got)
				if strings.HasPrefix(p.name, "grid") {
					all = append(all, "--grid", grids[n])
				}
				res := must(t, launch(w, n, all...))
				wantRun(t, res, w.Name, n)
				wantSameBytes(t, got, want, res)
			}
		})
	}
}

// testReference solves the problem whose answer is known.
func testReference(t *testing.T, w mpilib.Library, hybrid string) {
	dir := t.TempDir()
	field := filepath.Join(dir, "initial.npy")
	if err := problem.Write(field, problem.ReferencePoints); err != nil {
		t.Fatal(err)
	}
	args := append([]string{hybrid, "heat", "--quiet", "--json"}, problem.Args(field, problem.ReferencePoints, problem.ReferenceSteps)...)
	want := filepath.Join(dir, "want.npy")
	res := must(t, command{args: append(args, "--ranks", "1", "--out", want)})
	wantReference(t, res)
	got := filepath.Join(dir, "got.npy")
	res = must(t, launch(w, 3, append(args, "--out", got)...))
	wantRun(t, res, w.Name, 3)
	wantReference(t, res)
	wantSameBytes(t, got, want, res)
}

// testBadInput checks that an error that all ranks meet is said once and that
// the job's status says so.
func testBadInput(t *testing.T, w mpilib.Library, hybrid string) {
	for _, c := range []struct{ name, flags, says string }{
		{"time step", "--dt 1", "--dt"},
		{"no such file", "--initial /nowhere/field.npy", "/nowhere/field.npy"},
		{"ranks under a launcher", "--ranks 2", "--ranks"},
		{"no such folder", "--out /nowhere/field.npy", "/nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := run(t, launch(w, 3, append([]string{hybrid, "heat", "--quiet"}, strings.Fields(c.flags)...)...))
			if res.late || res.code == 0 {
				t.Errorf("want a failure\n%s", res)
			}
			if n := linesWith(res.stderr, c.says); n != 1 {
				t.Errorf("%d lines say %q, want 1\n%s", n, c.says, res)
			}
		})
	}
}

// testUnlike starts tasks that were told different things: the job must end, with
// one line that says so.
func testUnlike(t *testing.T, w mpilib.Library, hybrid string) {
	for _, c := range []struct{ name, first, second, says string }{
		{"commands", "heat --quiet", "pi --quiet", `rank 1 on .* runs "pi", but rank 0 "heat"`},
		{"flags", "heat --quiet", "heat --quiet --nx 50", `rank 1 on .* was given --nx "50", but rank 0 no such option`},
		{"a help", "heat --quiet", "heat --help", `rank 1 on .* runs "hybrid heat --help", but rank 0 "heat"`},
		{"the version", "--version", "heat --quiet", `rank 1 on .* runs "heat", but rank 0 "hybrid --version"`},
		{"bad usage", "--version", "heat --quiet --nx one", `--nx is "one"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := launch(w, 1, append([]string{hybrid}, strings.Fields(c.first)...)...)
			first.args = append(append(first.args, ":", "-n", "1", hybrid), strings.Fields(c.second)...)
			res := run(t, first)
			if res.late || res.code == 0 {
				t.Errorf("want a failure\n%s", res)
			}
			if n := len(regexp.MustCompile(c.says).FindAllString(res.stderr, -1)); n != 1 {
				t.Errorf("%d lines say %q, want 1\n%s", n, c.says, res)
			}
		})
	}
	t.Run("all print", func(t *testing.T) {
		res := must(t, launch(w, 3, hybrid, "--version"))
		if n := linesWith(res.stdout, "hybrid "); n != 1 {
			t.Errorf("%d lines, want 1\n%s", n, res)
		}
	})
}

// testSignals ends one rank, then the launcher, in the middle of a run: the
// job must end with a failure and leave nobody behind.
func testSignals(t *testing.T, w mpilib.Library, hybrid string) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run("one rank gets "+sig.String(), func(t *testing.T) {
			program := ownCopy(t, hybrid)
			r, ranks := startEndless(t, launch(w, 3, program), program, 3)
			wantJobEnds(t, r, program, ranks[1], sig)
		})
	}
	t.Run("the launcher gets interrupt", func(t *testing.T) {
		program := ownCopy(t, hybrid)
		r, _ := startEndless(t, launch(w, 3, program), program, 3)
		wantJobEnds(t, r, program, r.cmd.Process.Pid, syscall.SIGINT)
	})
}
