//go:build !((linux || darwin) && amd64) || noasm

package machine

func amd() bool { return false }
