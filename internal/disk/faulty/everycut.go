package faulty

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hybrid/internal/disk"
)

// layouts is how many outcomes of each power cut EveryCut looks at.
const layouts = 5

// EveryCut does something that writes in a folder, and has check look at what a power cut after each of its calls leaves. done
// tells that it was behind the last one, so that everything that was promised has to be there.
func EveryCut(t testing.TB, root string, do func(), check func(dir string, done bool) error) {
	t.Helper()
	r, err := Record(root)
	if err != nil {
		t.Fatal(err)
	}
	restore := disk.Use(r)
	do()
	restore()
	if r.Calls() == 0 {
		t.Error("nothing was recorded")
	}
	dir := filepath.Join(t.TempDir(), "left")
	for k := 0; k <= r.Calls(); k++ {
		for seed := range uint64(layouts) {
			err := os.Mkdir(dir, 0o777)
			if err == nil {
				err = r.LayOut(k, seed, dir)
			}
			if err == nil {
				err = check(dir, k == r.Calls())
			}
			if err == nil {
				err = os.RemoveAll(dir)
			}
			if err != nil {
				where := "before the first call"
				if k > 0 {
					where = fmt.Sprintf("after call %d of %d, %s", k, r.Calls(), r.Call(k))
				}
				t.Fatalf("a power cut %s, seed %d: %v", where, seed, err)
			}
		}
	}
}
