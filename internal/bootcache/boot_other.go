//go:build !linux && !darwin

package bootcache

// boot is empty: it is not known when the machine was started.
func boot() string { return "" }
