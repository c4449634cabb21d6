package probe

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/study/result"
)

// small makes the probes short.
var small = Options{Time: 2 * time.Millisecond, MaxMessage: 1 << 16, ArrayBytes: 1 << 16}

// TestRun takes all probes on local ranks and checks that each is there, and has
// values that can be.
func TestRun(t *testing.T) {
	for _, ranks := range []int{1, 2, 3} {
		every := make([][]result.Probe, ranks)
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			var err error
			every[c.Rank()], err = Run(t.Context(), c, small)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for r, probes := range every {
			if len(probes) != len(every[0]) {
				t.Errorf("%d ranks: rank %d has %d probes, rank 0 %d", ranks, r, len(probes), len(every[0]))
			}
		}
		var names []string
		for _, p := range every[0] {
			names = append(names, p.Name+" "+p.On)
			check(t, p)
		}
		if ranks > 1 && len(cores.Allowed()) > 1 {
			for _, want := range []string{"copy all cores", "triad all cores", "fma all cores"} {
				if !slices.Contains(names, want) {
					t.Errorf("%d ranks: no %q among %q", ranks, want, names)
				}
			}
		}
		if got, want := slices.Contains(names, "cache one core"), len(cores.Caches()) > 0; got != want {
			t.Errorf("%d ranks: a probe of a cache: %v, want %v", ranks, got, want)
		}
		for _, want := range []string{
			"copy one core", "scale one core", "add one core", "triad one core", "fma one core",
			"latency same process", "bandwidth same process", "overhead same process",
		} {
			if !slices.Contains(names, want) {
				t.Errorf("%d ranks: no %q among %q", ranks, want, names)
			}
		}
		if got := slices.Contains(names, "allreduce same process"); got != (ranks > 1) {
			t.Errorf("%d ranks: an all-reduce: %v", ranks, got)
		}
	}
}

func check(t *testing.T, p result.Probe) {
	t.Helper()
	units := map[string]string{
		result.FMA: "flop/s", result.Latency: "s", result.Overhead: "s", result.Allreduce: "s", result.Launch: "s",
	}
	if want := cmp.Or(units[p.Name], "B/s"); p.Unit != want {
		t.Errorf("%s in %s, want %s", p.Name, p.Unit, want)
	}
	if len(p.Values) < 6 {
		t.Errorf("%d values in %+v, want 6 or more", len(p.Values), p)
	}
	for _, v := range p.Values {
		if !(v > 0) || math.IsInf(v, 0) {
			t.Errorf("%g in %+v", v, p)
		}
	}
	if p.Ranks < 1 || p.Threads < 1 {
		t.Errorf("%d ranks of %d threads in %+v", p.Ranks, p.Threads, p)
	}
}

func TestErrors(t *testing.T) {
	for name, o := range map[string]Options{
		"probe: negative option": {Threads: -1},
		`probe: there are no probes of "teeth": want some of arithmetic, memory, caches, messages, all-reduce, devices`: {Only: []string{"memory", "teeth"}},
		"simd: unknown instruction set ISA(99)":                                {ISA: 99},
		"membw: 3 arrays of 1152921504606846976 bytes: cannot allocate memory": {Time: time.Millisecond, ArrayBytes: 1 << 60},
	} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := Run(t.Context(), c, o)
			return err
		})
		if err == nil || err.Error() != name {
			t.Errorf("%+v: %v, want %s", o, err, name)
		}
	}
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	o := small
	o.Begin = func(i, n int, name string) {
		if n != 6 || i > 0 || name != "arithmetic" {
			t.Errorf("group %d of %d, %s, begins after the end", i, n, name)
		}
		cancel(stopped)
	}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		_, err := Run(ctx, c, o)
		return err
	})
	if !errors.Is(err, stopped) {
		t.Errorf("stopped: %v", err)
	}
}

func TestPairs(t *testing.T) {
	at := func(nodes ...int) []rankInfo {
		all := make([]rankInfo, len(nodes))
		for i, n := range nodes {
			all[i] = rankInfo{Node: n, Cores: []int{0, 1}}
		}
		return all
	}
	bound := []rankInfo{{Node: 0, Cores: []int{0}}, {Node: 0, Cores: []int{1}}}
	same := pair{SameProcess, 0, 0}
	for _, c := range []struct {
		name  string
		all   []rankInfo
		local bool
		want  []pair
		far   string
	}{
		{"one local rank", at(0), true, []pair{same}, SameProcess},
		{"local ranks", at(0, 0, 0), true, []pair{same}, SameProcess},
		{"one rank of MPI", at(0), false, []pair{same}, SameProcess},
		{"one node", at(0, 0, 0), false, []pair{same, {SameNode, 0, 1}}, SameNode},
		{"bound to single cores", bound, false, []pair{{SameNode, 0, 1}}, SameNode},
		{"a rank a node", at(0, 1, 2), false, []pair{same, {OtherNode, 0, 1}}, OtherNode},
		{"block by block", at(0, 0, 2, 2), false, []pair{same, {SameNode, 0, 1}, {OtherNode, 0, 2}}, OtherNode},
		{"round robin", at(0, 1, 0, 1), false, []pair{same, {SameNode, 0, 2}, {OtherNode, 0, 1}}, OtherNode},
		{"two on the last node alone", at(0, 1, 1), false, []pair{same, {SameNode, 1, 2}, {OtherNode, 0, 1}}, OtherNode},
	} {
		if got := pairs(c.all, c.local); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if got := farthest(c.all, c.local); got != c.far {
			t.Errorf("%s: %s is farthest, want %s", c.name, got, c.far)
		}
	}
}

func TestLengths(t *testing.T) {
	for _, c := range []struct {
		least, most int
		want        []int
	}{
		{1, 1, []int{1}},
		{1, 2, []int{1, 2}},
		{1, 100, []int{1, 2, 8, 32, 100}},
		{8, 8, []int{8}},
		{8, 1024, []int{8, 32, 128, 512, 1024}},
	} {
		if got := lengths(c.least, c.most); !slices.Equal(got, c.want) {
			t.Errorf("lengths(%d, %d) = %v, want %v", c.least, c.most, got, c.want)
		}
	}
}

// TestSeat has three ranks on one node and one on another.
func TestSeat(t *testing.T) {
	two := []int{0, 1}
	all := []rankInfo{{Node: 0, Cores: two, Threads: 1}, {Node: 1, Cores: two, Threads: 2}, {Node: 0, Cores: two, Threads: 1}, {Node: 0, Cores: two, Threads: 1}}
	assignSlots(all)
	for r, want := range []int{1, 2, 1, 0} {
		if all[r].Slots != want {
			t.Errorf("rank %d has %d slots, want %d", r, all[r].Slots, want)
		}
	}
}
