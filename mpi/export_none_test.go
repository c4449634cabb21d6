//go:build !mpi

package mpi

// LimitCounts does nothing: the local transport has no limit.
func LimitCounts(*Comm, int) {}
