package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hybrid/internal/cli"
	"hybrid/internal/leftover"
	"hybrid/npy"
	"hybrid/study/result"
)

// TestMain lets the test binary stand in for hybrid, for the tests that need a
// process.
func TestMain(m *testing.M) {
	if os.Getenv("HYBRID_TEST_AS_MAIN") != "" {
		status := cli.Main(version, problems(), os.Args[1:])
		if path := os.Getenv("HYBRID_TEST_PEAK"); path != "" {
			os.WriteFile(path, []byte(strconv.Itoa(cli.PeakBytes())), 0o666)
		}
		os.Exit(status)
	}
	os.Exit(leftover.Main(m))
}

// TestScript runs testdata/script. Scripts call hybrid inside this process, so
// that they run wherever the test does; its paths begin with $WORK.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		WorkdirRoot:         t.TempDir(), // its own stays where some scripts are left out
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"hybrid":   scriptHybrid,
			"exits":    scriptExits,
			"object":   scriptObject,
			"field":    scriptField,
			"keys":     scriptKeys,
			"cut":      scriptCut,
			"replace":  scriptReplace,
			"silent":   scriptSilent,
			"slower":   scriptSlower,
			"files":    scriptFiles,
			"said":     scriptSaid,
			"points":   scriptPoints,
			"sums":     scriptSums,
			"same":     scriptSame,
			"unbase64": scriptUnbase64,
		},
	})
}

func runScript(ts *testscript.TestScript, args []string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	p := &cli.Program{Version: version, Problems: problems(), Env: ts.Getenv, Stdin: strings.NewReader(ts.Getenv("STDIN")), Stdout: &out, Stderr: &err, Exit: func(int) { panic("exit in a test") }}
	status = p.Run(args)
	ts.Stdout().Write(out.Bytes())
	ts.Stderr().Write(err.Bytes())
	return status, out.String(), err.String()
}

// hybrid ARGS: runs hybrid, which must succeed.
func scriptHybrid(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("say which status is expected: exits STATUS ARGS")
	}
	if status, _, _ := runScript(ts, args); status != 0 {
		ts.Fatalf("exit status %d", status)
	}
}

// exits STATUS ARGS: runs hybrid, which must end with that status and explain it
// in one line.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, stdout, stderr := runScript(ts, args[1:])
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	if stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "hybrid: ") {
		ts.Fatalf("want one line on standard error that begins with hybrid:")
	}
}

// points STATUS ARGS: runs hybrid, which must end with that status and explain it
// in one line, with two below it that point at the place.
func scriptPoints(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, stdout, stderr := runScript(ts, args[1:])
	lines := strings.Split(stderr, "\n")
	if got != want || stdout != "" || len(lines) != 4 || !strings.Contains(lines[2], "^") || strings.Trim(lines[2], " ^") != "" {
		ts.Fatalf("exit status %d, want %d, with a line that points at a place", got, want)
	}
}

// sums: keeps the result of the JSON object on standard output, for same.
func scriptSums(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs("result.json"), []byte(ts.ReadFile("stdout")), 0o666))
}

// same NAMES: these values of the result are those that sums has kept.
func scriptSame(ts *testscript.TestScript, neg bool, names []string) {
	result := func(file string) map[string]json.RawMessage {
		var object struct{ Result map[string]json.RawMessage }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &object))
		return object.Result
	}
	now, before := result("stdout"), result("result.json")
	for _, name := range names {
		if len(now[name]) == 0 || string(now[name]) != string(before[name]) {
			ts.Fatalf("%s is %s, want %s", name, now[name], before[name])
		}
	}
}

// said TEXT: the last command's standard error has that text.
func scriptSaid(ts *testscript.TestScript, neg bool, args []string) {
	if has := strings.Contains(ts.ReadFile("stderr"), strings.Join(args, " ")); has == neg {
		ts.Fatalf("standard error has %q: %v", strings.Join(args, " "), has)
	}
}

// unbase64 FROM TO: writes the bytes that FROM has as base64.
func scriptUnbase64(ts *testscript.TestScript, neg bool, args []string) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o666))
}

// silent: the last command printed nothing.
func scriptSilent(ts *testscript.TestScript, neg bool, args []string) {
	if out := ts.ReadFile("stdout") + ts.ReadFile("stderr"); out != "" {
		ts.Fatalf("printed %q", out)
	}
}

// object [PATH REGEXP]...: standard output is exactly one JSON object, with such
// values at the paths.
func scriptObject(ts *testscript.TestScript, neg bool, args []string) {
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	decoder.UseNumber()
	var object map[string]any
	ts.Check(decoder.Decode(&object))
	if decoder.More() {
		ts.Fatalf("more than one JSON object")
	}
	for ; len(args) >= 2; args = args[2:] {
		var v any = object
		for _, name := range strings.Split(args[0], ".") {
			switch at := v.(type) {
			case map[string]any:
				var ok bool
				if v, ok = at[name]; !ok {
					ts.Fatalf("no %s in the object", args[0])
				}
			case []any:
				i, err := strconv.Atoi(name)
				ts.Check(err)
				v = at[i]
			default:
				ts.Fatalf("%s: nothing below %v", args[0], v)
			}
		}
		if text := fmt.Sprint(v); !regexp.MustCompile("^(?:" + args[1] + ")$").MatchString(text) {
			ts.Fatalf("%s is %s, want %s", args[0], text, args[1])
		}
	}
}

// field FILE KIND: makes an initial field.
func scriptField(ts *testscript.TestScript, neg bool, args []string) {
	path, kind := args[0], args[1]
	switch kind {
	case "reference": // 2000 x 2000 points inside the ring
		ts.Check(writeDisc(path, 2000))
	case "small-reference":
		ts.Check(writeDisc(path, 200))
	case "ramp", "nan", "inf", "huge", "vast", "ints", "single", "line", "narrow":
		ts.Check(writeRamp(path, kind))
	case "large":
		ts.Check(writeArray(path, slices.Repeat([]float64{1e300}, 36), 6, 6))
	default:
		ts.Fatalf("unknown field %s", kind)
	}
}

// writeRamp writes a field of 5 rows and 7 columns, 10 i + j, with a fault or of
// another type.
func writeRamp(path, kind string) error {
	rows, cols := 5, 7
	values := make([]float64, rows*cols)
	for k := range values {
		values[k] = float64(10*(k/cols) + k%cols)
	}
	var zero float64
	switch kind {
	case "nan":
		values[3*cols+4] = zero / zero
	case "inf":
		values[2*cols+6] = -1 / zero
	case "huge":
		values[1*cols+5] = 1e200
	case "vast":
		values[1*cols+5] = 1.5e308
	case "ints":
		return writeArray(path, convert[int16](values), rows, cols)
	case "single":
		return writeArray(path, convert[float32](values), rows, cols)
	case "line":
		return writeArray(path, values, rows*cols)
	case "narrow":
		return writeArray(path, values[:10], 5, 2)
	}
	return writeArray(path, values, rows, cols)
}

func convert[T npy.Number](values []float64) []T {
	to := make([]T, len(values))
	for i, v := range values {
		to[i] = T(v)
	}
	return to
}

func writeArray[T npy.Number](path string, values []T, shape ...int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h, err := npy.NewHeader(npy.DTypeOf[T](), shape...)
	if err != nil {
		return err
	}
	if err := h.Start(f); err != nil {
		return err
	}
	return npy.WriteBlock(f, h, h.RowRange(0, h.Rows()), values)
}

// writeDisc writes the problem whose answer is known: a cold disc of 5 in 65, n by
// n points inside a ring of 20 (column 0), 70 (last column), 85 (row 0) and 5
// (last row).
func writeDisc(path string, n int) error {
	side := n + 2
	values := make([]float64, side*side)
	for i := range side {
		for j := range side {
			y, x, r := float64(i-n/2+1), float64(j-n/2+1), float64(n)/6
			v := 65.0
			switch {
			case i == 0:
				v = 85
			case i == side-1:
				v = 5
			case j == 0:
				v = 20
			case j == side-1:
				v = 70
			case y*y+x*x < r*r:
				v = 5
			}
			values[i*side+j] = v
		}
	}
	return writeArray(path, values, side, side)
}

// cut FILE BYTES: keeps the file's first bytes.
func scriptCut(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(args[0], n))
}

// replace FILE OLD NEW: replaces a text in a file by one of the same length.
func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	old, err := os.ReadFile(args[0])
	ts.Check(err)
	if len(args[1]) != len(args[2]) || !bytes.Contains(old, []byte(args[1])) {
		ts.Fatalf("%q in %s cannot become %q", args[1], args[0], args[2])
	}
	ts.Check(os.WriteFile(args[0], bytes.Replace(old, []byte(args[1]), []byte(args[2]), 1), 0o666))
}

// slower FILE FACTOR: has all times of a study be so many times as long.
func scriptSlower(ts *testscript.TestScript, neg bool, args []string) {
	factor, err := strconv.ParseFloat(args[1], 64)
	ts.Check(err)
	var study struct {
		Command string        `json:"command"`
		Result  result.Result `json:"result"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &study))
	longer := func(p *result.Point) {
		for i := range p.Seconds.Values {
			p.Seconds.Values[i] *= factor
		}
		p.Seconds = result.NewSample(p.Seconds.Values)
	}
	for i := range study.Result.Kernels {
		longer(&study.Result.Kernels[i])
	}
	for _, s := range study.Result.Scaling {
		for i := range s.Points {
			longer(&s.Points[i].Point)
		}
	}
	text, err := json.Marshal(study)
	ts.Check(err)
	ts.Check(os.WriteFile(args[0], text, 0o666))
}

// files DIR NAMES: the directory has these files and no others. TOKEN in a name is that
// of some run.
func scriptFiles(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(args[0])
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, regexp.MustCompile("_[0-9a-f]{8}_").ReplaceAllString(e.Name(), "_TOKEN_"))
	}
	if got, want := strings.Join(names, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("files %s, want %s", got, want)
	}
}
