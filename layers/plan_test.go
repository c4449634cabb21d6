//go:build layers

package layers

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// A layer is one thing outside Go that tests may need.
type layer struct {
	name string
	// find says what of this machine the layer will use, or what it lacks.
	find func() (string, error)
}

func allLayers() []layer {
	return []layer{
		{"mpi", func() (string, error) { m, err := mpilib.OpenMPI(); return m.About, err }},
		{"mpich", func() (string, error) { m, err := mpilib.MPICH(); return m.About, err }},
		{"wheels", findWheels},
		{"slurm", findSlurm},
		{"arm64", findARM64},
		{"nvrtc", findNVRTC},
		{"cuda", findCUDA},
		{"race", findRace},
		{"release", findRelease},
	}
}

// required returns the layers that HYBRID_REQUIRE names.
func required(all []layer) ([]string, error) {
	var names []string
	for _, l := range all {
		names = append(names, l.name)
	}
	var req []string
	for _, r := range strings.Split(os.Getenv("HYBRID_REQUIRE"), ",") {
		r = strings.TrimSpace(r)
		if r == "" {
			continue
		}
		if !slices.Contains(names, r) {
			return nil, fmt.Errorf("HYBRID_REQUIRE=%s: there is no layer %q; the layers are %s",
				os.Getenv("HYBRID_REQUIRE"), r, strings.Join(names, ", "))
		}
		req = append(req, r)
	}
	return req, nil
}

// TestPlan lists the layers, what each will use or lacks, and fails where one
// is required and missing.
func TestPlan(t *testing.T) {
	all := allLayers()
	req, err := required(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		about, err := l.find()
		switch {
		case err == nil:
			t.Logf("layer %-7s %s", l.name, about)
		case slices.Contains(req, l.name):
			t.Errorf("layer %-7s MISSING, and HYBRID_REQUIRE asks for it: %v", l.name, err)
		default:
			t.Logf("layer %-7s MISSING: %v", l.name, err)
		}
	}
}

// need skips the test where its layer is missing, or fails it where the layer
// is required too.
func need(t *testing.T, name string) {
	t.Helper()
	all := allLayers()
	req, err := required(all)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(l layer) bool { return l.name == name })
	if _, err := all[i].find(); err != nil {
		if slices.Contains(req, name) {
			t.Fatalf("layer %s is MISSING, and HYBRID_REQUIRE asks for it: %v", name, err)
		}
		t.Skipf("layer %s is MISSING: %v", name, err)
	}
}
