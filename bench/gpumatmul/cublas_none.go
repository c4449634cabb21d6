//go:build !cuda || !linux

package main

import "errors"

// A blas there is only where there is CUDA.
type blas struct{}

func openBLAS(int) (*blas, error) { return nil, errors.New("this build has no CUDA support") }

func (*blas) close()          {}
func (*blas) version() string { return "" }

func (*blas) multiply(product, int) error { return nil }
