package atomicfile

import (
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hybrid/internal/disk"
)

// abandonedFor is how long nobody must have written to a file on a file system of several machines, whose locks may be unknown
// to the others, for it to be taken for a dead run's.
const abandonedFor = time.Hour

// RemoveStale removes what runs that were killed have left of f's file: unfinished files of which nobody has the lock. Where it
// cannot tell, it leaves them. Each is shown to see before it is removed, and stays if that is an error; see may be nil. also
// tells of further hidden names that are cleared away in the same manner, unseen; it may be nil.
func (f *File) RemoveStale(see func(r io.Reader, token string) error, also func(name, token string) bool) {
	dir := filepath.Dir(f.goal)
	entries, err := os.ReadDir(dir)
	now, err2 := f.f.OS().Stat()
	if err != nil || err2 != nil {
		return
	}
	for _, e := range entries {
		token, ok := tokenOf(e.Name())
		path := filepath.Join(dir, e.Name())
		own := filepath.Base(TempName(f.goal, token)) == e.Name()
		if !ok || token == f.token || !e.Type().IsRegular() || !own && (also == nil || !also(e.Name(), token)) {
			continue
		}
		if info, err := e.Info(); err != nil || !disk.Local(dir) && now.ModTime().Sub(info.ModTime()) < abandonedFor {
			continue
		}
		if own {
			removeStale(path, token, see)
		} else {
			removeStale(path, token, nil)
		}
	}
}

func removeStale(path, token string, see func(io.Reader, string) error) {
	f, err := disk.OpenFile(path, os.O_RDWR|disk.NoFollow, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if disk.Lock(f) != nil {
		return
	}
	if see != nil && see(f.OS(), token) != nil {
		return
	}
	disk.Remove(path)
}

// tokenOf is the token in the name of an unfinished file.
func tokenOf(name string) (token string, ok bool) {
	stem, ok := strings.CutSuffix(name, unfinished)
	dot := strings.LastIndexByte(stem, '.')
	if !ok || dot < 0 {
		return "", false
	}
	token = stem[dot+1:]
	b, err := hex.DecodeString(token)
	return token, err == nil && len(b) == 4
}
