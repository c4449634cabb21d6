package sorting

import (
	"fmt"
	"path/filepath"

	"hybrid/mpi/output"
	"hybrid/npy"
)

// CheckEnding reports whether the ending of path is not .npy.
func CheckEnding(path string) error {
	if filepath.Ext(path) != ".npy" {
		return fmt.Errorf("sorting: output file %q does not end in .npy", path)
	}
	return nil
}

// CheckOutput reports whether n keys could be written to path, and reserves the space;
// see output.Files.Try. It is collective.
func CheckOutput[K Key](o *output.Files, path string, n int) error {
	h, err := npy.NewHeader(npy.DTypeOf[K](), n)
	if err != nil {
		return err
	}
	return o.Try(path, h.FileSize(), true)
}

// Write writes the bytes that numpy.save would, each rank its own keys. It is
// collective, and its error is every rank's.
func (s *Solver[K]) Write(o *output.Files, path string) error {
	if err := CheckEnding(path); err != nil {
		return err
	}
	h, err := npy.NewHeader(npy.DTypeOf[K](), s.n)
	if err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		if s.comm.Rank() == 0 {
			if err := h.Start(f); err != nil {
				return err
			}
		}
		lo, hi := s.Share()
		return npy.WriteBlock(f, h, h.RowRange(lo, hi), s.Keys)
	})
}
