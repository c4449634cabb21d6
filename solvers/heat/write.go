package heat

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/internal/vti"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// Endings are the endings of the files that Solver.Write can write.
var Endings = []string{".npy", ".png", ".vti", ".pvti"}

// CheckEnding reports whether the ending of path is none of Endings.
func CheckEnding(path string) error {
	if slices.Contains(Endings, filepath.Ext(path)) {
		return nil
	}
	return fmt.Errorf("heat: output file %q ends in none of %s", path, strings.Join(Endings, ", "))
}

// CheckOutput reports whether the field could be written to path, and reserves the space; see output.Files.Try. It is
// collective.
func (s *Solver[T]) CheckOutput(o *output.Files, path string) error {
	switch filepath.Ext(path) {
	case ".npy":
		h, err := npy.NewHeader(npy.DTypeOf[T](), s.Problem.NY, s.Problem.NX)
		if err != nil {
			return err
		}
		return o.Try(path, h.FileSize(), true)
	case ".png":
		return o.Try(path, 0, false)
	case ".vti":
		return o.Try(path, vti.Whole[T](s.image()).FileSize()+longerTime, true)
	case ".pvti":
		lo, hi := s.wholeRows()
		size := int64(0)
		if piece, ok := vti.Piece[T](s.image(), lo, hi); ok {
			size = piece.FileSize() + longerTime
		}
		return o.TrySet(pieceSet(path), size)
	}
	return CheckEnding(path)
}

// longerTime is how many characters more the time in a file may have in the end.
const longerTime = 24

// Write writes the field to path, in the format that its ending names. It is
// collective, and its error is every rank's. No rank holds the grid.
//
//	.npy   NumPy's format, each rank writing rows of its own
//	.png   a heat map, see WritePNG
//	.vti   VTK image data, which ParaView opens; each rank writes rows of its own
//	.pvti  the same as a piece of each rank, and a file that names the pieces
func (s *Solver[T]) Write(o *output.Files, path string) error {
	switch filepath.Ext(path) {
	case ".npy":
		return s.writeNPY(o, path)
	case ".png":
		return s.WritePNG(o, path, 0, 0)
	case ".vti":
		return s.writeVTI(o, path)
	case ".pvti":
		return s.writePVTI(o, path)
	}
	return CheckEnding(path)
}

// writeRows calls write with the rows that this rank sees whole, one after the other,
// if begin has no error on any rank. It is collective.
func (s *Solver[T]) writeRows(begin func() error, write func(row []T) error) error {
	if err := s.comm.Agree(begin()); err != nil {
		return err
	}
	return s.inOrder(func(_ int, row []T) error { return write(row) })
}
