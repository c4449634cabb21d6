//go:build !cuda || !linux

package main

import "errors"

// A generator there is only where there is CUDA.
type generator struct{}

func openRand(int) (*generator, error) { return nil, errors.New("this build has no CUDA support") }

func (*generator) close()          {}
func (*generator) version() string { return "" }

func (*generator) generate(uint64, int, int) error { return nil }
