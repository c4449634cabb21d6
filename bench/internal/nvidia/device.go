package nvidia

import (
	"fmt"
	"strconv"

	"hybrid/gpu"
)

// Device opens what -device names: a GPU's number or sim.
func Device(text string) (*gpu.Device, error) {
	if text == "sim" {
		return gpu.Sim(gpu.SimOptions{}), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("-device %q: want a number or sim", text)
	}
	return gpu.Open(n)
}
