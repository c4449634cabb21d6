package leftover

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestLeavings has one of each be found, and gone again.
func TestLeavings(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("there is no /proc here, in which leavings are looked for")
	}
	mark := variable + "=" + os.Getenv(variable)
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for len(processes(mark)) == 0 { // until it has its environment
	}
	if left := processes(mark); len(left) != 1 || !strings.Contains(left[0], "sleep 1000") {
		t.Errorf("processes: %q", left)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if left := processes(mark); len(left) != 0 {
		t.Errorf("processes: %q", left)
	}

	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if left := files(dir); len(left) != 1 || files(os.TempDir()) == nil {
		t.Errorf("files: %q", left)
	}

	before := shared()
	f, err := os.CreateTemp(sharedMemory, "hybrid")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if left := orphans(before); len(left) == 0 || !strings.Contains(strings.Join(left, " "), f.Name()) {
		t.Errorf("shared memory: %q", left)
	}
	os.Remove(f.Name())
	if left := orphans(before); strings.Contains(strings.Join(left, " "), f.Name()) {
		t.Errorf("shared memory: %q", left)
	}
}

// TestSegments has the segment of a job of this run be found, which nobody else's can be.
func TestSegments(t *testing.T) {
	dir := os.Getenv("OMPI_MCA_btl_vader_backing_directory")
	if _, err := os.Stat(sharedMemory); err != nil {
		t.Skipf("there is no shared memory here, of which segments could be left: %v", err)
	}
	before := shared()
	segment := filepath.Join(dir, "vader_segment")
	if err := os.WriteFile(segment, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if left := files(dir); filepath.Dir(dir) != sharedMemory || len(left) != 1 || !strings.Contains(left[0], segment) {
		t.Errorf("%s: %q", dir, left)
	}
	if left := orphans(before); strings.Contains(strings.Join(left, " "), segment) {
		t.Errorf("another run would find %q", left)
	}
	os.Remove(segment)
}

func TestFuzzes(t *testing.T) {
	for _, c := range []struct {
		args string
		want bool
	}{
		{"x.test -test.timeout=10m0s -test.run=^$ -test.fuzz=^FuzzParse$ -test.fuzztime=10m0s -test.fuzzcachedir=/tmp/f", false},
		{"x.test -test.fuzzworker -test.run=^$ -test.fuzz=^FuzzParse$ -test.fuzzcachedir=/tmp/f", true},
		{"x.test -test.timeout=10m0s -test.fuzzcachedir=/tmp/f -test.run=FuzzParse", false},
	} {
		if got := fuzzes(strings.Fields(c.args)); got != c.want {
			t.Errorf("%s: %v, want %v", c.args, got, c.want)
		}
	}
}
