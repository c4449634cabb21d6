package show

import (
	"errors"
	"io"
	"maps"
	"strings"
	"testing"

	"hybrid/study/result"
)

// studies are results of all kinds.
func studies() map[string]*result.Result {
	return map[string]*result.Result{
		"one rank": made(1, false), "two ranks": made(2, false), "many ranks and a device": made(128, true), "nothing": {},
	}
}

var forms = map[string]func(io.Writer, *result.Result) error{"text": Text, "csv": CSV, "go": Go, "html": HTML}

// TestSameBytes has the same result written twice.
func TestSameBytes(t *testing.T) {
	for name, r := range studies() {
		for form, write := range forms {
			var a, b strings.Builder
			if err := write(&a, r); err != nil {
				t.Fatalf("%s as %s: %v", name, form, err)
			}
			if err := write(&b, r); err != nil || a.String() != b.String() {
				t.Errorf("%s as %s: written twice, and not the same (%v)", name, form, err)
			}
		}
	}
}

// A full writer takes so many bytes and no more.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n := f.room
		f.room = 0
		return n, errFull
	}
	f.room -= len(p)
	return len(p), nil
}

func TestErrorsOfTheWriter(t *testing.T) {
	r := made(2, true)
	write := map[string]func(io.Writer, *result.Result) error{}
	maps.Copy(write, forms)
	for _, f := range Figures(small()) {
		write[f.Name] = func(w io.Writer, _ *result.Result) error { return f.Write(w) }
	}
	for form, write := range write {
		for _, room := range []int{0, 2000} {
			if err := write(&full{room}, r); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: %v", form, room, err)
			}
		}
	}
}
