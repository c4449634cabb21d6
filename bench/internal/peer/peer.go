// Package peer runs the Python programs that hybrid is compared with.
package peer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// A Python is an interpreter.
type Python string

// Check reports an interpreter or a script, named from the repository's root, that
// is not there.
func (p Python) Check(script string) error {
	if _, err := os.Stat(script); err != nil {
		return errors.New("run it by go run, from the repository's root")
	}
	if _, err := exec.LookPath(string(p)); err != nil {
		return fmt.Errorf("-python %s: %w: want a Python that has numpy and numba", p, err)
	}
	return nil
}

// Run runs a script with so many threads for numba, and returns the numbers that
// it writes, as many as dst has.
func (p Python) Run(script string, threads int, args []string, dst ...*float64) error {
	cmd := exec.Command(string(p), append([]string{script}, args...)...)
	cmd.Env = append(os.Environ(), "NUMBA_NUM_THREADS="+strconv.Itoa(threads), "OMP_NUM_THREADS="+strconv.Itoa(threads))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	fields := make([]any, len(dst))
	for i := range dst {
		fields[i] = dst[i]
	}
	if _, err := fmt.Sscan(string(out), fields...); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}

// Side runs f n times side by side and returns the first error.
func Side(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Threads reads a list of numbers of threads, such as "1,2", each of which counts
// once.
func Threads(text string) ([]int, error) {
	var list []int
	seen := map[int]bool{}
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-threads %q: want numbers from 1, as 1,2", text)
		}
		if !seen[n] {
			list = append(list, n)
		}
		seen[n] = true
	}
	return list, nil
}
