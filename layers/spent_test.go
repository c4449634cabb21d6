//go:build layers

package layers

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hybrid/internal/leftover"
)

// spent is the processor time of the commands that each test ran, with all that they
// started and waited for. What is built once counts for the test that came first.
var spent struct {
	sync.Mutex
	by map[string]time.Duration
}

// spend adds a command's processor time to that of a test and of those it is part of.
func spend(test string, took time.Duration) {
	spent.Lock()
	defer spent.Unlock()
	if spent.by == nil {
		spent.by = map[string]time.Duration{}
	}
	spent.by[""] += took
	for i, c := range test + "/" {
		if c == '/' {
			spent.by[test[:i]] += took
		}
	}
}

// failures are the ends of commands that must succeed and did not, to be seen below
// everything else: a log that is cut in the middle loses what stands where they failed.
var failures struct {
	sync.Mutex
	text []string
}

// failed keeps what a test's command said last.
func failed(test string, res result) {
	failures.Lock()
	defer failures.Unlock()
	failures.text = append(failures.text, fmt.Sprintf("failed: %s\n%s", test, tail(res.String(), 2000)))
}

// TestMain ends with a table of what took most: on a machine of n cores no run is
// shorter than an nth of the sum.
func TestMain(m *testing.M) {
	code := leftover.Main(m)
	tests := make([]string, 0, len(spent.by))
	for test, took := range spent.by {
		if took >= 2*time.Second && strings.Count(test, "/") < 2 {
			tests = append(tests, test)
		}
	}
	slices.SortFunc(tests, func(a, b string) int { return cmp.Compare(spent.by[b], spent.by[a]) })
	for _, test := range tests {
		fmt.Printf("processor time %6.1f s %s\n", spent.by[test].Seconds(), cmp.Or(test, "all layers"))
	}
	for _, text := range failures.text {
		fmt.Println(text)
	}
	os.Exit(code)
}
