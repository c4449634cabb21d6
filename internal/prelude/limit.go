//go:build cgo && linux && (mpi || cuda)

package prelude

import "C"
