//go:build mpi

package mpi

// LimitCounts lowers the count from which messages are cut into parts, so that
// a test of that needs no gigabytes.
func LimitCounts(c *Comm, n int) { c.t.(*realComm).world.limit = n }
