package cli

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/gpu/bind"
	"hybrid/internal/plain"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		numbers []int
		want    string
	}{{nil, ""}, {[]int{3}, "3"}, {[]int{0, 1, 2, 3}, "0-3"}, {[]int{0, 2, 3, 8, 9, 10}, "0,2-3,8-10"}} {
		if got := ranges(c.numbers); got != c.want {
			t.Errorf("ranges of %v: %q, want %q", c.numbers, got, c.want)
		}
	}
}

func TestDescribeBuild(t *testing.T) {
	for _, c := range []struct{ tags, flags, want string }{
		{"", "", "no tags: local ranks only, no MPI"},
		{"mpi", "-O2 -g -L/usr/lib/x86_64-linux-gnu/openmpi/lib -lmpi", "tags mpi: for Open MPI"},
		{"mpi,x", "-O2 -g -lmpich", "tags mpi,x: for MPICH"},
		{"mpi", "-lmpi", "tags mpi"},
		{"mpi,lazympi", "-O2 -g", "tags mpi,lazympi: for every MPI"},
	} {
		if got := describeBuild(c.tags, c.flags); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.tags, c.flags, got, c.want)
		}
	}
}

// TestVerdicts has every answer in the summary, in the JSON object and as an exit
// status.
func TestVerdicts(t *testing.T) {
	right, wrong, unknown := task.Right("all agree"), task.Wrong("the field is 1 at [2, 3]"), task.Unknown("there was nothing to compare")
	for _, c := range []struct {
		v                   *task.Verdict
		asked               bool
		summary, json, fail string
	}{
		{nil, false, "no (--verify looks)", `"verified":null,"verdict":null`, ""},
		{&right, true, "yes: all agree", `"verified":true,"verdict":"all agree"`, ""},
		{&wrong, true, "FAILED: the field is 1 at [2, 3]", `"verified":false,"verdict":"the field is 1 at [2, 3]"`, "verification failed: the field is 1 at [2, 3]"},
		{&wrong, false, "FAILED: the field is 1 at [2, 3]", `"verified":false,"verdict":"the field is 1 at [2, 3]"`, "verification failed: the field is 1 at [2, 3]"},
		{&unknown, true, "cannot tell: there was nothing to compare", `"verified":null,"verdict":"there was nothing to compare"`, "the result could not be verified: there was nothing to compare"},
		{&unknown, false, "cannot tell: there was nothing to compare", `"verified":null,"verdict":"there was nothing to compare"`, ""},
	} {
		r := &report{task: &task.Report{Recheck: "looks"}}
		r.judge(c.v)
		var b strings.Builder
		r.summary(&b)
		if !strings.Contains(b.String(), "\nverified  "+c.summary+"\n") {
			t.Errorf("%v: summary %q", c.v, b.String())
		}
		text, err := json.Marshal(r)
		if err != nil || !strings.Contains(string(text), c.json) {
			t.Errorf("%v: %s, %v", c.v, text, err)
		}
		err = unverifiedError(c.v, c.asked, false)
		if (err != nil) != (c.fail != "") || err != nil && (err.Error() != c.fail || statusOf(err) != task.Unverified) {
			t.Errorf("%v, asked %v: error %v", c.v, c.asked, err)
		}
		what, _, _ := strings.Cut(c.fail, ":")
		if err := unverifiedError(c.v, c.asked, true); c.fail != "" && err.Error() != what {
			t.Errorf("%v, which was seen in the summary: error %v, want %s", c.v, err, what)
		}
	}
}

func TestRanksWithOtherCommandsOrSettingsStopAll(t *testing.T) {
	for _, c := range []struct {
		command string
		given   []string
		want    string
	}{
		{"heat", []string{"--nx \"10\"", "--json"}, ""},
		{"info", nil, `runs "info", but rank 0 "heat": all ranks of a job run the same command`},
		{"heat", []string{"--nx \"11\"", "--json"}, `was given --nx "11", but rank 0 --nx "10": give all ranks the same flags and HYBRID_ variables`},
		{"heat", []string{"--nx \"10\""}, `was given no such option, but rank 0 --json: give`},
		{"heat", []string{"--json", "--nx \"10\""}, `was given --json --nx "10", but rank 0 --nx "10" --json: give`},
	} {
		seen := make([]error, 3)
		err := mpi.Run(3, func(comm *mpi.Comm) error {
			if comm.Rank() < 2 {
				seen[comm.Rank()] = sameOnAll(comm, "heat", []string{"--nx \"10\"", "--json"})
			} else {
				seen[2] = sameOnAll(comm, c.command, c.given)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for rank, err := range seen {
			if c.want == "" && err != nil ||
				c.want != "" && (err == nil || statusOf(err) != task.BadUsage || !strings.Contains(err.Error(), "rank 2 on ") || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s %v: rank %d: %v, want %q", c.command, c.given, rank, err, c.want)
			}
		}
	}
}

// TestAMissingGPUIsSaidWhereThereIsOne has machines with and without one.
func TestAMissingGPUIsSaidWhereThereIsOne(t *testing.T) {
	const no = "gpu: no CUDA driver: libcuda.so.1: cannot open"
	here, nowhere := bind.RankDevice{Reason: no}, bind.RankDevice{Reason: no, Absent: true}
	for _, c := range []struct {
		ranks []bind.RankDevice
		want  string
	}{
		{[]bind.RankDevice{nowhere, nowhere}, ""},
		{[]bind.RankDevice{nowhere, here}, "hybrid: no GPU, computing on the CPU: no CUDA driver: libcuda.so.1: cannot open\n"},
		{[]bind.RankDevice{nowhere, {}}, ""},
	} {
		var b strings.Builder
		newConsole(&Program{Stdout: io.Discard, Stderr: &b, Env: func(string) string { return "" }}).devices(&bind.Binding{Ranks: c.ranks})
		if b.String() != c.want {
			t.Errorf("%+v: %q, want %q", c.ranks, b.String(), c.want)
		}
	}
}

// hostile is a name that sets a terminal's title, clears it, turns the direction of
// its text and forges a line.
const hostile = "\x1b]0;owned\a\x1b[2J\u009b31m\u202e\r\nverified  yes\t\x9b"

func TestAStreamShowsWhatWouldSteer(t *testing.T) {
	var out strings.Builder
	s := newStream(&out, func(string) string { return "" })
	for _, part := range []string{"a\x1b[2J\n\xe6", "\x97\xa5\t", "\xe6"} {
		if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
			t.Errorf("%q: %d, %v", part, n, err)
		}
	}
	s.raw().Write([]byte("\x1b[1m"))
	s.end()
	if want := "a\\x1b[2J\n日\t\x1b[1m\\xe6"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// TestTablesKeepHostileNamesInTheirCells has names of hosts, devices and words.
func TestTablesKeepHostileNamesInTheirCells(t *testing.T) {
	var out strings.Builder
	c := newConsole(&Program{Env: func(string) string { return "" }, Stdout: &out, Stderr: &out})
	infoTable(c, []rankInfo{{Host: hostile, Library: hostile, ISA: "go", Visible: new(hostile)}})
	c.devices(&bind.Binding{Ranks: []bind.RankDevice{
		{Bound: true, Host: hostile, Info: gpu.Info{Name: hostile, UUID: hostile}},
		{Host: hostile, Reason: hostile},
	}, Warnings: []string{hostile}})
	c.devices(&bind.Binding{Ranks: []bind.RankDevice{{Reason: hostile}}})
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	const want = 2 + 1 + 3 + 1 // info; a warning, two ranks; no GPU
	if len(lines) != want {
		t.Errorf("%d lines, want %d: %q", len(lines), want, lines)
	}
	for _, line := range lines {
		if plain.Text(line) != line {
			t.Errorf("%q", line)
		}
	}
}
