package nvidia

import (
	"os"
	"path/filepath"
	"testing"
)

// A library in a Python environment is found, whichever package brought it.
func TestBesides(t *testing.T) {
	env := t.TempDir()
	t.Setenv("VIRTUAL_ENV", env)
	dir := filepath.Join(env, "lib", "python3.12", "site-packages", "nvidia", "cublas", "lib")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(dir, "libcublas.so.12")
	if found := besides("libcublas.so.12"); len(found) > 0 && found[0] == want {
		t.Fatalf("%q before it is there", found)
	}
	if err := os.WriteFile(want, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if found := besides("libcublas.so.12"); len(found) == 0 || found[0] != want {
		t.Errorf("%q, want %q first", found, want)
	}
}
