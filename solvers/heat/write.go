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
//	.npy   NumPy's format, each rank writing its own rows
//	.png   a heat map, see WritePNG
//	.vti   VTK image data, which ParaView opens; each rank writes its own rows
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

// writeRows calls write with this rank's rows, one after the other.
func (s *Solver[T]) writeRows(write func(row []T) error) error {
	lo, hi := s.Rows()
	row := make([]T, s.Problem.NX)
	for i := lo; i < hi; i++ {
		if err := s.Row(i, row); err != nil {
			return err
		}
		if err := write(row); err != nil {
			return err
		}
	}
	return nil
}
