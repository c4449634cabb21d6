package wordcount

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/base64"
	"io"
	"os"
	"slices"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"hybrid/internal/alloctest"
)

// mostText is how much text a fuzzed file may come to: no more is read of it.
const mostText = 1 << 18

// FuzzDecode reads any bytes as a file: the text is the same however they arrive, and that
// which the formats' own readers find.
func FuzzDecode(f *testing.F) {
	for _, hold := range holders(f) {
		f.Add([]byte(hold("apple pear pear\n")), false)
	}
	pears, err := base64.StdEncoding.DecodeString(bzip2Pears)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pears, false)
	for _, text := range []string{"", "word", "a\x00b", "\x1f\x8b", "\xff\xfe\x00", "\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00", "\x50\x2a\x4d\x18\x01\x00\x00\x00x", "PK\x03\x04", "%PDF-"} {
		f.Add([]byte(text), true)
	}
	f.Fuzz(func(t *testing.T, file []byte, binary bool) {
		got, err := decoded1(bytes.NewReader(file), binary)
		if err != nil && (err.Error() == "" || len(err.Error()) > 400) {
			t.Errorf("error %q", err)
		}
		slow, slowErr := decoded1(iotest.OneByteReader(bytes.NewReader(file)), binary)
		if (err == nil) != (slowErr == nil) || err == nil && !bytes.Equal(slow, got) {
			t.Errorf("%q: %d bytes, %v, byte by byte %d bytes, %v", file, len(got), err, len(slow), slowErr)
		}
		if err != nil {
			return
		}
		want, ok := unpacked(file)
		if !ok {
			t.Fatalf("%q was read as %.100q, which its format's own reader refuses", file, got)
		}
		inside := recognise(want[:min(len(want), headBytes)])
		switch {
		case inside == nil || inside.decode == nil:
			if !bytes.Equal(got, want) {
				t.Errorf("%q was read as %.100q, want %.100q", file, got, want)
			}
		case !utf8.Valid(bytes.ReplaceAll(got, []byte{0xff}, nil)):
			t.Errorf("%s: %.100q is not UTF-8", inside.name, got)
		}
	})
}

// decoded1 is the beginning of the text of a file.
func decoded1(in io.Reader, binary bool) ([]byte, error) {
	text, end, err := decode(in, binary)
	defer end()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(text, mostText))
}

// unpacked is the beginning of what a file holds, compressed or not.
func unpacked(file []byte) ([]byte, bool) {
	var in io.Reader = bytes.NewReader(file)
	switch c := recognise(file[:min(len(file), headBytes)]); {
	case c == nil || c.decode == nil || !c.packed:
		return file[:min(len(file), mostText)], true
	case c.name == "gzip":
		r, err := gzip.NewReader(in)
		if err != nil {
			return nil, false
		}
		in = r
	case c.name == "bzip2":
		in = bzip2.NewReader(in)
	case c.name == "zstd":
		// All at once, which takes another way through the library.
		r, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, false
		}
		defer r.Close()
		all, err := r.DecodeAll(file, nil)
		return all[:min(len(all), mostText)], err == nil
	}
	all, err := io.ReadAll(io.LimitReader(in, mostText))
	return all, err == nil
}

// TestAllocationIsBounded opens files whose first bytes ask for a great deal of memory. A window of up to
// zstdWindow is set aside, of which only what text fills is taken.
func TestAllocationIsBounded(t *testing.T) {
	for what, file := range map[string]string{
		"a window of 2 TiB":            "\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00",
		"a window of 128 MiB":          "\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00",
		"a frame of 2^63 bytes":        "\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x7f\x01\x00\x00",
		"a frame to skip, of 4 GiB":    "\x50\x2a\x4d\x18\xff\xff\xff\xffx",
		"a gzip name without an end":   "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff" + string(slices.Repeat([]byte{'n'}, 1<<20)),
		"a bzip2 block of 900 k":       "BZh9\x31\x41\x59\x26\x53\x59\xff\xff\xff\xff\xff\xff\xff\xff",
		"UTF-32 of no characters":      "\xff\xfe\x00\x00" + string(slices.Repeat([]byte{0xff}, 1<<20)),
		"a zstd block of 128 KiB, RLE": "\x28\xb5\x2f\xfd\x00\x58\x03\x00\x10x",
	} {
		used := alloctest.Bytes(func() {
			text, err := decoded1(bytes.NewReader([]byte(file)), false)
			if len(text) > mostText {
				t.Errorf("%s: %d bytes, %v", what, len(text), err)
			}
		})
		most := uint64(24 << 20)
		if what == "a window of 128 MiB" {
			most += zstdWindow
		}
		if used > most {
			t.Errorf("%s: %d MiB for a file of %d bytes", what, used>>20, len(file))
		}
	}
}

// TestDeviceWithoutAnEnd reads a device that gives zeros for ever: its first bytes are no text.
func TestDeviceWithoutAnEnd(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no /dev/zero")
	}
	_, _, err := run(Problem{Paths: []string{"/dev/zero"}}, 2, ".tsv", func(int) Options { return Options{} })
	wantError(t, err, "/dev/zero", "byte 0 is 0")
}
