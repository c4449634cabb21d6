//go:build layers

package layers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/mpilib"
)

// testFaultsOfFiles has one rank of three that may write no more than 16 MiB: the job ends with its error, said once, and what
// stood there before stays. Its part of a .npy, which is rank 0's file, fails at the end of the run; its piece of a .pvti at the
// start.
func testFaultsOfFiles(t *testing.T, w mpilib.Library, hybrid string) {
	for name, steps := range map[string]string{"p.npy": "1", "p.pvti": "1000000000"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, name)
			if err := os.WriteFile(out, []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
			args := []string{hybrid, "heat", "--nx", "4000", "--ny", "2400", "--steps", steps, "--quiet", "--out", out}
			c := launch(w, 2, args...)
			c.args = append(c.args, ":", "-n", "1", "bash", "-c", "ulimit -f 16384; exec "+strings.Join(args, " "))
			res := run(t, c)
			if res.late || res.code == 0 || linesWith(res.stderr, "file too large") != 1 || linesWith(res.stderr, "hybrid: heat: ") != 1 {
				t.Errorf("want one line that says what cannot be written\n%s", res)
			}
			content, err := os.ReadFile(out)
			if entries, _ := os.ReadDir(dir); err != nil || string(content) != "old" || len(entries) != 1 {
				t.Errorf("the file holds %.10q, %v, there are %v", content, err, entries)
			}
		})
	}
}
