package wordcount

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"hybrid/internal/shorttest"
	"hybrid/solvers/task"
)

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstandard(t testing.TB, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

func encoded(t testing.TB, with transform.Transformer, text string) string {
	t.Helper()
	s, _, err := transform.String(with, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bzip2Pears is "apple pear pear\n" as libbzip2 1.0.8 writes it: Go's library
// only reads.
const bzip2Pears = "QlpoOTFBWSZTWe6udIcAAAHRgAAQQAAiBFAAIAAhiG1CGAF2RUdUH4u5IpwoSHdXOkOA"

// holders are ways in which a file holds a text.
func holders(t testing.TB) map[string]func(text string) string {
	return map[string]func(text string) string{
		"gzip": func(s string) string { return gzipped(t, s) },
		"two gzip files, one behind the other": func(s string) string {
			return gzipped(t, s[:len(s)/2]) + gzipped(t, s[len(s)/2:])
		},
		"zstd": func(s string) string { return zstandard(t, s) },
		"UTF-16BE": func(s string) string {
			return encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), s)
		},
		"UTF-16LE": func(s string) string {
			return encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), s)
		},
		"UTF-32": func(s string) string {
			return encoded(t, utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder(), s)
		},
		"UTF-16 in gzip": func(s string) string {
			return gzipped(t, encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), s))
		},
	}
}

// TestDecoded counts the same text in every kind of file, and on standard input.
func TestDecoded(t *testing.T) {
	dir := t.TempDir()
	size, cases := 30_000, shorttest.Every(3)
	if testing.Short() {
		size /= 5
	}
	texts := []string{strings.ToValidUTF8(prose(size), "-"), "Tail", strings.ToValidUTF8(prose(200), "-"), ""}
	want := expect(Problem{Fold: true}, texts...)
	for name, hold := range holders(t) {
		var bytes int64
		for i, text := range texts {
			bytes += int64(len(text))
			write(t, filepath.Join(dir, name, fmt.Sprint(i)), hold(text))
		}
		for _, ranks := range []int{1, 3} {
			for _, threads := range []int{1, 3} {
				for i, o := range []Options{{}, {piece: 37, buffer: 64, capacity: 1}} {
					if cases.Skip() {
						continue
					}
					o.Threads, o.Verify = threads, true
					n, got, err := run(Problem{Paths: []string{filepath.Join(dir, name)}, Fold: true}, ranks, ".tsv", func(int) Options { return o })
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if got != want || n.Verdict.Answer != task.Yes || n.Bytes != bytes || len(n.Notes) > 0 {
						t.Errorf("%s, %d ranks of %d threads, options %d: %v, %d bytes of %d, notes %v; counts\n%.200s\nwant\n%.200s",
							name, ranks, threads, i, n.Verdict, n.Bytes, bytes, n.Notes, got, want)
					}
				}
			}
		}
		_, got, err := run(Problem{Paths: []string{"-"}, Fold: true}, 2, ".tsv", func(int) Options {
			return Options{Stdin: strings.NewReader(hold(texts[0]))}
		})
		if want := expect(Problem{Fold: true}, texts[0]); err != nil || got != want {
			t.Errorf("%s on standard input: %v, %.200s", name, err, got)
		}
	}
}

func TestBzip2(t *testing.T) {
	text, err := base64.StdEncoding.DecodeString(bzip2Pears)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(t.TempDir(), "a"), string(text))
	_, got, err := run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{} })
	if want := "pear\t2\napple\t1\n"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestInvalidUTF16 has a surrogate without its other half.
func TestInvalidUTF16(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a"), "\xfe\xff\x00a\xd8\x00\x00b")
	n, got, err := run(Problem{Paths: []string{path}}, 1, ".tsv", func(int) Options { return Options{} })
	if err != nil || got != "a\t1\nb\t1\n" || n.Invalid != 1 {
		t.Errorf("%q, %d invalid, %v", got, n.Invalid, err)
	}
}

// TestDamaged cuts files off at every byte, and turns a bit in each. No such file is
// counted without a word.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	for name, hold := range holders(t) {
		whole := hold("some words in a text")
		for cut := 12; cut < len(whole); cut++ {
			unit := map[string]int{"UTF-16BE": 2, "UTF-16LE": 2, "UTF-32": 4}[name]
			if unit > 0 && cut%unit == 0 || cut == len(gzipped(t, "some words")) && strings.HasPrefix(name, "two") {
				continue // that is a text too
			}
			path := write(t, filepath.Join(dir, "cut"), whole[:cut])
			_, got, err := run(Problem{Paths: []string{dir}}, 2, ".tsv", func(int) Options { return Options{} })
			if err == nil {
				t.Errorf("%s, %d bytes of %d: no error, but %q", name, cut, len(whole), got)
			} else {
				wantError(t, err, path, "is damaged or cut off")
			}
		}
	}
	text := strings.Repeat("some words in a text ", 9)
	whole := gzipped(t, text)
	for at := 10; at < len(whole); at++ {
		flipped := []byte(whole)
		flipped[at] ^= 4
		path := write(t, filepath.Join(dir, "cut"), string(flipped))
		_, got, err := run(Problem{Paths: []string{path}}, 1, ".tsv", func(int) Options { return Options{} })
		if err == nil && got != expect(Problem{}, text) { // a bit of no meaning fills the last byte up
			t.Errorf("gzip with a wrong bit in byte %d: no error, but %q", at, got)
		}
	}
}

// TestNoText names files that are no text, which is an error, and finds them, which
// is noted.
func TestNoText(t *testing.T) {
	for text, want := range map[string]string{
		"PK\x03\x04\x14\x00":           "it is zip, which is not read here",
		"\xfd7zXZ\x00\x00":             "it is xz",
		"\x04\x22\x4d\x18":             "it is lz4",
		"%PDF-1.7":                     "it is PDF",
		"a\x00b\x00":                   "byte 1 is 0",
		gzipped(t, "a\x00b"):           "inside its gzip: byte 1 is 0",
		gzipped(t, gzipped(t, "word")): "it is gzip inside gzip",
	} {
		dir := t.TempDir()
		path := write(t, filepath.Join(dir, "a"), text)
		for _, path := range []string{path, "-"} {
			_, _, err := run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{Stdin: strings.NewReader(text)} })
			wantError(t, err, path+": ", want)
			var input *InputError
			if !errors.As(err, &input) {
				t.Errorf("%q is a %T, want an *InputError", err, err)
			}
		}
		n, _, err := run(Problem{Paths: []string{dir}}, 2, ".tsv", func(int) Options { return Options{} })
		if err != nil || n.Total != 0 || note(n, Binary) != (Note{Binary, 1, path}) {
			t.Errorf("%q found: %v, notes %v", text, err, n.Notes)
		}
	}
	path := write(t, filepath.Join(t.TempDir(), "a"), "a\x00b")
	for _, path := range []string{path, "-"} {
		_, got, err := run(Problem{Paths: []string{path}, Binary: true}, 2, ".tsv", func(int) Options { return Options{Stdin: strings.NewReader("a\x00b")} })
		if err != nil || got != "a\t1\nb\t1\n" {
			t.Errorf("%s is binary, which is asked for: %q, %v", path, got, err)
		}
	}
}

// TestBomb has a hundred megabytes come out of some hundred kilobytes, and a window that no one has the
// memory for.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	line := bytes.Repeat([]byte("word and word\n"), 1<<12)
	lines := 2000
	if testing.Short() {
		lines = 1300
	}
	for range lines {
		if _, err := w.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(t.TempDir(), "a"), b.String())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, got, err := run(Problem{Paths: []string{path}}, 1, ".tsv", func(int) Options { return Options{Threads: 2} })
	runtime.ReadMemStats(&after)
	if want := fmt.Sprintf("word\t%d\nand\t%d\n", lines<<13, lines<<12); err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes of memory for %d of text", used, lines*len(line))
	}
	// A frame of one segment less, whose window is 2^41 bytes.
	path = write(t, path, "\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00")
	_, _, err = run(Problem{Paths: []string{path}}, 1, ".tsv", func(int) Options { return Options{} })
	wantError(t, err, path, "window size")
}

// TestNoSize has files of a stated size of 0 with contents, as below /proc, named
// and found.
func TestNoSize(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "a"), "")
	write(t, filepath.Join(dir, "sub/b"), "")
	open := func(p string) (file, error) {
		if p == path {
			return fake{text: "apple pear"}, nil
		}
		return os.Open(p)
	}
	for _, paths := range [][]string{{path}, {dir}} {
		for _, ranks := range []int{1, 3} {
			n, got, err := run(Problem{Paths: paths}, ranks, ".tsv", func(int) Options { return Options{open: open, Verify: true} })
			if want := "apple\t1\npear\t1\n"; err != nil || got != want || n.Verdict.Answer != task.Yes || n.Bytes != 10 {
				t.Errorf("%v on %d ranks: %q, %v, %d bytes, want %q", paths, ranks, got, err, n.Bytes, want)
			}
		}
	}
	broken := func(string) (file, error) { return fake{text: "apple", failAt: 1}, nil }
	n, _, err := run(Problem{Paths: []string{dir}}, 2, ".tsv", func(int) Options { return Options{open: broken} })
	if err != nil || note(n, Unreadable).Count != 2 {
		t.Errorf("found, but not to be read: %v, notes %v", err, n.Notes)
	}
	_, _, err = run(Problem{Paths: []string{path}}, 2, ".tsv", func(int) Options { return Options{open: broken} })
	wantError(t, err, path, syscall.EIO.Error())
}
