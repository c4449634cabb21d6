//go:build !cuda || !linux

package main

import "errors"

// A blas there is only where there is CUDA.
type blas struct{}

func openBLAS(int) (*blas, error) { return nil, errors.New("this build has no CUDA support") }

func (*blas) close()          {}
func (*blas) version() string { return "" }

func (*blas) multiply(int, int, shape, uint64, uint64, uint64, [3]int, int) error { return nil }
