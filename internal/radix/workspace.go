package radix

import (
	"unsafe"

	"hybrid/internal/pages"
)

// Workspaces are what the threads of a sort work with beside the keys and the room to
// move them. Kept from one sort to the next, or made by Prepare, they spare it fresh
// memory, which the system hands out page by page; that takes as long as sorting a
// hundred thousand keys. They serve one sort at a time. The zero value is empty.
type Workspaces struct {
	words32 []*workspace[uint32]
	words64 []*workspace[uint64]
}

// workspacesOf returns those of so many threads for keys of a size.
func workspacesOf[U word](w *Workspaces, threads int) []*workspace[U] {
	of := any(&w.words64)
	if U(0)-1 == 1<<32-1 {
		of = &w.words32
	}
	all := of.(*[]*workspace[U])
	for len(*all) < threads {
		*all = append(*all, new(workspace[U]))
	}
	return (*all)[:threads]
}

// A workspace is what one thread works with at one depth of the recursion.
type workspace[U word] struct {
	counts  []uint32
	next    []uint64
	scratch []uint64
	keys    []U
	bucket  []U         // brought together from its parts
	sorted  []U         // runs, before they go to their places
	cells   []int       // keys of every cell of a partition
	lines   []U         // that combine collects
	begins  [2][]uint64 // places of the buckets that it moves keys to
	grid    grid[U]     // of the leaf
	bounds  [2][16]U    // candidates for the least and the greatest
	slots   bool        // keys is memory of its own, for scatterUncounted
	skip    int         // calls of scatterUncounted that would be in vain
	below   *workspace[U]
}

// reset gives the workspace counts and next for so many cells, the counts 0.
func (d *workspace[U]) reset(cells int) {
	if len(d.counts) < cells {
		d.counts, d.next = make([]uint32, cells), make([]uint64, cells)
	}
	if d.scratch == nil {
		d.scratch = pages.Make[uint64](scratchBytes / 8)
	}
	clear(d.counts[:cells])
}

// near is room for n keys that the caches have from the time before.
func (d *workspace[U]) near(n int) []U { return atLeast(&d.keys, n) }

// atLeast makes memory of so many values if there is less.
func atLeast[T any](of *[]T, n int) []T {
	if len(*of) < n {
		*of = pages.Make[T](n)
	}
	return (*of)[:n]
}

func (d *workspace[U]) deeper() *workspace[U] {
	if d.below == nil {
		d.below = new(workspace[U])
	}
	return d.below
}

// Prepare makes, and touches, what sorting so many keys by Sort takes of workspaces,
// unless they are spread so unevenly that some buckets are much larger than others.
func Prepare[T Key](keys int, o Options) error {
	isa, err := o.ISA.Resolve()
	if err != nil || o.Workspaces == nil {
		return err
	}
	if unsafe.Sizeof(*new(T)) == 4 {
		prepare(kernelsFor[uint32](isa), workspacesOf[uint32](o.Workspaces, max(o.Threads, 1)), keys)
	} else {
		prepare(kernelsFor[uint64](isa), workspacesOf[uint64](o.Workspaces, max(o.Threads, 1)), keys)
	}
	return nil
}

func prepare[U word](k *kernels[U], all []*workspace[U], keys int) {
	leaf, buckets, cells := keys, 0, 0
	if keys <= k.serialKeys(len(all)) {
		all = all[:1]
	}
	if keys > k.serialKeys(1) {
		size := k.bucketKeys(keys, len(all))
		leaf, buckets, cells = size*9/8, keys/size+1, cellsFor(keys)
	}
	leafCells := max(leaf/k.usual, 16)
	if leaf <= k.slotted {
		leaf += leafCells * k.slot
	}
	each(len(all), func(t int) {
		d := all[t]
		d.reset(max(cells, leafCells))
		clear(d.next)
		clear(atLeast(&d.cells, cells))
		clear(atLeast(&d.lines, k.line*buckets))
		for i := range d.begins {
			clear(atLeast(&d.begins[i], buckets))
		}
		clear(d.near(leaf))
	})
}

// ThreadBytes is about the most that a thread takes beside keys and room to move them,
// if its share is so many keys: counts, places and a cache line for each cell at every
// depth of the recursion, and keys that stay near.
func ThreadBytes(keys int) float64 { return min(6<<20, 256<<10+96*float64(keys)) }
