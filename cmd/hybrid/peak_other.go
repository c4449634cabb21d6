//go:build !unix

package main

// peakBytes is not known here.
func peakBytes() int { return 0 }
