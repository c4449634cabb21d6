package wordcount

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// headBytes is what a file is recognised by: so many bytes at its beginning.
const headBytes = 8000

// A coding is how a file holds its text, if not plainly in UTF-8.
type coding struct {
	name   string
	magics []string // a file begins with one of them
	packed bool     // there may be another coding inside
	// decode reads what is inside; nil: nothing here can. It reads ahead as it
	// likes, and close gives back what it holds.
	decode func(in io.Reader) (text io.Reader, close func(), err error)
}

// codings are in the order in which they are tried: the mark of UTF-16 is the
// beginning of that of UTF-32. The magic numbers are those of RFC 1952, RFC 8878,
// of the formats' own descriptions, and of the list of the program file.
var codings = []coding{
	{"gzip", []string{"\x1f\x8b"}, true, func(in io.Reader) (io.Reader, func(), error) {
		r, err := gzip.NewReader(in)
		return r, func() {}, err
	}},
	{"zstd", zstdMagics(), true, func(in io.Reader) (io.Reader, func(), error) {
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, nil, err
		}
		return r, r.Close, nil
	}},
	{"bzip2", bzip2Magics(), true, func(in io.Reader) (io.Reader, func(), error) {
		return bzip2.NewReader(in), func() {}, nil
	}},
	{"UTF-32", []string{"\xff\xfe\x00\x00", "\x00\x00\xfe\xff"}, false, func(in io.Reader) (io.Reader, func(), error) {
		return characters(in, 4, utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM).NewDecoder()), func() {}, nil
	}},
	{"UTF-16", []string{"\xff\xfe", "\xfe\xff"}, false, func(in io.Reader) (io.Reader, func(), error) {
		return characters(in, 2, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder()), func() {}, nil
	}},
	{name: "xz", magics: []string{"\xfd7zXZ\x00"}},
	{name: "zip", magics: []string{"PK\x03\x04", "PK\x05\x06"}},
	{name: "7z", magics: []string{"7z\xbc\xaf\x27\x1c"}},
	{name: "rar", magics: []string{"Rar!\x1a\x07"}},
	{name: "lz4", magics: []string{"\x04\x22\x4d\x18"}},
	{name: "lzip", magics: []string{"LZIP\x01"}},
	{name: "compress (.Z)", magics: []string{"\x1f\x9d"}},
	{name: "PDF", magics: []string{"%PDF-"}},
}

// zstdWindow is the most memory that a file may ask for to be decompressed, that
// which the program zstd gives without being told to.
const zstdWindow = 128 << 20

// zstdMagics are those of a frame and of the sixteen kinds that are skipped.
func zstdMagics() []string {
	magics := []string{"\x28\xb5\x2f\xfd"}
	for kind := byte(0x50); kind < 0x60; kind++ {
		magics = append(magics, string([]byte{kind, 0x2a, 0x4d, 0x18}))
	}
	return magics
}

// bzip2Magics are those of each block size, with a block behind, or the end.
func bzip2Magics() (magics []string) {
	for size := '1'; size <= '9'; size++ {
		for _, next := range []string{"\x31\x41\x59\x26\x53\x59", "\x17\x72\x45\x38\x50\x90"} {
			magics = append(magics, "BZh"+string(size)+next)
		}
	}
	return magics
}

// recognise tells by its beginning how a file holds its text: nil where that is
// plain, or nothing known.
func recognise(head []byte) *coding {
	for i := range codings {
		for _, magic := range codings[i].magics {
			if strings.HasPrefix(string(head[:min(len(head), len(magic))]), magic) {
				return &codings[i]
			}
		}
	}
	return nil
}

// noText is the error of a file that begins as no text does. With binary such a
// file is counted all the same.
func noText(head []byte, c *coding, binary bool) error {
	zero := bytes.IndexByte(head, 0)
	switch {
	case binary || c != nil && c.decode != nil:
		return nil
	case c != nil:
		return &notTextError{fmt.Sprintf("it is %s, which is not read here: turn it into text first, or count its bytes as they are (--binary)", c.name)}
	case zero >= 0:
		return &notTextError{fmt.Sprintf("byte %d is 0, so it is no text: leave it out, or count its bytes as they are (--binary); "+
			"UTF-16 is known by the byte order mark that it begins with", zero)}
	}
	return nil
}

// A notTextError says why a file is not counted.
type notTextError struct{ why string }

func (e *notTextError) Error() string { return e.why }

// decode returns the text in UTF-8 that in holds. With binary all is text. close
// gives back what the decoders hold.
func decode(in io.Reader, binary bool) (text io.Reader, close func(), err error) {
	close = func() {}
	for packed := ""; ; {
		buffered := bufio.NewReaderSize(in, 64<<10)
		head, err := buffered.Peek(headBytes)
		if err != nil && err != io.EOF {
			return nil, close, err
		}
		c := recognise(head)
		if c != nil && c.packed && packed != "" {
			return nil, close, &notTextError{fmt.Sprintf("it is %s inside %s: unpack it first", c.name, packed)}
		}
		if err := noText(head, c, binary); err != nil {
			if packed != "" {
				err = &notTextError{fmt.Sprintf("inside its %s: %v", packed, err)}
			}
			return nil, close, err
		}
		if c == nil || c.decode == nil {
			return buffered, close, nil
		}
		inside, closeInside, err := c.decode(buffered)
		if err != nil {
			return nil, close, damaged(c.name, err)
		}
		before := close
		close = func() { closeInside(); before() }
		in = &decoded{inside, c.name}
		if !c.packed {
			return in, close, nil
		}
		packed = c.name
	}
}

// damaged is the error of a decoder; one of the system stays itself.
func damaged(name string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if system := new(fs.PathError); errors.As(err, &system) {
		return err
	}
	return fmt.Errorf("the %s is damaged or cut off: %w", name, err)
}

// A decoded reader names the coding in its errors. Above all it hides
// io.ErrUnexpectedEOF, by which a decoder says that the file is cut off and
// io.ReadFull that it ends.
type decoded struct {
	in   io.Reader
	name string
}

func (d *decoded) Read(p []byte) (int, error) {
	n, err := d.in.Read(p)
	if err != nil && err != io.EOF {
		err = damaged(d.name, err)
	}
	return n, err
}

// characters reads units of so many bytes as UTF-8. What is no character becomes
// a byte that is not UTF-8, which is counted as such.
func characters(in io.Reader, unit int64, decoder transform.Transformer) io.Reader {
	units := &wholeUnits{in: in, unit: unit}
	return transform.NewReader(units, transform.Chain(decoder, invalidBytes{}))
}

// wholeUnits makes an end inside a unit an error.
type wholeUnits struct {
	in      io.Reader
	unit, n int64
}

func (w *wholeUnits) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	if w.n += int64(n); err == io.EOF && w.n%w.unit != 0 {
		err = fmt.Errorf("%d bytes, which is no multiple of %d", w.n, w.unit)
	}
	return n, err
}

// invalidBytes turns the character that stands for what cannot be decoded, U+FFFD,
// into the byte 0xff.
type invalidBytes struct{ transform.NopResetter }

func (invalidBytes) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	const replacement = "\ufffd"
	for nSrc < len(src) {
		rest := src[nSrc:]
		switch {
		case bytes.HasPrefix(rest, []byte(replacement)):
			if nDst == len(dst) {
				return nDst, nSrc, transform.ErrShortDst
			}
			dst[nDst] = 0xff
			nDst, nSrc = nDst+1, nSrc+len(replacement)
		case !atEOF && strings.HasPrefix(replacement, string(rest)):
			return nDst, nSrc, transform.ErrShortSrc
		default:
			// To the next byte that may begin one.
			n := bytes.IndexByte(rest[1:], replacement[0]) + 1
			if n == 0 {
				n = len(rest)
			}
			m := copy(dst[nDst:], rest[:n])
			if nDst, nSrc = nDst+m, nSrc+m; m < n {
				return nDst, nSrc, transform.ErrShortDst
			}
		}
	}
	return nDst, nSrc, nil
}
