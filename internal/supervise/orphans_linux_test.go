package supervise_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestNothingIsLeftBetweenRuns has each run leave a process behind that ignores TERM and has a process
// group of its own, as a launcher's ranks have, and count those of the runs before.
func TestNothingIsLeftBetweenRuns(t *testing.T) {
	cmd, out, folder := supervised(t, 1, `for p in $(cat $D/left 2>/dev/null); do kill -0 $p 2>/dev/null && echo process $p is left; done
(trap '' TERM; set -m; sleep 1000 & echo $! >>$D/left; wait) >/dev/null 2>&1 &
while [ "$(wc -l <$D/left)" = "$n" ]; do sleep 0.01; done; sleep 0.1; exit 1`)
	_ = cmd.Wait()
	left, _ := os.ReadFile(filepath.Join(folder, "left"))
	if pids := strings.Fields(string(left)); len(pids) != 2 || strings.Contains(out.String(), "is left") {
		t.Errorf("%d runs, printed %q", len(pids), out)
	}
	for _, pid := range strings.Fields(string(left)) {
		if n, _ := strconv.Atoi(pid); syscall.Kill(n, 0) == nil {
			t.Errorf("process %d is left at the end", n)
			syscall.Kill(n, syscall.SIGKILL)
		}
	}
}
