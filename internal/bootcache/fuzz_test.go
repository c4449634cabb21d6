//go:build unix

package bootcache

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// FuzzLoad reads any file in the place of one that was stored: what is found is the value
// that a reader of JSON finds in it, under this boot and this key.
func FuzzLoad(f *testing.F) {
	p, k := cache{filepath.Join(f.TempDir(), "cache"), "boot 1"}, key{"a processor", 2}
	if err := p.store("memory", k, 5.0); err != nil {
		f.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "hybrid", "*"))
	if err != nil || len(files) != 1 {
		f.Fatalf("files %q, %v", files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, text := range []string{"", "null", `{"Boot":"boot 1","Key":null,"Value":1}`, `{"boot":"boot 1","key":{"Processor":"a processor","Threads":2},"value":1e999}`,
		`{"Boot":"boot 2","Key":{"Processor":"a processor","Threads":2},"Value":5}`, `{"Boot":"boot 1","Key":{"Processor":"a processor","Threads":2}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(files[0], text, 0o600); err != nil {
			t.Fatal(err)
		}
		got := math.Inf(1)
		err := p.load("memory", k, &got)
		var want struct {
			Boot  *string
			Key   *key
			Value *float64
		}
		wrong := json.Unmarshal(text, &want)
		found := wrong == nil && want.Boot != nil && *want.Boot == p.boot && want.Key != nil && *want.Key == k && want.Value != nil
		switch {
		case err == nil && (!found || got != *want.Value):
			t.Errorf("%q: found %v, it says %+v, %v", text, got, want, wrong)
		case err == nil && math.IsInf(got, 0):
			t.Errorf("%q: found no value, and no error", text)
		}
	})
}
