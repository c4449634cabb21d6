// Package mpilib finds the MPI libraries of this machine: how to compile for
// each and how to launch under it. The outer test layers and the benchmarks
// share it.
package mpilib

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A Library is one MPI library with its compiler wrapper and its launcher.
type Library struct {
	Name   string // as hybrid's JSON calls the transport: openmpi, mpich
	About  string // name and version
	MPICC  string // the compiler wrapper's path
	MPIRun string // the launcher's path
	Env    []string
}

// Launch returns the command line that runs args on n ranks. Env belongs in
// its environment.
func (l Library) Launch(n int, args ...string) []string {
	return append([]string{l.MPIRun, "-n", strconv.Itoa(n)}, args...)
}

// OpenMPI returns the Open MPI on the PATH, or an error that says what is
// missing.
func OpenMPI() (Library, error) {
	for _, cc := range onPath("mpicc.openmpi", "mpicc") {
		out, err := exec.Command(cc, "--showme:version").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Open MPI") {
			continue
		}
		mpirun, err := launcher(cc)
		if err != nil {
			return Library{}, err
		}
		_, about, _ := strings.Cut(strings.TrimSpace(string(out)), ": ")
		about, _, _ = strings.Cut(about, " (")
		return Library{
			Name: "openmpi", About: about, MPICC: cc, MPIRun: mpirun,
			Env: []string{
				// Open MPI refuses root and more ranks than cores otherwise.
				"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
				"OMPI_MCA_rmaps_base_oversubscribe=1",
			},
		}, nil
	}
	return Library{}, errors.New("no Open MPI: neither mpicc.openmpi nor mpicc on the PATH is one (make deps)")
}

// MPICH returns the MPICH on the PATH, or an error that says what is missing.
func MPICH() (Library, error) {
	for _, cc := range onPath("mpicc.mpich", "mpicc") {
		out, err := exec.Command(cc, "-show").CombinedOutput()
		if err != nil || strings.Contains(string(out), "openmpi") || !strings.Contains(string(out), "mpich") {
			continue
		}
		mpirun, err := launcher(cc)
		if err != nil {
			return Library{}, err
		}
		return Library{Name: "mpich", About: "MPICH" + hydraVersion(mpirun), MPICC: cc, MPIRun: mpirun}, nil
	}
	return Library{}, errors.New("no MPICH: neither mpicc.mpich nor mpicc on the PATH is one (make deps)")
}

// Unpacked returns the Open MPI or MPICH that make deps has put into a folder.
func Unpacked(name, folder string) (Library, error) {
	l := Library{Name: name, MPICC: filepath.Join(folder, "bin", "mpicc"), MPIRun: filepath.Join(folder, "bin", "mpirun"), Env: []string{
		"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe",
	}}
	if _, err := os.Stat(l.MPIRun); err != nil {
		return Library{}, fmt.Errorf("no %s in %s (make deps)", name, folder)
	}
	return l, nil
}

// All returns the MPI libraries that are there.
func All() []Library {
	var all []Library
	for _, find := range []func() (Library, error){OpenMPI, MPICH} {
		if w, err := find(); err == nil {
			all = append(all, w)
		}
	}
	return all
}

// hydraVersion returns the version that MPICH's launcher tells, after a
// space, or nothing.
func hydraVersion(mpirun string) string {
	out, err := exec.Command(mpirun, "--version").Output()
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(out), "\n") {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "Version:" {
			return " " + f[1]
		}
	}
	return ""
}

// onPath returns the paths of those names that are on the PATH.
func onPath(names ...string) []string {
	var found []string
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			found = append(found, p)
		}
	}
	return found
}

// launcher returns the mpirun beside a compiler wrapper: mpicc.mpich has
// mpirun.mpich.
func launcher(mpicc string) (string, error) {
	name := strings.Replace(filepath.Base(mpicc), "mpicc", "mpirun", 1)
	path := filepath.Join(filepath.Dir(mpicc), name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is there, but not its launcher %s", mpicc, path)
	}
	return path, nil
}
