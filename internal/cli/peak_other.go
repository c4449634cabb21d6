//go:build !unix

package cli

// PeakBytes is not known here.
func PeakBytes() int { return 0 }
