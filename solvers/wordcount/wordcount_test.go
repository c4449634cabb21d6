package wordcount

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// small makes parts, buffers and tables so small that a little text goes every way.
var small = Options{piece: 37, buffer: 64, capacity: 1}

// run counts on so many ranks and returns rank 0's counts and the file that they
// make. options may be other ones on each rank.
func run(p Problem, ranks int, ending string, options func(rank int) Options) (n *Counts, text string, err error) {
	var out bytes.Buffer
	err = mpi.Run(ranks, func(c *mpi.Comm) error {
		own, err := p.Run(context.Background(), c, options(c.Rank()))
		if err != nil {
			return err
		}
		if c.Rank() == 0 {
			n = own
		}
		return own.Write(&out, ending)
	})
	return n, out.String(), err
}

// expect is the .tsv of a text, by Go's own functions.
func expect(p Problem, texts ...string) string {
	counts := map[string]int{}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool {
			if p.Words == ASCII {
				return r >= 0x80 || !unicode.IsLetter(r)
			}
			return r == '\ufffd' || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
		}) {
			if p.Fold {
				w = strings.ToLower(w)
			}
			if len([]rune(w)) >= p.MinLength {
				counts[w]++
			}
		}
	}
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmpOr(counts[b]-counts[a], strings.Compare(a, b))
	})
	var b strings.Builder
	for _, w := range words {
		fmt.Fprintf(&b, "%s\t%d\n", w, counts[w])
	}
	return b.String()
}

func cmpOr(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// prose is text of words that repeat, some long, some not ASCII, with bytes that
// are no text.
func prose(n int) string {
	g := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"the ", "The ", "of\n", "Wörter ", "слово, ", "Слово", "字", "。", " ", "--", "x", "y1",
		strings.Repeat("long", 60) + " ", strings.Repeat("länger", 20), "\xff", "\xe2\x82", "€", "un", "able "}
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(pieces[g.IntN(len(pieces))])
		if g.IntN(8) == 0 {
			fmt.Fprintf(&b, "w%d ", g.IntN(n/8))
		}
	}
	return b.String()
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSegments divides a text of contractions, hyphens and what joins them in many
// ways.
func TestSegments(t *testing.T) {
	g := rand.New(rand.NewPCG(7, 8))
	pieces := []string{"won't", "x", "-", "rays", "’", "'", ".", ",", ":", "3", "14", "_", "\u00ad", "‐", "\u200d", "\u200c", "א", "\"",
		"ア", "字", "の", "\u0301", "❤", "é", " ", " ", "\n", "ไทย", "𝐀", "Ⓐ", "\xe2", strings.Repeat("long-", 30), strings.Repeat("-", 50)}
	var b strings.Builder
	for b.Len() < 60_000 {
		b.WriteString(pieces[g.IntN(len(pieces))])
	}
	path := write(t, filepath.Join(t.TempDir(), "text"), b.String())
	for _, fold := range []bool{false, true} {
		p := Problem{Paths: []string{path}, Words: Segments, Fold: fold}
		_, want, err := run(p, 1, ".tsv", func(int) Options { return Options{} })
		if err != nil {
			t.Fatal(err)
		}
		for _, ranks := range []int{1, 3} {
			for i, o := range []Options{{}, small} {
				o.Threads, o.Verify = 2, true
				n, got, err := run(p, ranks, ".tsv", func(int) Options { return o })
				if err != nil || got != want || n.Verdict.Answer != task.Yes {
					t.Errorf("%d ranks, options %d: %v, %v, the same counts: %v", ranks, i, n.Verdict, err, got == want)
				}
			}
		}
	}
	n, got, err := run(Problem{Paths: []string{"-"}, Words: Segments, Fold: true}, 1, ".tsv", func(int) Options {
		return Options{Verify: true, Stdin: strings.NewReader("I won't, you won't: x-rays -- X-Rays. Co\u00adoperate")}
	})
	if want := "won't\t2\nx-rays\t2\ncooperate\t1\ni\t1\nyou\t1\n"; err != nil || got != want || n.Verdict.Answer != task.Yes {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestSameBytes divides the same files in many ways.
func TestSameBytes(t *testing.T) {
	dir := t.TempDir()
	texts := []string{prose(20_000), "tail", "", prose(100), "Tail of\x80the"}
	for i, text := range texts {
		write(t, filepath.Join(dir, fmt.Sprint("d", i%2), fmt.Sprint(i)), text)
	}
	joined := strings.Join(texts, "\n")
	turn := 0
	for _, p := range []Problem{{Words: ASCII}, {Words: ASCII, Fold: true}, {Words: Unicode}, {Words: Unicode, Fold: true}, {Fold: true, MinLength: 3}} {
		p.Paths, p.Top = []string{dir}, 3
		want := expect(p, joined)
		for _, ranks := range []int{1, 2, 3, 5} {
			for _, threads := range []int{1, 3} {
				for i, o := range []Options{{}, small} {
					if turn++; testing.Short() && turn%3 > 0 {
						continue
					}
					o.Threads, o.Verify = threads, true
					n, got, err := run(p, ranks, ".tsv", func(int) Options { return o })
					if err != nil {
						t.Fatal(err)
					}
					if got != want {
						t.Fatalf("%+v, %d ranks of %d threads, options %d: other counts\n%.300s\nwant\n%.300s", p, ranks, threads, i, got, want)
					}
					if n.Verdict.Answer != task.Yes {
						t.Errorf("%+v, %d ranks of %d threads, options %d: not verified", p, ranks, threads, i)
					}
					check(t, n, want)
				}
			}
		}
	}
}

// check compares the sums and the first words with those of a .tsv.
func check(t testing.TB, n *Counts, tsv string) {
	t.Helper()
	var total, distinct uint64
	var top []Word
	for line := range strings.Lines(tsv) {
		var w Word
		if _, err := fmt.Sscanf(line, "%s\t%d", &w.Word, &w.Count); err != nil {
			t.Fatal(err)
		}
		total, distinct = total+w.Count, distinct+1
		if len(top) < n.job.problem.Top {
			top = append(top, w)
		}
	}
	if n.Total != total || n.Distinct != distinct || !slices.Equal(n.Top, top) {
		t.Errorf("%d words, %d different, first %v; want %d, %d, %v", n.Total, n.Distinct, n.Top, total, distinct, top)
	}
}

func TestISA(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "text"), prose(50_000))
	p := Problem{Paths: []string{path}, Fold: true}
	for _, isa := range simd.Available() {
		_, got, err := run(p, 2, ".tsv", func(int) Options { return Options{ISA: isa} })
		if err != nil {
			t.Fatal(err)
		}
		if want := expect(p, prose(50_000)); got != want {
			t.Errorf("%v: other counts", isa)
		}
	}
}

// TestLimits only asks whether there are some: what they are is not the program's.
func TestLimits(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "text"), prose(5000))
	for _, paths := range [][]string{{path}, {"-"}} {
		p := Problem{Paths: paths}
		err := mpi.Run(2, func(c *mpi.Comm) error {
			n, err := p.Run(context.Background(), c, Options{Stdin: strings.NewReader("words")})
			if err != nil {
				return err
			}
			rate, err := n.ReadLimit(context.Background(), time.Millisecond)
			files := paths[0] != "-"
			if (rate > 0) != files {
				t.Errorf("%v: files are read at %g bytes/s", paths, rate)
			}
			if err != nil {
				return err
			}
			// What cannot be measured is not known.
			over, end := context.WithCancel(context.Background())
			if end(); c.Rank() == 0 {
				over = context.Background()
			}
			if rate, err := n.ReadLimit(over, time.Millisecond); rate != 0 || err != nil {
				t.Errorf("%v: ended on rank 1, read at %g bytes/s, %v", paths, rate, err)
			}
			if n.job.inv.files = slices.Clone(n.job.inv.files); files {
				n.job.inv.files[0].path = filepath.Dir(path) // opens, and cannot be read
				rate, err := n.ReadLimit(context.Background(), time.Millisecond)
				if rate != 0 || err != nil {
					t.Errorf("%v: a directory is read at %g bytes/s, %v", paths, rate, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if rate, err := p.ScanLimit(time.Millisecond, Options{}); err != nil || !(rate > 0) {
			t.Errorf("%v: scan limit %g, %v", paths, rate, err)
		}
	}
}

// TestStream counts standard input, and a file beside it.
func TestStream(t *testing.T) {
	all, size := []int{1, 2, 3}, 3_000_000
	if testing.Short() {
		all, size = all[1:2], 600_000
	}
	text, beside := prose(size), prose(500)
	path := write(t, filepath.Join(t.TempDir(), "beside"), beside)
	p := Problem{Paths: []string{"-", path}, Words: Unicode, Fold: true, Top: 2}
	want := expect(p, text, beside)
	for _, ranks := range all {
		n, got, err := run(p, ranks, ".tsv", func(rank int) Options {
			o := Options{Threads: 2, Verify: true}
			if rank == 0 {
				o.Stdin = io.MultiReader(strings.NewReader(text[:1]), strings.NewReader(text[1:]))
			}
			return o
		})
		if err != nil {
			t.Fatal(err)
		}
		if got != want || n.Verdict.Answer != task.Yes || n.Bytes != int64(len(text)+len(beside)) {
			t.Errorf("%d ranks: other counts, %v, %d bytes", ranks, n.Verdict, n.Bytes)
		}
		check(t, n, want)
	}
}

func TestJSON(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{"": "{\n}\n", "b a b": "{\n \"b\": 2,\n \"a\": 1\n}\n"} {
		p := Problem{Paths: []string{write(t, filepath.Join(dir, "text"), text)}}
		if _, got, err := run(p, 2, ".json", func(int) Options { return Options{} }); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

// TestLongWord counts one that fills several buffers, and refuses one that is no word.
func TestLongWord(t *testing.T) {
	dir := t.TempDir()
	text := "a " + strings.Repeat("b", 1_000_000) + " a"
	p := Problem{Paths: []string{write(t, filepath.Join(dir, "long"), text)}, Words: ASCII}
	_, got, err := run(p, 3, ".tsv", func(int) Options { return Options{Threads: 2, piece: 100_000} })
	if err != nil || got != expect(p, text) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	text = strings.Repeat("b", 16<<20+1)
	for _, path := range []string{write(t, filepath.Join(dir, "too long"), text), "-"} {
		p := Problem{Paths: []string{path}}
		_, _, err = run(p, 2, ".tsv", func(int) Options { return Options{Stdin: strings.NewReader(text)} })
		wantError(t, err, path, "a word has more than 16777216 bytes")
	}
	// What is behind the last break of a large buffer does not fit the next one.
	text = strings.Repeat("b", 5<<19) + " " + strings.Repeat("c", 3<<20)
	p = Problem{Paths: []string{"-"}}
	_, got, err = run(p, 1, ".tsv", func(int) Options { return Options{Stdin: strings.NewReader(text)} })
	if err != nil || got != expect(p, text) {
		t.Errorf("two long words of a stream: %d bytes, %v", len(got), err)
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error is %v, want one with %q", err, part)
		}
	}
}

func TestValidate(t *testing.T) {
	for want, p := range map[string]Problem{
		"no files":       {},
		"named twice":    {Paths: []string{"-", "a", "-"}},
		"words \"utf8\"": {Paths: []string{"a"}, Words: "utf8"},
		"length -1":      {Paths: []string{"a"}, MinLength: -1},
		"the -1 most":    {Paths: []string{"a"}, Top: -1},
	} {
		_, _, err := run(p, 2, ".tsv", func(int) Options { return Options{} })
		wantError(t, err, want)
	}
	path := write(t, filepath.Join(t.TempDir(), "a"), "a")
	_, _, err := run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{Threads: -1} })
	wantError(t, err, "-1 threads")
	_, _, err = run(Problem{Paths: []string{"-"}}, 2, ".tsv", func(int) Options { return Options{} })
	wantError(t, err, "no standard input")
}

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// TestWriteFails has a writer that fails at the beginning and one that fails while
// other ranks have more to send.
func TestWriteFails(t *testing.T) {
	var text strings.Builder
	for i := range 120_000 {
		fmt.Fprintf(&text, "w%d ", i)
	}
	path := write(t, filepath.Join(t.TempDir(), "text"), text.String())
	for _, room := range []int{0, 256 << 10} {
		failed := make([]bool, 3)
		mpi.Run(3, func(c *mpi.Comm) error {
			n, err := Problem{Paths: []string{path}}.Run(context.Background(), c, Options{})
			if err != nil {
				return err
			}
			failed[c.Rank()] = n.Write(&brokenWriter{room}, ".tsv") != nil
			return nil
		})
		if slices.Contains(failed, false) {
			t.Errorf("room for %d bytes: ranks that fail: %v, want all", room, failed)
		}
	}
}

func TestCancel(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "text"), prose(10_000))
	reason := errors.New("enough")
	for _, paths := range [][]string{{path}, {"-"}} {
		for who := range 2 {
			var mu sync.Mutex
			var errs []error
			mpi.Run(2, func(c *mpi.Comm) error {
				ctx, cancel := context.WithCancelCause(context.Background())
				defer cancel(nil)
				if c.Rank() == who {
					cancel(reason)
				}
				_, err := Problem{Paths: paths}.Run(ctx, c, Options{Stdin: strings.NewReader("some text")})
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
				return nil
			})
			for _, err := range errs {
				wantError(t, err, "enough")
			}
		}
	}
}
