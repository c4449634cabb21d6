// Package nvidia opens a GPU and NVIDIA's libraries when a program runs, so that it is built, and
// starts, without them.
package nvidia

import (
	"os"
	"path/filepath"
)

// Patterns are where NVIDIA's libraries lie beside the loader's path: in
// Python environments, whose packages have them in nvidia/*/lib, and in toolkits.
func Patterns() []string {
	var patterns []string
	home, err := os.UserHomeDir()
	for _, prefix := range []string{os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX"), filepath.Join(home, ".local"), "/usr/local", "/usr"} {
		if prefix == "" || prefix == ".local" && err != nil {
			continue
		}
		for _, packages := range []string{"site-packages", "dist-packages"} {
			patterns = append(patterns, filepath.Join(prefix, "lib", "python3*", packages, "nvidia", "*", "lib"))
		}
	}
	return append(patterns, "/usr/local/cuda*/lib64")
}

// besides are the files of a name in these places.
func besides(name string) []string {
	var found []string
	for _, pattern := range Patterns() {
		paths, err := filepath.Glob(filepath.Join(pattern, name))
		if err == nil {
			found = append(found, paths...)
		}
	}
	return found
}
