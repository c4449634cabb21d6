package show

import (
	"io"
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
