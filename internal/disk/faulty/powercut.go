package faulty

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// page is what of a write that was not synced is on disk as a whole or not at all, in bytes.
const page = 4096

// LayOut writes to a folder that is empty what a power cut after call number k leaves, 0 being before the first. What was
// synced is there: bytes by Sync, names by SyncDir. All else is there or not as coins fall that are made of the seed: every
// page, size and change of a name for itself. A file that is renamed has one of its names, and always one.
func (r *Recorder) LayOut(k int, seed uint64, dir string) error {
	r.mu.Lock()
	calls := slices.Clone(r.calls[:k])
	r.mu.Unlock()

	there, data := names{}, map[int][]byte{} // on disk for sure
	for path, id := range r.old {
		there[path] = id
	}
	for id, content := range r.data {
		data[id] = slices.Clone(content)
	}
	var pending []call
	flush := func(done func(call) bool) {
		pending = slices.DeleteFunc(pending, func(c call) bool {
			if !done(c) {
				return false
			}
			there.do(c)
			data[c.file] = applied(data[c.file], c)
			return true
		})
	}
	for _, c := range calls {
		switch c.kind {
		case "sync":
			flush(func(p call) bool { return p.changesFile() && p.file == c.file })
		case "syncdir":
			flush(func(p call) bool { return !p.changesFile() && filepath.Dir(p.path) == c.path })
		default:
			pending = append(pending, c)
		}
	}
	coin := rand.New(rand.NewPCG(seed, uint64(k)))
	for _, c := range pending {
		if c.kind != "write" {
			if coin.IntN(2) == 0 {
				there.do(c)
				data[c.file] = applied(data[c.file], c)
			}
			continue
		}
		for at := 0; at < len(c.data); {
			end := min(len(c.data), at+page-int((c.off+int64(at))%page))
			if coin.IntN(2) == 0 {
				part := c
				part.off, part.data = c.off+int64(at), c.data[at:end]
				data[c.file] = applied(data[c.file], part)
			}
			at = end
		}
	}
	return write(there, data, dir)
}

func (c call) changesFile() bool { return c.kind == "write" || c.kind == "truncate" }

// applied is what a call makes of a file's bytes.
func applied(data []byte, c call) []byte {
	need := len(data)
	switch c.kind {
	case "write":
		need = max(need, int(c.off)+len(c.data))
	case "truncate":
		need = int(c.off)
	}
	data = append(data, make([]byte, max(0, need-len(data)))...)[:need]
	if c.kind == "write" {
		copy(data[c.off:], c.data)
	}
	return data
}

// write makes a tree of files. What lies in a folder whose own name is lost is lost too.
func write(there names, data map[int][]byte, dir string) error {
	var paths []string
	for path := range there {
		paths = append(paths, path)
	}
	slices.Sort(paths) // folders before what is in them
	for _, path := range paths {
		at := filepath.Join(dir, path)
		if _, err := os.Stat(filepath.Dir(at)); err != nil {
			continue
		}
		var err error
		if id := there[path]; id == folder {
			err = os.Mkdir(at, 0o777)
		} else {
			err = os.WriteFile(at, data[id], 0o666)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
