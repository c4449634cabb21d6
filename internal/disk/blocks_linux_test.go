package disk_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hybrid/internal/disk"
)

func TestReserveTakesBlocks(t *testing.T) {
	dir := t.TempDir()
	if !disk.Local(dir) {
		t.Logf("the file system of %s is not one that is known to reserve", dir)
		return
	}
	f := create(t, filepath.Join(dir, "a"))
	must(t, f.Reserve(1<<20))
	info, err := os.Stat(f.Name())
	must(t, err)
	if got := info.Sys().(*syscall.Stat_t).Blocks * 512; got < 1<<20 {
		t.Errorf("%d bytes on disk", got)
	}
}
