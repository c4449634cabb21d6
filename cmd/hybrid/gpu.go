package main

import "fmt"

// gpuError is why a run cannot use a GPU: this build has no code for one.
func gpuError(flag, mode string) error {
	return fmt.Errorf("%s is %q, but this build of hybrid has no GPU support: use auto or off to compute on the CPU", flag, mode)
}
