package heat

import (
	"io"

	"hybrid/internal/vti"
	"hybrid/mpi"
	"hybrid/mpi/output"
)

// The message that carries a row to the piece of the rank before.
const tagPiece = 4

// image describes the field as VTK has it.
func (s *Solver[T]) image() vti.Field {
	p := s.Problem
	return vti.Field{NX: p.NX, NY: p.NY, DX: p.DX, DY: p.DY, Name: "temperature", Time: s.Time()}
}

// writeVTI writes one file, each rank rows of its own. It is collective.
func (s *Solver[T]) writeVTI(o *output.Files, path string) error {
	image := vti.Whole[T](s.image())
	behind, err := s.rowBehind()
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		return s.writeImage(f, image, s.comm.Rank() == 0, nil, behind)
	})
}

// writeImage writes the rows of an image that this rank sees whole and, if there is one,
// the last row of its piece; the head too if this rank is first at the file. behind is
// the row behind what is written. A rank without a piece has no file. It is collective.
func (s *Solver[T]) writeImage(f output.File, image vti.Image[T], first bool, last, behind []T) error {
	var w *vti.RowWriter[T]
	err := s.writeRows(func() (err error) {
		if f == nil {
			return nil
		}
		if first {
			if err := image.Start(f); err != nil {
				return err
			}
		}
		lo, _ := s.wholeRows()
		w, err = image.NewRowWriter(f, lo)
		return err
	}, func(row []T) error {
		if w == nil {
			return nil
		}
		return w.Write(row)
	})
	if err != nil || w == nil {
		return err
	}
	if err := w.Write(last); err != nil {
		return err
	}
	return w.Finish(behind)
}

// writePVTI writes a piece of each rank that has rows, and the index of the
// pieces. It is collective.
func (s *Solver[T]) writePVTI(o *output.Files, path string) error {
	field := s.image()
	lo, hi := s.wholeRows()
	piece, ok := vti.Piece[T](field, lo, hi)
	behind, err := s.rowBehind()
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	set := pieceSet(path)
	return o.Set(set, ok, func(f output.File) error {
		return s.writeImage(f, piece, true, behind, nil)
	}, func(w io.Writer, token string) error {
		_, err := w.Write(vti.Index[T](field, s.wholeBounds(), func(rank int) string { return set.Piece(token, rank) }))
		return err
	})
}

// pieceSet is the files of a .pvti.
func pieceSet(path string) output.Set {
	return output.Set{Index: path, Ending: ".vti", Listed: vti.Pieces}
}

// rowBehind is the row after the last one that this rank sees whole, nil if there is none. It is
// collective.
func (s *Solver[T]) rowBehind() ([]T, error) {
	lo, hi := s.wholeRows()
	row := make([]T, s.Problem.NX)
	err := s.read(1, 1, func(_, _ int, values []T) error {
		copy(row, values)
		return nil
	})
	if err != nil || lo == hi {
		return nil, err
	}
	before, after := s.around()
	behind := make([]T, s.Problem.NX)
	if _, err := mpi.Sendrecv(s.comm, row, before, tagPiece, behind, after, tagPiece); err != nil {
		return nil, err
	}
	if after == mpi.ProcNull {
		return nil, nil
	}
	return behind, nil
}
