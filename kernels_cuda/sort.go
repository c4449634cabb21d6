package kernels

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"hybrid/gpu"
)

// A Sort sorts keys of 32 or 64 bits by their digits of 8 bits, on one device and
// stream.
//
//	for counts := range pieces { copy a piece into Keys; Count(it) }
//	sorted, passes, err := Sort(n, in, out)
type Sort[U uint32 | uint64] struct {
	Keys *gpu.Buffer[U] // to be sorted

	stream      *gpu.Stream
	module      *gpu.Module
	count, pass *gpu.Kernel
	grid        int // blocks of threads for many keys
	launch      int // keys of a launch at most, in whole tiles
	room        *gpu.Buffer[U]
	counts      *gpu.Buffer[uint64]     // of every value of every digit, from the lowest digit up
	starts      *gpu.Buffer[uint64]     // where the keys of each begin
	ends        [2]*gpu.Buffer[uint64]  // where those that a launch has left begin
	bins        *gpu.HostBuffer[uint64] // counts, then starts
	words       *gpu.Buffer[uint32]     // a ticket, and what the tiles of a launch tell each other
	span        [2]*gpu.Event           // before and after the passes
}

// A SortOrder maps the bits of keys to their ranks, unsigned integers that order as the
// keys do: see radix.Order. Zero is that of unsigned integers.
type SortOrder[U uint32 | uint64] struct{ And, Or, Sub U }

func (o SortOrder[U]) args() []gpu.Arg {
	return []gpu.Arg{gpu.Value(o.And), gpu.Value(o.Or), gpu.Value(o.Sub)}
}

// Of sort.cu.
const (
	sortThreads  = 256
	sortBins     = 256
	sortLaunch   = 1 << 30 // keys
	sortRows32   = 14
	sortRows64   = 10
	sortWordSize = 4 // bytes
)

// sortTile is how many keys a block of threads of a pass takes.
func sortTile[U uint32 | uint64]() int {
	if wordSize[U]() == 4 {
		return sortRows32 * sortThreads
	}
	return sortRows64 * sortThreads
}

func wordSize[U uint32 | uint64]() int {
	var v U
	return int(unsafe.Sizeof(v))
}

// SortBytes is the device memory that sorting so many keys takes.
func SortBytes[U uint32 | uint64](keys int) int {
	tiles := (min(keys, sortLaunch) + sortTile[U]() - 1) / sortTile[U]()
	return 2*keys*wordSize[U]() + (1+tiles*sortBins)*sortWordSize + (2*wordSize[U]()+2)*sortBins*8
}

// LoadSort gets the kernels ready, and takes the memory for so many keys at once, as
// SortBytes says.
func LoadSort[U uint32 | uint64](d *gpu.Device, s *gpu.Stream, keys int) (*Sort[U], error) {
	k, err := loadSort[U](d, s, keys, sortLaunch/sortTile[U]())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("kernels: sort: %w", err), k.Close())
	}
	return k, nil
}

// loadSort is LoadSort with so many tiles of a launch at most.
func loadSort[U uint32 | uint64](d *gpu.Device, s *gpu.Stream, keys, tiles int) (k *Sort[U], err error) {
	k = &Sort[U]{stream: s, launch: tiles * sortTile[U]()}
	digits := wordSize[U]()
	if k.module, err = load(d, "sort"); err != nil {
		return k, err
	}
	if k.count, err = k.module.Kernel(fmt.Sprintf("sort_count_u%d", 8*digits)); err != nil {
		return k, err
	}
	if k.pass, err = k.module.Kernel(fmt.Sprintf("sort_pass_u%d", 8*digits)); err != nil {
		return k, err
	}
	if k.grid, err = residentBlocks(d, k.count, sortThreads, 0); err != nil {
		return k, err
	}
	for _, to := range []**gpu.Buffer[U]{&k.Keys, &k.room} {
		if *to, err = gpu.Alloc[U](d, keys); err != nil {
			return k, err
		}
	}
	if k.starts, err = gpu.Alloc[uint64](d, digits*sortBins); err != nil {
		return k, err
	}
	for i := range k.ends {
		if k.ends[i], err = gpu.Alloc[uint64](d, sortBins); err != nil {
			return k, err
		}
	}
	for i := range k.span {
		if k.span[i], err = d.NewEvent(); err != nil {
			return k, err
		}
	}
	if k.words, err = gpu.Alloc[uint32](d, 1+min(tiles, k.tiles(keys))*sortBins); err != nil {
		return k, err
	}
	if k.counts, err = zeros(d, s, digits*sortBins); err != nil {
		return k, err
	}
	k.bins, err = gpu.AllocHost[uint64](d, 2*digits*sortBins)
	return k, err
}

func (k *Sort[U]) tiles(keys int) int { return (keys + sortTile[U]() - 1) / sortTile[U]() }

// Count counts the digits of Keys[first:end], which the next Sort sorts among others.
// It returns before the device has done it, which takes reading them once.
func (k *Sort[U]) Count(first, end int, in SortOrder[U]) error {
	for ; first < end; first += sortLaunch {
		n := min(end-first, sortLaunch)
		args := append([]gpu.Arg{k.Keys.Slice(first, first+n).Arg(), gpu.Value(uint32(n)), k.counts.Arg()}, in.args()...)
		if err := k.count.Launch(k.stream, gpu.Dim{X: blocks(uint64(n), sortThreads, k.grid)}, gpu.Dim{X: sortThreads}, 0, args...); err != nil {
			return fmt.Errorf("kernels: sort: %w", err)
		}
	}
	return nil
}

// Sort sorts the first n of Keys, all of which Count has counted, by the ranks that in
// gives them, into the keys of which out gives these ranks, and returns a part of one of
// its buffers with them, for a time until the next call of a method. A pass for each
// digit that is not the same in all keys reads and writes them once. It waits for what
// the stream was given, and returns before the device has done the passes.
func (k *Sort[U]) Sort(n int, in, out SortOrder[U]) (sorted *gpu.Buffer[U], passes int, err error) {
	digits, err := k.digits(n)
	if err == nil && len(digits) == 0 && n > 0 && in != out {
		digits = []int{0}
	}
	if err == nil {
		err = k.span[0].Record(k.stream)
	}
	for i, digit := range digits {
		var from, to SortOrder[U]
		if i == 0 {
			from = in
		}
		if i == len(digits)-1 {
			to = out
		}
		if err == nil {
			err = k.sortBy(digit, n, from, to)
		}
		k.Keys, k.room = k.room, k.Keys
	}
	if err == nil {
		err = k.span[1].Record(k.stream)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("kernels: sort: %w", err)
	}
	return k.Keys.Slice(0, n), len(digits), nil
}

// Elapsed is what the passes of the last Sort took, when the stream has done them.
func (k *Sort[U]) Elapsed() (time.Duration, error) { return gpu.Elapsed(k.span[0], k.span[1]) }

// digits are those that are not the same in all n keys, whose starts it gives the
// device.
func (k *Sort[U]) digits(n int) (digits []int, err error) {
	all := k.counts.Len()
	counts, starts := k.bins.Data()[:all], k.bins.Data()[all:]
	if err := gpu.CopyOut(k.stream, k.bins.Slice(0, all), k.counts); err != nil {
		return nil, err
	}
	if err := gpu.Fill(k.stream, k.counts, 0); err != nil {
		return nil, err
	}
	if err := k.stream.Synchronize(); err != nil {
		return nil, err
	}
	for d := range wordSize[U]() {
		sum, same := uint64(0), false
		for b := d * sortBins; b < (d+1)*sortBins; b++ {
			starts[b] = sum
			sum += counts[b]
			same = same || counts[b] == uint64(n)
		}
		if sum != uint64(n) {
			return nil, fmt.Errorf("%d keys of %d were counted", sum, n)
		}
		if !same {
			digits = append(digits, d)
		}
	}
	return digits, gpu.CopyIn(k.stream, k.starts, k.bins.Slice(all, 2*all))
}

// sortBy is one pass, from Keys to room.
func (k *Sort[U]) sortBy(digit, n int, in, out SortOrder[U]) error {
	starts := k.starts.Slice(digit*sortBins, (digit+1)*sortBins)
	for i, first := 0, 0; first < n; i, first = i+1, first+k.launch {
		some := min(n-first, k.launch)
		tiles, ends := k.tiles(some), k.ends[i%2]
		if err := gpu.Fill(k.stream, k.words.Slice(0, 1+tiles*sortBins), 0); err != nil {
			return err
		}
		args := []gpu.Arg{k.Keys.Slice(first, first+some).Arg(), k.room.Arg(), gpu.Value(uint32(some)), gpu.Value(uint32(8 * digit)),
			starts.Arg(), ends.Arg(), k.words.Arg(), k.words.Slice(1, k.words.Len()).Arg()}
		args = append(append(args, in.args()...), out.args()...)
		if err := k.pass.Launch(k.stream, gpu.Dim{X: tiles}, gpu.Dim{X: sortThreads}, 0, args...); err != nil {
			return err
		}
		starts = ends
	}
	return nil
}

// Close frees what LoadSort took.
func (k *Sort[U]) Close() error {
	var errs []error
	for _, e := range k.span {
		if e != nil {
			errs = append(errs, e.Close())
		}
	}
	return errors.Join(errors.Join(errs...), k.bins.Free(), closeAll(k.module, k.Keys, k.room, k.counts, k.starts, k.ends[0], k.ends[1], k.words))
}
