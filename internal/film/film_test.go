package film

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/gif"
	"image/png"
	"math"
	"testing"
)

func example() *Film {
	nan := float32(math.NaN())
	return &Film{W: 2, H: 2, Scale: 3, Delay: 4, Frames: [][]float32{{0, 1, 2, nan}, {4, 3, 2, 1}}}
}

func TestGIF(t *testing.T) {
	var b bytes.Buffer
	if err := example().GIF(&b); err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(&b)
	if err != nil || len(g.Image) != 2 || g.Delay[1] != 4 || g.Image[0].Bounds() != image.Rect(0, 0, 6, 6) {
		t.Fatalf("%+v, %v", g, err)
	}
	p := palette()
	for _, c := range []struct {
		frame, x, y int
		shade       uint8
	}{{0, 0, 0, 0}, {0, 2, 2, 0}, {1, 0, 0, 254}, {1, 5, 2, 191}, {0, 3, 3, 255}, {0, 1, 5, 127}} {
		if got := g.Image[c.frame].At(c.x, c.y); got != p[c.shade] {
			t.Errorf("frame %d, pixel %d, %d is %v, want %v", c.frame, c.x, c.y, got, p[c.shade])
		}
	}
}

// The first frame is what any reader of PNG sees, and the others are made a PNG each by
// their chunks alone.
func TestAPNG(t *testing.T) {
	f := example()
	var b bytes.Buffer
	if err := f.APNG(&b); err != nil {
		t.Fatal(err)
	}
	images, err := f.images()
	if err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	first, err := png.Decode(bytes.NewReader(whole))
	if err != nil || !bytes.Equal(first.(*image.Paletted).Pix, images[0].Pix) {
		t.Fatalf("the first frame: %v", err)
	}
	second := &chunks{w: new(bytes.Buffer)}
	second.write(whole[:8])
	var names []string
	next := uint32(0)
	for rest := whole[8:]; len(rest) > 0; {
		n := binary.BigEndian.Uint32(rest)
		name, data := string(rest[4:8]), rest[8:8+n]
		if sum := binary.BigEndian.Uint32(rest[8+n:]); sum != crc32.ChecksumIEEE(rest[4:8+n]) {
			t.Errorf("%s: checksum %x", name, sum)
		}
		rest = rest[12+n:]
		names = append(names, name)
		switch name {
		case "IHDR", "PLTE", "IEND":
			second.chunk(name, data)
		case "fcTL", "fdAT":
			if number := binary.BigEndian.Uint32(data); number != next {
				t.Errorf("%s has number %d, want %d", name, number, next)
			}
			next++
			if name == "fdAT" {
				second.chunk("IDAT", data[4:])
			}
		case "acTL":
			if frames := binary.BigEndian.Uint32(data); frames != 2 {
				t.Errorf("%d frames", frames)
			}
		}
	}
	if want := []string{"IHDR", "acTL", "PLTE", "fcTL", "IDAT", "fcTL", "fdAT", "IEND"}; len(names) != len(want) {
		t.Errorf("chunks %v, want %v", names, want)
	}
	img, err := png.Decode(second.w.(*bytes.Buffer))
	if err != nil || !bytes.Equal(img.(*image.Paletted).Pix, images[1].Pix) {
		t.Errorf("the second frame: %v", err)
	}
}

func TestOneValueHasTheMiddleColour(t *testing.T) {
	f := &Film{W: 1, H: 1, Scale: 1, Frames: [][]float32{{7}}}
	images, err := f.images()
	if err != nil || images[0].Pix[0] != shades/2 {
		t.Errorf("%v, %v", images, err)
	}
	if (&Film{}).GIF(new(bytes.Buffer)) == nil {
		t.Error("a film without frames")
	}
}
