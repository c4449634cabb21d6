package probe

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"hybrid/gpu"
	"hybrid/internal/threads"
	kernels "hybrid/kernels_cuda"
	"hybrid/mpi"
	"hybrid/study/result"
)

// Bytes that are copied at a time: within a device, and between it and the host.
const (
	withinBytes = 256 << 20
	acrossBytes = 64 << 20
	simBytes    = 64 << 10 // both, of a simulated device
)

// devices measures one device of each name, on the lowest rank that has such a one.
func (m *machine) devices() ([]result.Probe, error) {
	var own []result.Probe
	var done []string
	for r, p := range m.places {
		if p.Device == "" || slices.Contains(done, p.Device) {
			continue
		}
		done = append(done, p.Device)
		err := m.together(m.comm.Rank() == r, func(*mpi.Comm) error {
			d, err := openDevice(m.o.Device)
			if err != nil {
				return err
			}
			own, err = d.probes(m.o.Time / 4)
			return errors.Join(err, d.close())
		})
		if err != nil {
			return nil, err
		}
	}
	return own, nil
}

// A device is what its probes work on.
type device struct {
	*gpu.Device
	stream   *gpu.Stream
	a, b     *gpu.Buffer[uint8]     // of the device
	pinned   *gpu.HostBuffer[uint8] // of the host
	pageable []uint8
	empty    *kernels.Empty
}

func openDevice(g *gpu.Device) (d *device, err error) {
	d = &device{Device: g}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("probe: %s: %w", g.Info().Name, err), d.close())
		}
	}()
	within, across := withinBytes, acrossBytes
	if g.Info().Kind == gpu.KindSim {
		within, across = simBytes, simBytes
	}
	if free, _, err := g.MemoryInfo(); err == nil {
		within = int(min(int64(within), free/8))
		across = min(across, within)
	}
	if d.stream, err = g.NewStream(); err != nil {
		return d, err
	}
	if d.a, err = gpu.Alloc[uint8](g, within); err != nil {
		return d, err
	}
	if d.b, err = gpu.Alloc[uint8](g, within); err != nil {
		return d, err
	}
	if d.pinned, err = gpu.AllocHost[uint8](g, across); err != nil {
		return d, err
	}
	d.pageable = make([]uint8, across)
	d.empty, err = kernels.LoadEmpty(g, d.stream)
	return d, err
}

func (d *device) close() error {
	var errs []error
	if d.empty != nil {
		errs = append(errs, d.empty.Close())
	}
	errs = append(errs, d.a.Free(), d.b.Free(), d.pinned.Free())
	if d.stream != nil {
		errs = append(errs, d.stream.Close())
	}
	return errors.Join(errs...)
}

// probes takes each probe in about the time t.
func (d *device) probes(t time.Duration) ([]result.Probe, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("probe: %s: %w", d.Info().Name, err)
	}
	within, across := d.a.Len(), d.pinned.Len()
	part := d.b.Slice(0, across)
	var probes []result.Probe
	for _, p := range []struct {
		name  string
		bytes int
		moved int // bytes that one pass counts; 0: the time of a pass is wanted
		pass  func() error
	}{
		{result.DeviceCopy, within, 2 * within, func() error { return gpu.Copy(d.stream, d.b, d.a) }},
		{result.HostToDevice, across, across, func() error { return gpu.CopyIn(d.stream, part, d.pinned) }},
		{result.DeviceToHost, across, across, func() error { return gpu.CopyOut(d.stream, d.pinned, part) }},
		{result.PageableIn, across, across, func() error { return part.Write(d.pageable) }},
		{result.PageableOut, across, across, func() error { return part.Read(d.pageable) }},
		{result.Launch, 0, 0, func() error { return errors.Join(d.empty.Launch(), d.stream.Synchronize()) }},
	} {
		values, err := d.times(t, p.pass)
		if err != nil {
			return nil, fmt.Errorf("probe: %s: %s: %w", d.Info().Name, p.name, err)
		}
		unit := "s"
		if p.moved > 0 {
			unit = "B/s"
			for i, s := range values {
				values[i] = float64(p.moved) / s
			}
		}
		probes = append(probes, result.Probe{
			Name: p.name, On: d.Info().Name, Ranks: 1, Threads: 1, Bytes: p.bytes, Unit: unit, Sample: result.NewSample(values),
		})
	}
	return probes, nil
}

// times returns the seconds of a pass, from its start to its end, of each sample.
func (d *device) times(t time.Duration, pass func() error) ([]float64, error) {
	run := func(n int) (time.Duration, error) {
		began := time.Now()
		for range n {
			if err := pass(); err != nil {
				return 0, err
			}
		}
		err := d.stream.Synchronize()
		return max(time.Since(began), 1), err
	}
	n, err := threads.Times(t/samples, run)
	if err != nil {
		return nil, err
	}
	values := make([]float64, samples)
	for i := range values {
		took, err := run(n)
		if err != nil {
			return nil, err
		}
		values[i] = took.Seconds() / float64(n)
	}
	return values, nil
}

// check sends bytes to the device, to its other buffer and back, and compares.
func (d *device) check() error {
	n := d.pinned.Len()
	for i := range d.pageable {
		d.pageable[i] = uint8(i * i >> 8)
	}
	copy(d.pinned.Data(), d.pageable)
	if err := errors.Join(
		gpu.CopyIn(d.stream, d.a.Slice(0, n), d.pinned),
		gpu.Copy(d.stream, d.b, d.a),
		gpu.CopyOut(d.stream, d.pinned, d.b.Slice(0, n)),
		d.stream.Synchronize(),
	); err != nil {
		return err
	}
	if !slices.Equal(d.pinned.Data(), d.pageable) {
		return errors.New("what was copied to it came back otherwise")
	}
	return nil
}
