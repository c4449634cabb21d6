package memcheck_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/memcheck"
)

func TestCheck(t *testing.T) {
	var refused [3]error
	err := mpi.Run(3, func(c *mpi.Comm) error {
		if err := memcheck.Check(c, memcheck.Need{What: "three crumbs need", Instead: "less", Bytes: 1}); err != nil {
			return err
		}
		refused[c.Rank()] = memcheck.Check(c, memcheck.Need{What: "a world needs", Instead: "a smaller one", Bytes: 0x1p80,
			Fits: func(part float64) string { return fmt.Sprintf("%t of it", part < 0x1p-20) }})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range refused {
		var own *memcheck.Error
		var remote *mpi.RemoteError
		switch {
		case errors.As(err, &own) && r == 0 && own.Need == 3*0x1p80 && own.Have > 0 && own.ExitCode() == 2:
		case errors.As(err, &remote) && r > 0 && remote.Code == 2:
		default:
			t.Errorf("rank %d: %#v", r, err)
		}
		if err == nil || !strings.Contains(err.Error(), "a world needs 3145728.0 EiB on node ") || !strings.HasSuffix(err.Error(), " free: take a smaller one (true of it would fit)") {
			t.Errorf("rank %d: %v", r, err)
		}
	}
}

// TestExitStatus: sizes that no state of the machine has memory for are bad input;
// others may pass elsewhere or later.
func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		e    memcheck.Error
		want int
		text string
	}{
		{memcheck.Error{What: "it needs", Where: "node n", Instead: "less", Need: 3 << 20, Have: 1 << 20, Total: 2 << 20}, 2,
			"it needs 3.0 MiB on node n, which has 1.0 MiB free: take less"},
		{memcheck.Error{What: "it needs", Where: "node n", By: "ulimit -v", Instead: "less", Fits: "1 x 1", Need: 3 << 20, Have: 1 << 20, Total: 4 << 20}, 1,
			"it needs 3.0 MiB on node n, where ulimit -v leaves 1.0 MiB free: take less (1 x 1 would fit)"},
		{memcheck.Error{What: "it needs", Where: "node n", Instead: "less", Need: 3 << 20, Have: 1 << 20}, 1,
			"it needs 3.0 MiB on node n, which has 1.0 MiB free: take less"},
	} {
		if got := c.e.ExitCode(); got != c.want || c.e.Error() != c.text {
			t.Errorf("status %d, want %d; %s, want %s", got, c.want, c.e.Error(), c.text)
		}
	}
}

func TestCheckHoldsAProcessToItsLimit(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "1KiB") // which the runtime has read before
	err := mpi.Run(1, func(c *mpi.Comm) error {
		return memcheck.Check(c, memcheck.Need{What: "it needs", Instead: "less"})
	})
	var e *memcheck.Error
	if !errors.As(err, &e) || e.By != "GOMEMLIMIT" || e.Have != 0 || e.ExitCode() != 1 {
		t.Errorf("%#v", err)
	}
}

func TestCheckThreads(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error { return memcheck.CheckThreads(c, 2) })
	if err != nil {
		t.Error(err)
	}
	const want = "memcheck: the run starts up to 9 more threads on node n, where control group /a leaves 4: take fewer ranks, a smaller GOMAXPROCS or a higher limit"
	if e := (&memcheck.ThreadsError{Need: 9, Have: 4, Where: "node n", By: "control group /a"}); e.Error() != want || e.ExitCode() != 1 {
		t.Errorf("status %d, %v", e.ExitCode(), e)
	}
}
