// Package input opens files that all ranks read.
package input

import (
	"fmt"
	"slices"

	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/npy"
)

// Array opens the array of a .npy file on every rank, if check, where it is not
// nil, has nothing against it; every rank closes its own. It is collective, and gives every rank an error if one
// rank has one, or sees another shape or element type than rank 0. No element is read:
// the cost is that of opening the file and of a few short messages.
func Array(c *mpi.Comm, path string, check func(*npy.Reader) error) (*npy.Reader, error) {
	r, err := npy.Open(path)
	if err == nil && check != nil {
		err = check(r)
	}
	if err = c.Agree(err); err == nil {
		err = sameOnAllRanks(c, path, r)
	}
	if err != nil {
		if r != nil {
			r.Close()
		}
		return nil, err
	}
	return r, nil
}

// sameOnAllRanks compares the ranks' arrays with that of rank 0.
func sameOnAllRanks(c *mpi.Comm, path string, r *npy.Reader) error {
	type array struct {
		Shape []int
		DType npy.DType
	}
	own := array{append([]int{}, r.Shape...), r.DType}
	first, err := gather.FromRoot(c, own)
	if err != nil {
		return err
	}
	if !slices.Equal(own.Shape, first.Shape) || own.DType != first.DType {
		err = fmt.Errorf("%s on %s has shape %v and dtype %s, on the node of rank 0 %v and %s: every rank must see the same file",
			path, c.Host(), own.Shape, own.DType, first.Shape, first.DType)
	}
	return c.Agree(err)
}
