package lexicon

import (
	"slices"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/internal/prefetch"
)

// A Packed is a record in 16 bytes: a word of at most 15, with a count of at most 255 in
// place of the last byte.
type Packed struct{ lo, hi uint64 }

const (
	countShift = 56 // of the count in the second half
	packedMost = 255
)

// Pack packs a record; ok is false if it has too long a word or too large a count.
func (r *Record) Pack() (p Packed, ok bool) {
	if r.key[1]>>countShift != 0 || r.Count > packedMost {
		return p, false
	}
	return Packed{r.key[0], r.key[1] | r.Count<<countShift}, true
}

func (p Packed) unpack() (key [2]uint64, count uint64) {
	return [2]uint64{p.lo, p.hi &^ (packedMost << countShift)}, p.hi >> countShift
}

// mostLate is how many words a table puts off at most, 128 KiB.
const mostLate = 8 << 10

// AddPacked adds words, which the table takes in later, many at once: half as many as it has
// slots. So it goes through memory from one end to the other for them once, which takes a
// fraction of the time that finding a slot for each of them there takes, and finds their
// slots in the second-level cache, as long as the table fits that.
func (t *Table) AddPacked(words []Packed) {
	if len(t.late)+len(words) > cap(t.late) {
		t.takeIn()
		if want := min(len(t.slots)/2, mostLate); want > cap(t.late) {
			release, ok := t.take(want * int(unsafe.Sizeof(Packed{})))
			if !ok {
				return
			}
			defer release()
			t.late = pages.Make[Packed](want)[:0]
		}
	}
	t.late = append(t.late, words...)
}

// A packedKernel adds words, at least one and batchWords at most, to slots that have room
// for all, and returns how many are new. The slots end where end says.
type packedKernel func(words *uint64, n int, slots *uint64, end uintptr, skip, shift int, seed *uint64) (added int)

// takeIn adds the words that were put off.
func (t *Table) takeIn() {
	const worth = 8 // slots for each word, from which it is not worth to read all
	if len(t.late)*worth > len(t.slots) {
		prefetch.Read(uintptr(unsafe.Pointer(&t.slots[0])), len(t.slots)*slotBytes)
	}
	for batch := range slices.Chunk(t.late, batchWords) {
		if !t.room(len(batch)) {
			break
		}
		if t.kernels.addPacked == nil {
			for _, p := range batch {
				key, count := p.unpack()
				t.add(nil, key, t.seed.mix(key), count)
			}
			continue
		}
		t.used += t.kernels.addPacked(&batch[0].lo, len(batch), &t.slots[0].key[0], t.end(), t.skip, t.shift, &t.seed[0])
	}
	t.late = t.late[:0]
}
