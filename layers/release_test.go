//go:build layers

package layers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// findRelease wants what make release has installed: nothing else here is so large.
func findRelease() (string, error) {
	about, err := os.ReadFile("../build/zig/version")
	if err != nil {
		return "", errors.New("no C compiler for older systems in build/zig, which make release installs")
	}
	return strings.TrimSpace(string(about)), nil
}

// TestInstall installs hybrid into an empty folder, uses all that came with it, and
// removes it without a trace.
func TestInstall(t *testing.T) {
	t.Parallel()
	binary := build(t)
	prefix := filepath.Join(t.TempDir(), "a prefix")
	must(t, command{args: []string{"scripts/install", binary, prefix}})
	must(t, command{args: []string{"scripts/install", binary, prefix}}) // over itself
	holds(t, prefix)
	must(t, command{args: []string{"scripts/install", "--remove", prefix}})
	filepath.WalkDir(prefix, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			t.Errorf("%s is left, %v", path, err)
		}
		return nil
	})
}

// TestRelease makes the archive for this machine, twice to the same bytes, and uses it
// in an empty folder.
func TestRelease(t *testing.T) {
	need(t, "release")
	t.Parallel()
	var before string
	for range 2 {
		must(t, command{args: []string{"make", "release", "PLATFORMS=" + runtime.GOOS + "/" + runtime.GOARCH}})
		sums, err := os.ReadFile("../build/release/SHA256SUMS")
		if err != nil || before != "" && before != string(sums) {
			t.Fatalf("checksums %q, before %q, %v", sums, before, err)
		}
		before = string(sums)
	}
	dir := t.TempDir()
	_, archive, _ := strings.Cut(strings.TrimSpace(before), "  ")
	must(t, command{args: []string{"tar", "-C", dir, "-xzf", "build/release/" + archive}})
	prefix := filepath.Join(dir, strings.TrimSuffix(archive, ".tar.gz"))
	holds(t, prefix)

	binary, err := os.ReadFile(filepath.Join(prefix, "bin/hybrid"))
	if err != nil {
		t.Fatal(err)
	}
	versions := regexp.MustCompile(`GLIBC_2\.([0-9]+)`).FindAllSubmatch(binary, -1)
	if len(versions) == 0 {
		t.Error("no version of glibc in the binary")
	}
	for _, v := range versions {
		if n, _ := strconv.Atoi(string(v[1])); n > 28 {
			t.Errorf("the binary wants %s", v[0])
		}
	}
}

// holds uses what is installed below prefix, with nothing on the PATH.
func holds(t *testing.T, prefix string) {
	t.Helper()
	for path, want := range map[string]string{
		"share/man/man1/hybrid.1":                                   ".TH HYBRID 1",
		"share/man/man1/hybrid-heat.1":                              ".TH HYBRID-HEAT 1",
		"share/bash-completion/completions/hybrid":                  "complete -o default -F _hybrid hybrid",
		"share/zsh/site-functions/_hybrid":                          "#compdef hybrid",
		"share/fish/vendor_completions.d/hybrid.fish":               "complete --command hybrid",
		"share/modulefiles/hybrid/*.lua":                            "prepend_path",
		"share/doc/hybrid/docs/install.md":                          "# Installing hybrid",
		"share/doc/hybrid/licences/go/LICENSE":                      "The Go Authors",
		"share/doc/hybrid/licences/github.com/emer/empi@*/LICENSE":  "emergent",
		"share/doc/hybrid/licences/gonum.org/v1/gonum@*/LICENSE":    "The Gonum Authors",
		"share/doc/hybrid/licences/golang.org/x/sys@*/LICENSE":      "The Go Authors",
		"share/doc/hybrid/licences/golang.org/x/image@*/LICENSE":    "The Go Authors",
		"share/doc/hybrid/licences/github.com/*/compress@*/LICENSE": "The Go Authors",
	} {
		found, err := filepath.Glob(filepath.Join(prefix, path))
		if err != nil || len(found) != 1 {
			t.Errorf("%s: found %q, %v", path, found, err)
			continue
		}
		if text, err := os.ReadFile(found[0]); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: no %q in %.80q, %v", path, want, text, err)
		}
	}
	link := regexp.MustCompile(`\]\(([^)#:]*[./][^)#:]*)(#[^)]*)?\)`)
	filepath.WalkDir(filepath.Join(prefix, "share/doc/hybrid"), func(path string, d fs.DirEntry, err error) error {
		if filepath.Ext(path) != ".md" || err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), found[1])); err != nil {
				t.Errorf("%s links to what is not installed: %v", path, err)
			}
		}
		return nil
	})
	res := must(t, command{dir: t.TempDir(), env: []string{"PATH="}, args: []string{filepath.Join(prefix, "bin/hybrid"), "heat", "--json"}})
	if !strings.Contains(res.stdout, `"command":"heat"`) {
		t.Errorf("want a heat run\n%s", res)
	}
}
