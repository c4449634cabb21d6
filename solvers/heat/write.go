package heat

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/internal/vti"
	"hybrid/mpi"
	"hybrid/mpi/output"
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

// CheckOutput reports whether a field could be written to path. It is collective.
func CheckOutput(c *mpi.Comm, o *output.Files, path string) error {
	switch filepath.Ext(path) {
	case ".png":
		return o.Alone(path, nil)
	case ".pvti":
		if err := o.Each(vti.PieceName(path, c.Rank()), true, nil); err != nil {
			return err
		}
		return o.Alone(path, nil)
	}
	if err := CheckEnding(path); err != nil {
		return err
	}
	return o.Shared(path, nil)
}

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
