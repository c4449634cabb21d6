package lazympi

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Variable names the MPI library: a path, or a name that the dynamic loader looks for.
const Variable = "HYBRID_LIBMPI"

// What the libraries' files are called: Open MPI's 4 and 5; MPICH's 4 and 5, Intel's,
// MVAPICH's and Cray's for programs made elsewhere, and as Debian calls MPICH's; those of
// the standard ABI.
var (
	openMPI  = []string{"libmpi.so.40"}
	mpich    = []string{"libmpi.so.12", "libmpich.so.12"}
	standard = []string{"libmpi_abi.so.1"}
)

// A search is what is looked for and where.
type search struct {
	names   []string // of files, best first
	beside  []string // the launchers above this process, by path
	onPath  []string // the launchers on the PATH
	exactly string   // what Variable says
}

// wanted are the libraries that can be one of the launcher's tasks, best first, and a word
// in the version of one with the standard ABI that cannot. Under PMI-2 and in a step
// without PMI no Open MPI is among them: it ends the process when it cannot speak to Slurm,
// and most cannot.
func wanted(lookup func(string) (string, bool)) (names []string, foreign string) {
	has := func(name string) bool { _, ok := lookup(name); return ok }
	plugin, _ := lookup("SLURM_MPI_TYPE")
	switch {
	case has("OMPI_COMM_WORLD_RANK"):
		return slices.Concat(openMPI, standard), "MPICH"
	case has("PMI_RANK"):
		return slices.Concat(mpich, standard), "Open MPI"
	case has("PMIX_RANK") || strings.HasPrefix(plugin, "pmix"):
		return slices.Concat(openMPI, standard, mpich), ""
	case has("SLURM_STEP_ID"):
		return slices.Concat(mpich, standard), "Open MPI"
	}
	return slices.Concat(standard, openMPI, mpich), ""
}

// places are the files to try, best first: those that belong to the launcher, those that
// the dynamic loader finds by name, and those of the launcher on the PATH, as a module
// puts it there for srun.
func (s search) places() []string {
	if s.exactly != "" {
		return []string{s.exactly}
	}
	return slices.Concat(s.installed(s.beside), s.names, s.installed(s.onPath))
}

// installed are the files of the names that there are where these programs were
// installed.
func (s search) installed(programs []string) []string {
	var found []string
	for _, program := range programs {
		for _, name := range s.names {
			for _, folder := range []string{"lib", "lib64", "lib/release"} {
				path := filepath.Join(filepath.Dir(filepath.Dir(program)), folder, name)
				if _, err := os.Stat(path); err == nil {
					found = append(found, path)
				}
			}
		}
	}
	return found
}

// unloadable says what is wrong with a file on which the dynamic loader would wait, or for
// which it would end the process: a pipe, and a library that was copied in part. Of other
// files, and of names without a slash, the loader itself says what is wrong.
func unloadable(path string) string {
	if !strings.Contains(path, "/") {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return ""
	}
	if !info.Mode().IsRegular() {
		return path + ": not a regular file"
	}
	file, err := elf.Open(path) // reads the section headers, which come last
	if err == nil {
		file.Close()
	}
	if info.Size() >= 64 && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return fmt.Sprintf("%s: ends after %d bytes, before its section headers: copied in part?", path, info.Size())
	}
	return ""
}

// A LoadError says that there is no MPI library, what was looked for and where.
type LoadError struct {
	search search
	wrong  []string // what the dynamic loader says of each place
}

// ExitCode is that of bad usage: the machine can be put right.
func (e *LoadError) ExitCode() int { return 2 }

func (e *LoadError) Error() string {
	if e.search.exactly != "" {
		return fmt.Sprintf("no MPI library as %s names it: %s; name the file of one that belongs to the launcher, or nothing to have it looked for",
			Variable, strings.Join(e.wrong, "; "))
	}
	where := "where the dynamic loader looks (LD_LIBRARY_PATH, ldconfig)"
	programs := slices.Concat(e.search.beside, e.search.onPath)
	slices.Sort(programs)
	for _, program := range slices.Compact(programs) {
		where += ", where " + program + " is installed"
	}
	return fmt.Sprintf("no MPI library: looked for %s %s: %s; set %s to the library's file, or LD_LIBRARY_PATH to its folder",
		strings.Join(e.search.names, ", "), where, strings.Join(e.wrong, "; "), Variable)
}
