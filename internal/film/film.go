// Package film makes an animation of pictures of a field, one after the other in the same
// colours: as a GIF, which everything shows, or as an animated PNG, which is smaller where
// a field is smooth.
package film

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"math"

	"hybrid/internal/heatmap"
)

// A Film is the pictures and how they are shown.
type Film struct {
	W, H   int         // pixels of the field
	Scale  int         // pixels on the screen for each, along both sides
	Frames [][]float32 // W*H each, row by row from the top; NaN is grey
	// Range is the ends of the colours; both 0: the extremes of all frames.
	Range [2]float64
	Delay int // from frame to frame, in hundredths of a second
}

const shades = 255 // and a grey

// palette has the colours in the order of the values, and behind them that of NaN.
func palette() color.Palette {
	var p color.Palette
	for _, c := range heatmap.Colours(shades) {
		p = append(p, c)
	}
	return append(p, color.RGBA{128, 128, 128, 255})
}

// ends are the ends of the colours.
func (f *Film) ends() (lo, hi float64) {
	if f.Range != [2]float64{} {
		return f.Range[0], f.Range[1]
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, frame := range f.Frames {
		for _, v := range frame {
			if v := float64(v); !math.IsInf(v, 0) && v == v {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	return lo, hi
}

// images are the frames in the palette.
func (f *Film) images() ([]*image.Paletted, error) {
	if len(f.Frames) == 0 || f.W < 1 || f.H < 1 || f.Scale < 1 {
		return nil, fmt.Errorf("film: %d frames of %d x %d pixels, %d times as large", len(f.Frames), f.W, f.H, f.Scale)
	}
	lo, hi := f.ends()
	colours := palette()
	var all []*image.Paletted
	for _, frame := range f.Frames {
		img := image.NewPaletted(image.Rect(0, 0, f.W*f.Scale, f.H*f.Scale), colours)
		for y := range f.H {
			line := img.Pix[y*f.Scale*img.Stride:][:img.Stride]
			for x, v := range frame[y*f.W:][:f.W] {
				c := shade(float64(v), lo, hi)
				for s := range f.Scale {
					line[x*f.Scale+s] = c
				}
			}
			for s := 1; s < f.Scale; s++ {
				copy(img.Pix[(y*f.Scale+s)*img.Stride:], line)
			}
		}
		all = append(all, img)
	}
	return all, nil
}

// shade is the place of a value's colour in the palette.
func shade(v, lo, hi float64) uint8 {
	switch {
	case v != v:
		return shades
	case !(hi > lo):
		return shades / 2
	}
	return uint8(math.Round(math.Min(1, math.Max(0, (v-lo)/(hi-lo))) * (shades - 1)))
}

// GIF writes the film as one that begins again at its end.
func (f *Film) GIF(w io.Writer) error {
	images, err := f.images()
	if err != nil {
		return err
	}
	g := &gif.GIF{Image: images}
	for range images {
		g.Delay = append(g.Delay, f.Delay)
	}
	return gif.EncodeAll(w, g)
}

// APNG writes the film as an animated PNG: what knows of none shows the first frame.
//
// Source: "Portable Network Graphics (PNG) Specification", third edition, W3C 2025, sections
// 11.3.6 and 4.9.
func (f *Film) APNG(w io.Writer) error {
	images, err := f.images()
	if err != nil {
		return err
	}
	out := &chunks{w: w}
	out.write([]byte("\x89PNG\r\n\x1a\n"))
	number := uint32(0) // of frames' chunks
	for i, img := range images {
		var b bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, img); err != nil {
			return err
		}
		for rest := b.Bytes()[8:]; len(rest) > 0; {
			n := binary.BigEndian.Uint32(rest)
			name, data := string(rest[4:8]), rest[8:8+n]
			rest = rest[12+n:]
			switch {
			case name == "IDAT" && i == 0:
				out.chunk(name, data)
			case name == "IDAT":
				out.chunk("fdAT", append(binary.BigEndian.AppendUint32(nil, number), data...))
				number++
			case name != "IEND" && i == 0:
				out.chunk(name, data)
			}
			if name == "IHDR" && i == 0 {
				out.chunk("acTL", binary.BigEndian.AppendUint64(nil, uint64(len(images))<<32)) // again and again
			}
			if name == "PLTE" {
				out.chunk("fcTL", f.control(number))
				number++
			}
		}
	}
	out.chunk("IEND", nil)
	return out.err
}

// control says where a frame is and how long it is shown: the whole picture, in the place of
// the one before.
func (f *Film) control(number uint32) []byte {
	var b []byte
	for _, v := range []uint32{number, uint32(f.W * f.Scale), uint32(f.H * f.Scale), 0, 0} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(f.Delay))
	return append(binary.BigEndian.AppendUint16(b, 100), 0, 0)
}

// chunks are written one after the other until one fails.
type chunks struct {
	w   io.Writer
	err error
}

func (c *chunks) write(b []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(b)
	}
}

func (c *chunks) chunk(name string, data []byte) {
	body := append([]byte(name), data...)
	c.write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
	c.write(body)
	c.write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
}
