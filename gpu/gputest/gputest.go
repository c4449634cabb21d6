// Package gputest is the conformance suite of package gpu: what a device must do,
// whatever drives it.
package gputest

import (
	_ "embed"
	"fmt"

	"hybrid/gpu"
)

//go:embed mix.sm_61.ptx
var mix []byte

// A Check is one property. It leaves the device as it was.
type Check struct {
	Name string
	Run  func(d *gpu.Device) error
}

// Checks is the suite.
func Checks() []Check {
	return []Check{
		{"what a device says of itself", identity},
		{"elements of every type come back", everyType},
		{"parts of buffers", parts},
		{"rows with pitches", rows},
		{"fill", fill},
		{"arguments of every type", arguments},
		{"arguments that do not fit", wrongArguments},
		{"launches that cannot be", wrongLaunches},
		{"static and dynamic shared memory", bothShared},
		{"a stream keeps its order", order},
		{"an event orders two streams", twoStreams},
		{"a graph is done again and again", graph},
		{"elapsed time", elapsed},
		{"memory that is not there", outOfMemory},
		{"memory is counted", counted},
		{"modules that cannot be", wrongModules},
		{"a module that is loaded twice", twice},
		{"empty buffers", empty},
		{"lengths that differ", lengths},
	}
}

func identity(d *gpu.Device) error {
	i := d.Info()
	free, total, err := d.MemoryInfo()
	switch {
	case err != nil:
		return err
	case i.Name == "" || i.UUID == "" || i.Major < 3 || i.SMs < 1 || i.SharedPerBlock < 48<<10 || i.Memory <= 0:
		return fmt.Errorf("%+v", i)
	case i.Kind != gpu.KindCUDA && i.Kind != gpu.KindSim:
		return fmt.Errorf("kind %q", i.Kind)
	case free <= 0 || free > total || total > i.Memory:
		return fmt.Errorf("%d of %d bytes free, the device has %d", free, total, i.Memory)
	}
	return nil
}
