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

// writeVTI writes one file, each rank its own rows. It is collective.
func (s *Solver[T]) writeVTI(o *output.Files, path string) error {
	image := vti.Whole[T](s.image())
	behind, err := s.rowBehind()
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		if s.comm.Rank() == 0 {
			if err := image.Start(f); err != nil {
				return err
			}
		}
		return s.writeImage(f, image, nil, behind)
	})
}

// writeImage writes this rank's rows of an image and, if there is one, the last
// row of its piece. behind is the row behind what is written.
func (s *Solver[T]) writeImage(f output.File, image vti.Image[T], last, behind []T) error {
	lo, _ := s.Rows()
	w, err := image.NewRowWriter(f, lo)
	if err != nil {
		return err
	}
	if err := s.writeRows(w.Write); err != nil {
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
	lo, hi := s.Rows()
	piece, ok := vti.Piece[T](field, lo, hi)
	behind, err := s.rowBehind()
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	err = o.Each(vti.PieceName(path, s.comm.Rank()), ok, func(f output.File) error {
		if err := piece.Start(f); err != nil {
			return err
		}
		return s.writeImage(f, piece, behind, nil)
	})
	if err != nil {
		return err
	}
	return o.Alone(path, func(w io.Writer) error {
		_, err := w.Write(vti.Index[T](field, path, bounds(s.Partition, s.Problem.NY)))
		return err
	})
}

// rowBehind is the row after this rank's last one, nil if there is none. It is
// collective.
func (s *Solver[T]) rowBehind() ([]T, error) {
	lo, hi := s.Rows()
	row := make([]T, s.Problem.NX)
	var err error
	if lo < hi {
		err = s.Row(lo, row)
	}
	if err := s.comm.Agree(err); err != nil || lo == hi {
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
