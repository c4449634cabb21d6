package model

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"hybrid/halo"
	"hybrid/mpi/checkpoint"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// A saved state is what a checkpoint of a run has beside the fields.
type saved struct {
	Model string // the text
	Step  int
	Every int
	Rows  []string     `json:",omitempty"` // of --series
	Ends  [][2]float64 `json:",omitempty"` // of the colours of frames
	Film  *savedFilm   `json:",omitempty"`
	// Files are checksums of the files that fields which stay were read from, by field: they
	// are no part of the checkpoint, and a run that goes on needs the same ones.
	Files map[string]string `json:",omitempty"`
}

// A savedFilm is the pictures of an animation so far, as bytes: little-endian float32.
type savedFilm struct {
	W, H, Scale int
	Pixels      []byte
}

// A block is a rank's part of a field as a table of rows and columns: of one dimension a
// column, of three a row for each plane, in which a rank's cells are one run, for x is not cut where checkpoints are kept.
func (t *run[T]) block() (rows, columns int, mine npy.Block) {
	own, size := t.solver.Grid().Own(), t.spec.Size
	switch t.sys.Dims {
	case 1:
		return size[0], 1, npy.Block{Row0: own.Lo[0], Row1: own.Hi[0], Col1: 1}
	case 2:
		return size[0], size[1], npy.Block{Row0: own.Lo[0], Row1: own.Hi[0], Col0: own.Lo[1], Col1: own.Hi[1]}
	}
	return size[0], size[1] * size[2], npy.Block{Row0: own.Lo[0], Row1: own.Hi[0], Col0: own.Lo[1] * size[2], Col1: own.Hi[1] * size[2]}
}

// parts are boxes of own cells that lie in whole rows of a block: as many rows at once as
// are about a MiB.
func (t *run[T]) parts(mine npy.Block) (boxes []halo.Box, from []int) {
	own := t.solver.Grid().Own()
	rows := max(1, (1<<17)/max(1, mine.Col1-mine.Col0))
	for lo := own.Lo[0]; lo < own.Hi[0]; lo += rows {
		b := halo.Box{Lo: append([]int{lo}, own.Lo[1:]...), Hi: append([]int{min(lo+rows, own.Hi[0])}, own.Hi[1:]...)}
		boxes, from = append(boxes, b), append(from, lo)
	}
	return boxes, from
}

// Save puts the fields that evolve, and what is needed to go on with them, into a checkpoint.
// It is collective.
func (t *run[T]) Save(w *checkpoint.Writer) error {
	v := saved{Model: t.source.text, Step: t.solver.Step(), Every: t.every, Rows: t.rows, Files: t.read}
	if t.dir != "" {
		v.Ends = t.record.Ends
	}
	if f := &t.film; len(f.Frames) > 0 {
		v.Film = &savedFilm{W: f.W, H: f.H, Scale: f.Scale}
		for _, frame := range f.Frames {
			for _, x := range frame {
				v.Film.Pixels = binary.LittleEndian.AppendUint32(v.Film.Pixels, math.Float32bits(x))
			}
		}
	}
	if err := w.State(v); err != nil {
		return err
	}
	rows, columns, mine := t.block()
	for _, f := range t.sys.evolved() {
		field := t.solver.Field(f)
		err := checkpoint.Add(w, t.sys.Fields[f].Name, rows, columns, mine, func(p *checkpoint.Part[T]) error {
			boxes, from := t.parts(mine)
			for i, b := range boxes {
				values := p.Rows(from[i], from[i]+b.Hi[0]-b.Lo[0])
				if values == nil {
					values = make([]T, b.Cells())
				}
				if err := field.Pack(b, values); err != nil {
					return err
				}
				if err := p.Put(from[i], values); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkFiles notes the checksums of the files of fields that stay, and refuses others than those
// of the run that goes on. It is collective.
func (t *run[T]) checkFiles() error {
	var err error
	if t.job.Comm.Rank() == 0 {
		err = t.sumFiles()
	}
	return task.BadInput(t.job.Name("restart"), t.job.Comm.Agree(err))
}

func (t *run[T]) sumFiles() error {
	t.read = map[string]string{}
	for i := range t.sys.Fields {
		f := &t.sys.Fields[i]
		if f.Role != Static || f.File == "" {
			continue
		}
		file, err := os.Open(f.File)
		if err != nil {
			return err
		}
		h := sha256.New()
		_, err = io.Copy(h, file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		sum := hex.EncodeToString(h.Sum(nil))
		if t.resumed != nil && t.resumed.Files[f.Name] != sum {
			return fmt.Errorf("%s, which %s is read from, is not the file that the run began with: put that in its place, or begin again without --restart", f.File, f.Name)
		}
		t.read[f.Name] = sum
	}
	return nil
}

// restore fills the fields from the checkpoint that the run goes on from. It is collective.
func (t *run[T]) restore() error {
	r, v := t.job.Resume, t.resumed
	t.rows = v.Rows
	if f := v.Film; f != nil && t.job.Comm.Rank() == 0 {
		t.film.W, t.film.H, t.film.Scale = f.W, f.H, f.Scale
		size := f.W * f.H
		if t.sys.Dims == 1 {
			size = f.W
		}
		for rest := f.Pixels; size > 0 && len(rest) >= 4*size; rest = rest[4*size:] {
			frame := make([]float32, size)
			for i := range frame {
				frame[i] = math.Float32frombits(binary.LittleEndian.Uint32(rest[4*i:]))
			}
			t.film.Frames = append(t.film.Frames, frame)
		}
	}
	t.restored = map[int][]T{}
	rows, columns, mine := t.block()
	for _, f := range t.sys.evolved() {
		a, err := checkpoint.Find[T](r, t.sys.Fields[f].Name, rows, columns)
		if err = t.job.Comm.Agree(task.BadInput(t.job.Name("restart"), err)); err != nil {
			return err
		}
		boxes, from := t.parts(mine)
		for i, b := range boxes {
			values := make([]T, b.Cells())
			piece := npy.Block{Row0: from[i], Row1: from[i] + b.Hi[0] - b.Lo[0], Col0: mine.Col0, Col1: mine.Col1}
			if err = checkpoint.Block(r, a, piece, values); err != nil {
				break
			}
			if err = t.solver.Field(f).Unpack(b, values); err != nil {
				break
			}
		}
		if t.Verify {
			t.restored[f] = t.own(t.solver.Field(f))
		}
		if err = t.job.Comm.Agree(err); err != nil {
			return err
		}
	}
	t.solver.step = v.Step
	return t.solver.Filled()
}
