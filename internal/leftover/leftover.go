// Package leftover has the tests of a package fail that leave something behind: a process, a
// file in the folder for temporary ones, or a segment of shared memory that nobody has open.
//
//	func TestMain(m *testing.M) { os.Exit(leftover.Main(m)) }
//
// It knows processes by a variable of their environment, and so whoever is started; a socket
// lasts as long as its process, or is a file. It looks where there is a /proc.
package leftover

import (
	"bytes"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// variable marks a process as one of a run of tests.
const variable = "HYBRID_TEST_RUN"

// patience is how long what was ended may take to go.
const patience = 10 * time.Second

// fuzzes tells whether a process tries inputs for go test -fuzz. Package testing kills it in the
// middle of one.
func fuzzes(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "-test.fuzzworker") })
}

// Main is m.Run, and a failure where something is left behind. Of go test -fuzz, the process
// that made the others looks, when they are gone: the files that these had are in its folder,
// which it removes.
func Main(m *testing.M) int {
	if fuzzes(os.Args) {
		return m.Run()
	}
	own, err := os.MkdirTemp("", "t")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(own)
	// Some tests have other users look into theirs.
	if err := os.Chmod(own, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// Within a run of other tests, whose jobs come and go beside these, it is for that run to find what nobody has open.
	within := os.Getenv(variable) != ""
	mark := variable + "=" + rand.Text()
	name, value, _ := strings.Cut(mark, "=")
	os.Setenv(name, value)
	os.Setenv("TMPDIR", own)
	segments, err := ownSegments()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(segments)
	before := shared()
	code := m.Run()
	if fuzz := flag.Lookup("test.fuzz"); fuzz != nil && fuzz.Value.String() != "" {
		clearFolder(own)
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		left := slices.Concat(processes(mark), files(own), files(segments))
		if !within {
			left = append(left, orphans(before)...)
		}
		if len(left) == 0 {
			return code
		}
		if time.Now().After(end) {
			for _, what := range left {
				fmt.Fprintln(os.Stderr, "left behind:", what)
			}
			return 1
		}
	}
}

// processes are those with the mark, but for this one.
func processes(mark string) (left []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range all {
		dir := filepath.Dir(path)
		env, err := os.ReadFile(path)
		if err != nil || filepath.Base(dir) == fmt.Sprint(os.Getpid()) || !bytes.Contains(env, []byte(mark)) {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		left = append(left, "process "+filepath.Base(dir)+": "+strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " ")))
	}
	return left
}

// clearFolder removes what is in a folder: files that processes had that were killed.
func clearFolder(dir string) {
	all, _ := os.ReadDir(dir)
	for _, f := range all {
		os.RemoveAll(filepath.Join(dir, f.Name()))
	}
}

// files is what is in the folder.
func files(dir string) (left []string) {
	all, _ := os.ReadDir(dir)
	for _, f := range all {
		left = append(left, "temporary file "+filepath.Join(dir, f.Name()))
	}
	return left
}

const sharedMemory = "/dev/shm"

// ownSegments makes a folder in the shared memory and has Open MPI, 4 and 5, keep its
// segments there. They last as long as a job, and those of another run's job whose ranks
// were just killed would be taken for this one's. It is "" where there is no shared memory.
func ownSegments() (string, error) {
	if _, err := os.Stat(sharedMemory); err != nil {
		return "", nil
	}
	dir, err := os.MkdirTemp(sharedMemory, "t")
	if err != nil {
		return "", err
	}
	for _, transport := range []string{"vader", "sm"} {
		os.Setenv("OMPI_MCA_btl_"+transport+"_backing_directory", dir)
	}
	return dir, os.Chmod(dir, 0o755)
}

// shared is the segments of shared memory that there are, but for those in folders.
func shared() map[string]bool {
	all := map[string]bool{}
	entries, _ := os.ReadDir(sharedMemory)
	for _, f := range entries {
		if !f.IsDir() {
			all[filepath.Join(sharedMemory, f.Name())] = true
		}
	}
	return all
}

// orphans are the segments that were not there before and that no process has mapped.
func orphans(before map[string]bool) (left []string) {
	var mapped []byte
	for path := range shared() {
		if before[path] {
			continue
		}
		if mapped == nil {
			all, _ := filepath.Glob("/proc/[0-9]*/maps")
			for _, m := range all {
				text, _ := os.ReadFile(m)
				mapped = append(mapped, text...)
			}
		}
		if !bytes.Contains(mapped, []byte(path)) {
			left = append(left, "shared memory "+path)
		}
	}
	return left
}
