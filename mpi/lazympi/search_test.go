package lazympi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWanted(t *testing.T) {
	for name, c := range map[string]struct {
		env   string
		first string
		not   string // is not among them
	}{
		"nothing":                          {"", "libmpi_abi.so.1", ""},
		"Open MPI's mpirun":                {"OMPI_COMM_WORLD_RANK PMIX_RANK", "libmpi.so.40", "libmpi.so.12"},
		"Hydra":                            {"PMI_RANK", "libmpi.so.12", "libmpi.so.40"},
		"Hydra, whose proxies srun starts": {"PMI_RANK SLURM_STEP_ID SLURM_MPI_TYPE=none", "libmpi.so.12", "libmpi.so.40"},
		"srun --mpi=pmix":                  {"SLURM_STEP_ID PMIX_RANK SLURM_MPI_TYPE=pmix_v4", "libmpi.so.40", ""},
		"srun --mpi=pmi2":                  {"SLURM_STEP_ID PMI_RANK SLURM_MPI_TYPE=pmi2", "libmpi.so.12", "libmpi.so.40"},
		"srun --mpi=none":                  {"SLURM_STEP_ID SLURM_MPI_TYPE=none", "libmpi.so.12", "libmpi.so.40"},
	} {
		env := map[string]string{}
		for _, word := range strings.Fields(c.env) {
			variable, value, _ := strings.Cut(word, "=")
			env[variable] = value
		}
		names, _ := wanted(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
		if names[0] != c.first || slices.Contains(names, c.not) {
			t.Errorf("%s: %q, want %s first and no %q", name, names, c.first, c.not)
		}
	}
}

// TestPlaces has a launcher with its library beside it, in the folder that Intel uses.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	library := filepath.Join(dir, "lib", "release", "libmpi.so.12")
	if err := os.MkdirAll(filepath.Dir(library), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(library, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	launcher := filepath.Join(dir, "bin", "hydra_pmi_proxy")
	s := search{names: []string{"libmpi.so.12", "libmpich.so.12"}, beside: []string{launcher}}
	if got, want := s.places(), []string{library, "libmpi.so.12", "libmpich.so.12"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	s.beside, s.onPath = nil, []string{launcher, launcher}
	if got, want := s.places(), []string{"libmpi.so.12", "libmpich.so.12", library, library}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	text := (&LoadError{s, []string{"libmpi.so.12: not there"}}).Error()
	for _, part := range []string{"libmpi.so.12, libmpich.so.12", launcher, "libmpi.so.12: not there", Variable, "LD_LIBRARY_PATH"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not name %q", text, part)
		}
	}
	if n := strings.Count(text, launcher); n != 1 {
		t.Errorf("%q names the launcher %d times", text, n)
	}
	s.exactly = "/opt/libmpi.so"
	if got := s.places(); !slices.Equal(got, []string{"/opt/libmpi.so"}) {
		t.Errorf("%q", got)
	}
}

// TestUnloadable has files that the dynamic loader may not be given, and others that it
// may.
func TestUnloadable(t *testing.T) {
	dir := t.TempDir()
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Skip("SKIPPED: no /proc here")
	}
	for name, c := range map[string]struct {
		bytes []byte
		wrong string
	}{
		"part":  {program[:4096], "ends after 4096 bytes"},
		"whole": {program, ""},
		"text":  {[]byte("no library"), ""},
		"long":  {[]byte(strings.Repeat("no library\n", 100)), ""},
		"empty": {nil, ""},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.bytes, 0o666); err != nil {
			t.Fatal(err)
		}
		if got := unloadable(path); (got != "") != (c.wrong != "") || !strings.Contains(got, c.wrong) {
			t.Errorf("%s: %q, want %q", name, got, c.wrong)
		}
	}
	if got := unloadable("/dev/null"); got != "/dev/null: not a regular file" {
		t.Errorf("%q", got)
	}
	for _, path := range []string{dir, "libmpi.so.12", filepath.Join(dir, "none")} {
		if got := unloadable(path); got != "" {
			t.Errorf("%s: %q", path, got)
		}
	}
}
