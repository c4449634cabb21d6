//go:build !linux && !darwin

package series

import "os"

// lock does nothing: two runs at once are not told apart here.
func lock(*os.File) error { return nil }
