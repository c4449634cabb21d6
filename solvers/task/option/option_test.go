package option

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// A config has a parameter of each kind.
type config struct {
	N, Bins  int
	Max      int32
	Walks    uint64
	Segment  int
	Alpha, A float64
	Func     string
	Boundary string
	In, CSV  string
	Dir      string
	Out      []string
	Files    []string
	Verify   bool
	ISA      string
	Point    string
	Help     bool
}

func (c *config) options() *Set {
	s := &Set{Command: "x count", Prefix: "X_"}
	s.Group("Problem")
	s.Int(&c.N, "n", 100, "columns, the ring included", Range(3, 1<<31-1), Size)
	s.Int(&c.Bins, "bins", 0, "bins of the histogram. Few are coarse", Range(1, 1<<40), Default("as many as suit"))
	s.Int32(&c.Max, "max-iter", 1000, "greatest count")
	s.Uint64(&c.Walks, "walks", 1e5, "walks")
	s.Bytes(&c.Segment, "segment", 64<<10, "of a part", Range(1, 1<<30), Default("64K"))
	s.Positive(&c.Alpha, "alpha", 0.1, "thermal diffusivity", Unit("length^2/time"))
	s.Finite(&c.A, "a", 0, "from")
	s.Text(&c.Func, "func", "x", "a formula")
	s.Choice(&c.Boundary, "boundary", "", Explained("dirichlet", "keeps its values", "periodic", strings.Repeat("goes on and ", 12)+"on"))
	s.Func("point", "RE,IM", func(text string) error {
		if !strings.Contains(text, ",") {
			return Want(text, []string{"origin"}, "want two numbers")
		}
		c.Point = text
		return nil
	}, func() any { return strings.Split(c.Point, ",") })
	s.Group("Output")
	s.In(&c.In, "in", "keys", []string{".npy"})
	s.Out(&c.CSV, "csv", "numbers", []string{".csv"})
	s.Dir(&c.Dir, "dir", "pictures")
	s.Outs(&c.Out, "out", "the result", []string{".npy", ".png"})
	s.Toggle(&c.Verify, "verify", "check", Local)
	s.Choice(&c.ISA, "isa", "", Choices("auto", "go"), EnvOnly, Local)
	s.Toggle(&c.Help, "help", "print this", Short("hH"), NoEnv, Aside)
	s.Operands(&c.Files, "files")
	return s
}

// parse reads arguments and variables.
func parse(args []string, env map[string]string) (*config, *Set, error) {
	c := &config{}
	s := c.options()
	return c, s, s.Parse(args, func(name string) string { return env[name] })
}

func TestDefaults(t *testing.T) {
	c, s, err := parse(nil, map[string]string{"X_HELP": "1", "X_FILES": "a"})
	if err != nil || c.N != 100 || c.Bins != 0 || c.Max != 1000 || c.Walks != 1e5 || c.Segment != 65536 || c.Alpha != 0.1 || c.Func != "x" ||
		c.Boundary != "dirichlet" || c.ISA != "auto" || c.Help || len(c.Files) != 0 || len(s.AsFlags()) != 0 || s.Given("n") {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFlagsOperandsAndVariables(t *testing.T) {
	env := map[string]string{"X_N": "7", "X_ALPHA": "2", "X_OUT": "c.npy:d.png", "X_VERIFY": "1", "X_ISA": "go", "X_MAX_ITER": "1e3", "X_FUNC": ""}
	c, s, err := parse([]string{"one", "-n", "1e1", "-", "--out=a.npy", "--a", "-0.5", "two", "--verify=false", "--out", " b.png", "--segment", "2K", "--", "--n", "-h"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if c.N != 10 || c.Alpha != 2 || c.A != -0.5 || c.Verify || c.ISA != "go" || c.Max != 1000 || c.Segment != 2048 || c.Func != "x" ||
		!slices.Equal(c.Out, []string{"a.npy", " b.png"}) || !slices.Equal(c.Files, []string{"one", "-", "two", "--n", "-h"}) {
		t.Errorf("%+v", c)
	}
	if s.Name("n") != "--n" || s.Name("alpha") != "X_ALPHA" || s.Name("isa") != "X_ISA" || s.Name("bins") != "--bins" || s.Name("other") != "--other" {
		t.Error(s.Name("n"), s.Name("alpha"), s.Name("isa"))
	}
	want := []string{`--n "1e1"`, `--max-iter "1e3"`, `--segment "2K"`, `--alpha "2"`, `--a "-0.5"`, `--out "a.npy"`, `--out " b.png"`, `"one"`, `"-"`, `"two"`, `"--n"`, `"-h"`}
	if got := s.AsFlags(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	c, _, err = parse(nil, env)
	if err != nil || c.N != 7 || !c.Verify || !slices.Equal(c.Out, []string{"c.npy", "d.png"}) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestListsOfPairsHaveColonsInThem(t *testing.T) {
	var pairs, texts []string
	s := &Set{Prefix: "X_"}
	s.List(&pairs, "set", "", Pairs)
	s.List(&texts, "text", "")
	env := map[string]string{"X_SET": "F=0.02:0.06:5:k=0.06,0.07:u.x=1:2:3", "X_TEXT": "a=1:2"}
	if err := s.Parse(nil, func(name string) string { return env[name] }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(pairs, []string{"F=0.02:0.06:5", "k=0.06,0.07", "u.x=1:2:3"}) || !slices.Equal(texts, []string{"a=1", "2"}) {
		t.Errorf("%q, %q", pairs, texts)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--n 2", `--n is "2": want a whole number from 3 to 2147483647, such as 1000, 1_000, 1e3, 10k, 2M or 4Ki`},
		{"--n 1.5", `--n is "1.5": want a whole number from 3`},
		{"--n=", `--n is "": want a whole number`},
		{"--max-iter 3G", `--max-iter is "3G": want a whole number from 0 to 2147483647`},
		{"--walks 16Ei", `--walks is "16Ei": want a whole number from 0 to 18446744073709551615`},
		{"--segment 2G", `--segment is "2G": want a whole number from 1 to 1073741824, such as 8, 64K or 1M`},
		{"--alpha 0", `--alpha is "0": want a number above 0, such as 0.01 or 1e-2`},
		{"--alpha nan", `--alpha is "nan": want a number above 0`},
		{"--a inf", `--a is "inf": want a finite number`},
		{"--a one", `--a is "one": want a finite number`},
		{"--boundary peridic", `--boundary is "peridic" (did you mean periodic?): want one of dirichlet, periodic`},
		{"--in keys.csv", `--in is "keys.csv": want a file whose name ends in .npy`},
		{"--csv a.txt", `--csv is "a.txt": the name must end in .csv`},
		{"--dir=", `--dir is empty: want a directory`},
		{"--out a.npy --out a.txt", `--out is "a.txt": the name must end in .npy or .png, which says what is written`},
		{"--verify=maybe", `--verify is "maybe": it takes no value, or true or false`},
		{"--point origi", `--point is "origi" (did you mean origin?): want two numbers`},
		{"--step 3", `unknown flag --step: see x count --help`},
		{"--bin 3", `unknown flag --bin (did you mean --bins?): see x count --help`},
		{"--hlep", `unknown flag --hlep (did you mean --help?): see x count --help`},
		{"-x", `unknown flag -x: see x count --help`},
		{"--isa go", `unknown flag --isa`},
		{"--files a", `unknown flag --files`},
		{"---n 3", `"---n" is no flag: flags are --name value; see x count --help`},
		{"--n", `--n needs a value: --n VALUE`},
		{"--n --a 5", `--n needs a value: --n VALUE, but --a follows`},
		{"--n -a=5", `--n needs a value: --n VALUE, but -a=5 follows`},
		{"--n -h", `--n needs a value: --n VALUE, but -h follows`},
		{"--out -- a", `--out needs a value: --out VALUE, but -- follows`},
	} {
		_, _, err := parse(strings.Fields(c.args), nil)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.args, err, c.want)
		}
	}
	for _, c := range []struct{ name, value, want string }{
		{"X_N", "ten", `X_N is "ten": want a whole number`},
		{"X_VERIFY", "perhaps", `X_VERIFY is "perhaps": want 1 or 0, true or false`},
		{"X_ISA", "sse", `X_ISA is "sse": want one of auto, go`},
		{"X_OUT", "a.npy:", `X_OUT is "": the name must end in`},
	} {
		_, _, err := parse(nil, map[string]string{c.name: c.value})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s=%s: %v, want %s", c.name, c.value, err, c.want)
		}
	}
	s := &Set{Command: "x info"}
	if err := s.Parse([]string{""}, func(string) string { return "" }); err == nil || err.Error() != `unexpected argument "": every option is a flag, --name value; see x info --help` {
		t.Error(err)
	}
}

func TestTheFirstDeclarationStays(t *testing.T) {
	var own, common string
	s := &Set{}
	s.Choice(&own, "dtype", "of keys", Choices("i64", "f64"))
	s.Choice(&common, "dtype", "of all", Choices("f32"))
	if err := s.Parse([]string{"--dtype", "f64"}, func(string) string { return "" }); err != nil || own != "f64" || common != "" || len(s.Params()) != 1 {
		t.Errorf("own %q, common %q, %v", own, common, err)
	}
}

func TestHelp(t *testing.T) {
	_, s, _ := parse(nil, nil)
	if got := s.Groups(); !slices.Equal(got, []string{"Problem", "Output"}) {
		t.Errorf("groups %q", got)
	}
	want := `  --n N               columns, the ring included, 3 to 2147483647 (default 100)
  --bins N            bins of the histogram, 1 to 2^40 (default: as many as
                      suit). Few are coarse
  --max-iter N        greatest count, 0 to 2147483647 (default 1000)
  --walks N           walks, 0 to 2^64-1 (default 100000)
  --segment SIZE      of a part, 1 to 1073741824 (default 64K)
  --alpha X           thermal diffusivity, length^2/time (default 0.1)
  --a X               from (default 0)
  --func TEXT         a formula (default x)
  --boundary NAME     dirichlet  keeps its values (default)
                      periodic   goes on and goes on and goes on and goes on and
                                 goes on and goes on and goes on and goes on and
                                 goes on and goes on and goes on and goes on and
                                 on
  --point TEXT        RE,IM
`
	if got := s.Help("Problem"); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	want = `  --in FILE.npy       keys
  --csv FILE.csv      numbers
  --dir DIR           pictures
  --out FILE          the result
  --verify            check
  -h, -H, --help      print this
`
	if got := s.Help("Output"); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

func TestComplete(t *testing.T) {
	_, s, _ := parse(nil, nil)
	for _, c := range []struct{ args, want string }{
		{"--boundary", "dirichlet periodic"}, {"--n 3 -boundary", "dirichlet periodic"}, {"--n", ""}, {"--verify --n", ""},
	} {
		if got := strings.Join(s.Complete(strings.Fields(c.args)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.args, got, c.want)
		}
	}
	for _, args := range []string{"", "--verify", "--n 3", "boundary"} {
		got := s.Complete(strings.Fields(args))
		if !slices.Contains(got, "--n") || !slices.Contains(got, "--help") || slices.Contains(got, "--isa") || slices.Contains(got, "--files") {
			t.Errorf("%q: %q", args, got)
		}
	}
	shells := &Set{}
	var which []string
	shells.Operands(&which, "shell", Choices("bash", "zsh"))
	if got := shells.Complete(nil); !slices.Equal(got, []string{"bash", "zsh"}) {
		t.Errorf("%q", got)
	}
}

func TestObjectHasEveryParameterInOrder(t *testing.T) {
	_, s, err := parse([]string{"--point", "1,2", "--walks", "18446744073709551615", "a"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s.Object().Set("n", 12).Set("depth", 3))
	want := `{"n":12,"bins":0,"max_iter":1000,"walks":18446744073709551615,"segment":65536,"alpha":0.1,"a":0,"func":"x","boundary":"dirichlet",` +
		`"point":["1","2"],"in":"","csv":"","dir":"","out":[],"verify":false,"isa":"auto","files":["a"],"depth":3}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v, want\n%s", text, err, want)
	}
}

func TestExtendedMayBeInfinite(t *testing.T) {
	for text, want := range map[string]string{"inf": `"inf"`, "+Inf": `"inf"`, "Infinity": `"inf"`, "-inf": `"-inf"`, "-INFINITY": `"-inf"`, "1e3": "1000", "nan": "", "1e400": "", "": ""} {
		var x float64
		s := &Set{}
		s.Extended(&x, "x", 1, "an end")
		err := s.Parse([]string{"--x=" + text}, func(string) string { return "" })
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "want a number") {
				t.Errorf("%q: %v, error %v", text, x, err)
			}
			continue
		}
		if got, _ := json.Marshal(s.Object()); err != nil || string(got) != `{"x":`+want+`}` {
			t.Errorf("%q: %s, error %v, want %s", text, got, err, want)
		}
	}
}

// A checkpoint that kept other bytes would have the run go on into another file.
func TestTextThatIsNotUTF8IsNotKept(t *testing.T) {
	_, s, err := parse([]string{"--out", "\xff.npy"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(func(*Param) bool { return true }); err == nil || !strings.Contains(err.Error(), `--out is "\xff.npy", which is not UTF-8`) {
		t.Errorf("kept: %v", err)
	}
}
