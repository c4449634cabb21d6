//go:build layers

package layers

import (
	"regexp"
	"strings"
	"testing"
)

// testLimits starts hybrid where a limit leaves the Go runtime no room to begin, and where
// it leaves a little.
func testLimits(t *testing.T, hybrid string) {
	trace := regexp.MustCompile(`goroutine [0-9]|fatal error|panic:|runtime`)
	for _, variable := range []string{"GOMAXPROCS=99999", "GOMAXPROCS=2147483647", "GOMEMLIMIT=1__0", "GOMEMLIMIT=18446744073709551616", "GOMEMLIMIT=9999999999TiB", "GOMEMLIMIT=-1", "GOMEMLIMIT=\x1b"} {
		name, _, _ := strings.Cut(variable, "=")
		res := run(t, command{env: []string{variable}, args: []string{hybrid, "version"}})
		if res.code != 2 || !strings.HasPrefix(res.stderr, "hybrid: "+name+" is ") || strings.Count(res.stderr, "\n") != 1 || trace.MatchString(res.stderr) {
			t.Errorf("%q: status %d\n%.2000s", variable, res.code, res.stderr)
		}
	}
	for _, variable := range []string{"GOMAXPROCS=3", "GOMAXPROCS=x", "GOMEMLIMIT=", "GOMEMLIMIT=off", "GOMEMLIMIT=2GiB", "GOMEMLIMIT=900000000", "GOMEMLIMIT=900000000B"} {
		must(t, command{env: []string{variable}, args: []string{hybrid, "version"}})
	}
	for _, limit := range []string{
		"-v 100000", "-v 500000", "-v 700000", "-v 1000000", "-v 1200000", "-v 1250000", "-v 1300000", "-v 1500000", "-v 1590000", "-v 1610000", "-v 1700000", "-v 1900000", "-v 4000000",
		"-d 60000", "-d 150000", "-d 170000", "-d 250000", "-n 5", "-n 8",
	} {
		res := run(t, command{args: []string{"sh", "-c", `ulimit ` + limit + ` && exec "$0" pi --samples 1e5 --quiet --gpu off`, hybrid}})
		switch {
		case res.code == 0 && res.stderr == "" && limit != "-v 500000":
		case res.code != 1 || !strings.HasPrefix(res.stderr, "hybrid: ") || strings.Count(res.stderr, "\n") != 1 || trace.MatchString(res.stderr):
			t.Errorf("ulimit %s: status %d\n%.2000s", limit, res.code, res.stderr)
		}
	}
}
