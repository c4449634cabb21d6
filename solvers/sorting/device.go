package sorting

import (
	"errors"
	"time"
	"unsafe"

	"hybrid/gpu"
	"hybrid/internal/radix"
	kernels "hybrid/kernels_cuda"
)

// A device sorts a rank's keys in place, which lie in memory that it has made. It has
// the same bytes as package radix, for the order has no two keys that are equal and not
// the same.
type device[K Key] interface {
	// Make is memory of the host for so many keys.
	Make(n int) ([]K, error)
	// Sort sorts keys or, with ranks, makes keys of their ranks, in order, in runs: all
	// but the last of them as long as it returns. done is told of every run.
	Sort(keys []K, ranks bool, done func(keys int)) (run int, err error)
	// Costs is what it has spent since it was made.
	Costs() DeviceCosts
	Close() error
}

// DeviceCosts is what a device has spent.
type DeviceCosts struct {
	Kernels time.Duration // in passes that read and write all keys
	Moved   float64       // bytes that these passes have read and written
	Read    float64       // bytes that were read to count digits, while keys came
	Memory  int           // bytes on the device
}

// newDevice takes memory of a device to sort so many keys at once, or as many as it has
// room for.
func newDevice[K Key](d *gpu.Device, keys int) (device[K], error) {
	if unsafe.Sizeof(*new(K)) == 4 {
		return openDevice[K, uint32](d, keys)
	}
	return openDevice[K, uint64](d, keys)
}

func openDevice[K Key, U uint32 | uint64](d *gpu.Device, keys int) (device[K], error) {
	x := &words[K, U]{d: d}
	if err := x.open(keys); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// A words is a device for keys of so many bits.
type words[K Key, U uint32 | uint64] struct {
	d        *gpu.Device
	in, work *gpu.Stream
	arrived  *gpu.Event
	kernel   *kernels.Sort[U]
	most     int // keys at once
	pinned   []*gpu.HostBuffer[U]
	costs    DeviceCosts
}

// fewest is how many keys at once are worth a device.
const fewest = 1 << 10

func (x *words[K, U]) open(keys int) (err error) {
	if x.in, err = x.d.NewStream(); err != nil {
		return err
	}
	if x.work, err = x.d.NewStream(); err != nil {
		return err
	}
	if x.arrived, err = x.d.NewEvent(); err != nil {
		return err
	}
	free, _, err := x.d.MemoryInfo()
	if err != nil {
		return err
	}
	// The driver and others need some, and ranks may share the device.
	x.most = keys
	for x.most > fewest && int64(kernels.SortBytes[U](x.most)) > free/16*15 {
		x.most = (x.most + 1) / 2
	}
	for {
		var full *gpu.MemoryError
		x.kernel, err = kernels.LoadSort[U](x.d, x.work, x.most)
		if x.most <= fewest || !errors.As(err, &full) {
			break
		}
		x.most = (x.most + 1) / 2
	}
	x.costs.Memory = kernels.SortBytes[U](x.most)
	return err
}

func (x *words[K, U]) Make(n int) ([]K, error) {
	b, err := gpu.AllocHost[U](x.d, n)
	if err != nil {
		return nil, err
	}
	x.pinned = append(x.pinned, b)
	return unsafe.Slice((*K)(unsafe.Pointer(unsafe.SliceData(b.Data()))), n), nil
}

// pin is the pinned buffer with these keys.
func (x *words[K, U]) pin(keys []K) *gpu.HostBuffer[U] {
	for _, b := range x.pinned {
		if unsafe.Pointer(unsafe.SliceData(b.Data())) == unsafe.Pointer(unsafe.SliceData(keys)) {
			return b.Slice(0, len(keys))
		}
	}
	panic("sorting: keys that lie in no memory of the device's making")
}

func (x *words[K, U]) Sort(keys []K, ranks bool, done func(keys int)) (run int, err error) {
	if len(keys) == 0 {
		return x.most, nil
	}
	and, or, sub := radix.Order[K]()
	out := kernels.SortOrder[U]{And: U(and), Or: U(or), Sub: U(sub)}
	in := out
	if ranks {
		in = kernels.SortOrder[U]{}
	}
	host := x.pin(keys)
	for first := 0; first < len(keys); first += x.most {
		part := host.Slice(first, min(first+x.most, len(keys)))
		if err := x.sort(part, in, out); err != nil {
			return 0, err
		}
		done(part.Len())
	}
	return x.most, nil
}

// piece is how many keys are counted while the next ones come.
const piece = 1 << 22

// sort sorts as many keys as the device has room for.
func (x *words[K, U]) sort(keys *gpu.HostBuffer[U], in, out kernels.SortOrder[U]) error {
	n := keys.Len()
	for first := 0; first < n; first += piece {
		end := min(first+piece, n)
		err := gpu.CopyIn(x.in, x.kernel.Keys.Slice(first, end), keys.Slice(first, end))
		if err = errors.Join(err, x.arrived.Record(x.in), x.work.Wait(x.arrived)); err != nil {
			return err
		}
		if err := x.kernel.Count(first, end, in); err != nil {
			return err
		}
	}
	sorted, passes, err := x.kernel.Sort(n, in, out)
	if err != nil {
		return err
	}
	if err := errors.Join(gpu.CopyOut(x.work, keys, sorted), x.work.Synchronize()); err != nil {
		return err
	}
	took, err := x.kernel.Elapsed()
	bytes := float64(n) * float64(unsafe.Sizeof(*new(U)))
	x.costs.Kernels += took
	x.costs.Moved += 2 * float64(passes) * bytes
	x.costs.Read += bytes
	return err
}

func (x *words[K, U]) Costs() DeviceCosts { return x.costs }

func (x *words[K, U]) Close() error {
	var errs []error
	if x.kernel != nil {
		errs = append(errs, x.kernel.Close())
	}
	for _, b := range x.pinned {
		errs = append(errs, b.Free())
	}
	if x.arrived != nil {
		errs = append(errs, x.arrived.Close())
	}
	for _, s := range []*gpu.Stream{x.in, x.work} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
