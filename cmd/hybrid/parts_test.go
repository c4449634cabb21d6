package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"
	"testing"

	"hybrid/gpu/bind"
	"hybrid/internal/cores"
	"hybrid/internal/heatmap"
	"hybrid/internal/series"
	"hybrid/internal/stdio"
	"hybrid/mpi"
	"hybrid/solvers/heat"
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

func TestInk(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      map[string]string
		want     heatmap.Ink
	}{
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, heatmap.TrueColour},
		{true, map[string]string{"TERM": "xterm-256color"}, heatmap.Colours256},
		{true, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, heatmap.Letters},
		{true, map[string]string{"TERM": "dumb", "COLORTERM": "truecolor"}, heatmap.Letters},
		{true, nil, heatmap.Letters},
		{false, map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, heatmap.Letters},
		{true, map[string]string{"TERM": "xterm-256color", "CLICOLOR": "0"}, heatmap.Letters},
		{false, map[string]string{"CLICOLOR_FORCE": "1"}, heatmap.Colours256},
		{false, map[string]string{"CLICOLOR_FORCE": "0"}, heatmap.Letters},
		{false, map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, heatmap.Letters},
		{false, map[string]string{"HYBRID_COLOR": "always", "NO_COLOR": "1", "COLORTERM": "truecolor"}, heatmap.TrueColour},
		{true, map[string]string{"TERM": "xterm", "HYBRID_COLOR": "never", "CLICOLOR_FORCE": "1"}, heatmap.Letters},
	} {
		if got := inkFor(c.terminal, c.env["HYBRID_COLOR"], func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("terminal %v with %v: ink %v, want %v", c.terminal, c.env, got, c.want)
		}
	}
}

func TestDescribeBuild(t *testing.T) {
	for _, c := range []struct{ tags, flags, want string }{
		{"", "", "no tags: local ranks only, no MPI"},
		{"mpi", "-O2 -g -L/usr/lib/x86_64-linux-gnu/openmpi/lib -lmpi", "tags mpi: for Open MPI"},
		{"mpi,x", "-O2 -g -lmpich", "tags mpi,x: for MPICH"},
		{"mpi", "-lmpi", "tags mpi"},
	} {
		if got := describeBuild(c.tags, c.flags); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.tags, c.flags, got, c.want)
		}
	}
}

func TestFramesHaveNamesOfOneLength(t *testing.T) {
	j := &heatJob[float64]{heatConfig: &heatConfig{Steps: 12345678}, folder: series.New("d", "frame", ".png")}
	if got := j.framePath(90); got != "d/frame_00000090.png" {
		t.Error(got)
	}
	j.Steps = 500
	if got := j.framePath(500); got != "d/frame_000500.png" {
		t.Error(got)
	}
}

func TestPartsOfARunHaveOneVerdict(t *testing.T) {
	part := func(v task.Verdict, points int) *heat.Verification {
		return &heat.Verification{Verdict: v, Points: points}
	}
	right, wrong := part(task.Right("all"), 5), part(task.Wrong("the field is 1 at [2, 3]"), 5)
	if v := together(together(nil, *right), *wrong); v.Verdict != wrong.Verdict {
		t.Errorf("%+v", v)
	}
	// What follows a wrong part does not mend it.
	if v := together(wrong, *right); v.Verdict != wrong.Verdict {
		t.Errorf("%+v", v)
	}
	if v := together(part(task.Right("all"), 2), *part(task.Right("all"), 3)); v.Answer != task.Yes || v.Points != 5 {
		t.Errorf("%+v", v)
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
		r := &report{verify: "looks"}
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
		err = unverifiedError(c.v, c.asked)
		if (err != nil) != (c.fail != "") || err != nil && (err.Error() != c.fail || statusOf(err) != unverified) {
			t.Errorf("%v, asked %v: error %v", c.v, c.asked, err)
		}
	}
}

func TestSummarySaysHowTheRunComparesWithTheMemory(t *testing.T) {
	var m heatMetrics
	m.rate(&report{Seconds: 2}, 1e8, 8, 4e8, 1e8)
	if m.LUPS != 5e7 || m.EffectiveGBs != 0.8 || *m.BandwidthFraction != 2 || *m.BandwidthGBs != 0.4 ||
		*m.PeakLUPS != 1e8 || *m.PeakFraction != 0.5 {
		t.Errorf("%+v", m)
	}
	want := "800 MB/s at one pass over the field a step, 2 of the 0.4 GB/s measured\n(more than 1: several steps were done while the data was in cache)"
	if got := m.against(heatWords("cpu")); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := line("memory", "%s", "1\n2"), "memory    1\n          2\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	m.BandwidthFraction = nil
	if got := m.against(heatWords("cpu")); got != "800 MB/s at one pass over the field a step" {
		t.Errorf("%q", got)
	}
	// A run that took no time has no rate.
	var none heatMetrics
	none.rate(&report{}, 0, 8, 0, 1)
	if none.LUPS != 0 || none.BandwidthFraction != nil {
		t.Errorf("%+v", none)
	}
}

func TestSpeedSaysWhichPartOfTheLimitWasReached(t *testing.T) {
	for _, c := range []struct {
		seconds, limit, fraction float64 // 0: not known
		want                     string
	}{
		{1, 8e9, 0.625, "5 G samples/s, 0.62 of the 8 G that the multipliers allow\n"},
		{1, 0, 0, "5 G samples/s\n"},
		{0.9e-3, 8e9, 0, "5 G samples/s, in too short a run to compare with the 8 G that the multipliers allow\n"},
		{1, 4e9, 1.25, "5 G samples/s, 1.25 of the 4 G that the multipliers allow\n" +
			"          (more than 1: the data stayed in cache, or something else ran while the limit was measured)\n"},
	} {
		r := report{Seconds: c.seconds}
		f := r.speed(5e9, c.limit, "samples", "that the multipliers allow")
		if (f != nil) != (c.fraction > 0) || f != nil && *f != c.fraction {
			t.Errorf("%+v: fraction %v", c, f)
		}
		if got := strings.Join(r.howGood, ""); got != "speed     "+c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestSumsOfWalksKeepAllTheirDigits(t *testing.T) {
	squares, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	text, err := json.Marshal(walkResult{Sum: -1<<62 + 1, SumSquares: squares})
	if err != nil || !strings.HasPrefix(string(text), `{"sum":-4611686018427387903,"sum_squares":123456789012345678901234567890,"mean"`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestDivisionOfRowsInWords(t *testing.T) {
	times := 2.345
	for _, c := range []struct {
		m    heatMetrics
		want string
	}{
		{heatMetrics{Rows: []int{98}}, ""},
		{heatMetrics{Rows: []int{33, 33, 32}, EvenRows: &times}, ""},
		{heatMetrics{Rows: []int{0, 98}, EvenRows: &times}, "0 + 98 on the ranks, by their measured speed\neven rows would take 2.35 times as long"},
		{heatMetrics{Rows: []int{60, 38}, Moves: 1, MovingSeconds: 0.0312}, "60 + 38 on the ranks, by their measured speed; divided anew once, in 0.031 s"},
		{heatMetrics{Rows: []int{5, 5, 5, 9, 5, 5, 5, 5, 1}, Moves: 3, MovingSeconds: 2}, "from 1 on rank 8 to 9 on rank 3, by their measured speed; divided anew 3 times, in 2 s"},
	} {
		if got := c.m.division(); got != c.want {
			t.Errorf("%v: %q, want %q", c.m.Rows, got, c.want)
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
				c.want != "" && (err == nil || statusOf(err) != badUsage || !strings.Contains(err.Error(), "rank 2 on ") || !strings.Contains(err.Error(), c.want)) {
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
		newConsole(&program{stdout: io.Discard, stderr: &b, env: func(string) string { return "" }}).devices(&bind.Binding{Ranks: c.ranks})
		if b.String() != c.want {
			t.Errorf("%+v: %q, want %q", c.ranks, b.String(), c.want)
		}
	}
}

// TestClosedStreamsAreErrors has what the program is given for them.
func TestClosedStreamsAreErrors(t *testing.T) {
	run := func(stdin io.Reader, stdout io.Writer, args ...string) (int, string) {
		var stderr strings.Builder
		p := &program{env: func(string) string { return "" }, stdin: stdin, stdout: stdout, stderr: &stderr}
		return p.run(args), stderr.String()
	}
	if status, text := run(strings.NewReader(""), stdio.Closed{}, "pi", "--samples", "10", "--gpu", "off", "--json", "--quiet"); status != failed ||
		text != "hybrid: pi: cannot write standard output: it is closed\n" {
		t.Errorf("standard output: status %d, %q", status, text)
	}
	if status, text := run(stdio.Closed{}, io.Discard, "wordcount", "-"); status != failed || !strings.HasPrefix(text, "hybrid: wordcount: cannot read standard input: it is closed") {
		t.Errorf("standard input: status %d, %q", status, text)
	}
}

// TestThreadsFarAboveTheCoresAreFewer asks for the most.
func TestThreadsFarAboveTheCoresAreFewer(t *testing.T) {
	most := threadsPerCore * cores.Usable()
	for _, ranks := range []int{1, 2} {
		status, stdout, stderr := call(t, nil, "pi", "--samples", "10", "--threads", "4096", "--ranks", fmt.Sprint(ranks), "--json", "--gpu", "off")
		want := min(most/ranks, 4096)
		said := fmt.Sprintf("hybrid: pi: --threads is 4096, far more than the cores: computing with %d\n", want)
		if status != 0 || !strings.Contains(stdout, fmt.Sprintf(`"threads":%d,`, want)) || strings.Contains(stderr, said) != (want < 4096) {
			t.Errorf("%d ranks: status %d, want %d threads: %s%s", ranks, status, want, stderr, stdout)
		}
	}
}
