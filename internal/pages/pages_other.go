//go:build !linux

package pages

func advise([]byte) error { return nil }

func release([]byte) error { return nil }

func reserve(n int) ([]byte, error) { return Make[byte](n), nil }

func unreserve([]byte) {}
