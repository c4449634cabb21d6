package cli

import "strings"

// describeBuild says what a binary was built with, from the build tags and the
// linker flags that Go recorded in it.
func describeBuild(tags, ldflags string) string {
	if tags == "" {
		return "no tags: local ranks only, no MPI"
	}
	text := "tags " + tags
	if strings.Contains(tags, "lazympi") {
		return text + ": for every MPI"
	}
	for _, mpi := range []struct{ flag, name string }{{"mpich", "MPICH"}, {"open-rte", "Open MPI"}, {"openmpi", "Open MPI"}} {
		if strings.Contains(ldflags, mpi.flag) {
			return text + ": for " + mpi.name
		}
	}
	return text
}
