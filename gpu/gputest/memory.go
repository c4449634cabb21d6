package gputest

import (
	"errors"
	"fmt"
	"math"

	"hybrid/gpu"
)

func outOfMemory(d *gpu.Device) error {
	_, err := gpu.Alloc[float64](d, 1<<50)
	var m *gpu.MemoryError
	if !errors.As(err, &m) || m.Want != 1<<53 || m.Free <= 0 || m.Total < m.Free {
		return fmt.Errorf("%v, %+v", err, m)
	}
	if _, err := gpu.Alloc[float64](d, -1); err == nil {
		return errors.New("a buffer of -1 elements")
	}
	if _, err := gpu.Alloc[float64](d, math.MaxInt/4); err == nil {
		return errors.New("a buffer of more bytes than can be counted")
	}
	return nil
}

func counted(d *gpu.Device) error {
	before, _, err := d.MemoryInfo()
	if err != nil {
		return err
	}
	const bytes = 64 << 20
	b, err := gpu.Alloc[uint8](d, bytes)
	if err != nil {
		return err
	}
	with, _, err := d.MemoryInfo()
	if err != nil || before-with < bytes {
		return fmt.Errorf("%d bytes free before %d were taken, %d then, %v", before, bytes, with, err)
	}
	if err := errors.Join(b.Free(), b.Free()); err != nil { // a second time: nothing
		return err
	}
	after, _, err := d.MemoryInfo()
	if err != nil || after <= with {
		return fmt.Errorf("%d bytes free after they were given back, %v", after, err)
	}
	return nil
}
