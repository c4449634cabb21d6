package vti

import (
	"encoding/base64"
	"io"
)

// groups writes bytes that follow each other as base64: three bytes are a group of four characters. The group in which the
// bytes begin belongs to who writes those before, unless they are its first.
type groups struct {
	w     io.WriterAt
	begin int64  // of the characters
	skip  int    // bytes of the group of the writer before
	at    int64  // of the first byte in rest, or of the next one: a multiple of 3
	rest  []byte // of a group that is not full
	began bool
}

// WriteAt takes the next bytes; their place is known.
func (g *groups) WriteAt(p []byte, _ int64) (int, error) {
	g.began = true
	own := p[min(g.skip, len(p)):]
	g.skip -= len(p) - len(own)
	g.rest = append(g.rest, own...)
	full := len(g.rest) / 3 * 3
	if err := g.put(g.rest[:full]); err != nil {
		return 0, err
	}
	g.rest = append(g.rest[:0], g.rest[full:]...)
	return len(p), nil
}

// finish fills the last group with the bytes that come next; none is the end of all.
func (g *groups) finish(next []byte) error {
	if !g.began || len(g.rest) == 0 {
		return nil
	}
	return g.put(append(g.rest, next[:min(len(next), 3-len(g.rest))]...))
}

func (g *groups) put(p []byte) error {
	_, err := g.w.WriteAt(base64.StdEncoding.AppendEncode(nil, p), g.begin+g.at/3*4)
	g.at += int64(len(p))
	return err
}
