//go:build !unix

package stdio

// FilesLeft returns most: nothing bounds them here.
func FilesLeft(most int) int { return most }
