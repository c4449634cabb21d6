package wordcount

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"hybrid/internal/units"
)

// A MemoryError ends a count before the system would end the process.
type MemoryError struct {
	What       string // that is to grow
	Host       string
	Need, Have float64 // bytes; Need with something to spare
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("wordcount: %s needs %s more on node %s, which has %s free: count fewer files at once, or on more nodes",
		e.What, units.Memory(e.Need), e.Host, units.Memory(e.Have))
}

// growing is held while a table grows, by one of the ranks and threads of this
// process: each is to see what the others have taken.
var growing sync.Mutex

// spare is what is left to everything that is not asked about: buffers, stacks, and
// what the garbage collector has not yet found.
const spare = 16 << 20

// leastBytes is the least that is asked about.
const leastBytes = 64 << 10

// plenty is more than there are ranks and threads on most nodes.
const plenty = 64

// plentyFor is the memory that there is, and whether no one need wait for so much. growing is held.
func (o Options) plentyFor(bytes int) (have uint64, is bool) {
	have, known := o.available()
	return have, !known || plenty*(float64(bytes)+spare) < float64(have)
}

// reserve admits what a table is about to take, while nothing else grows, until
// release is called; where there is plenty, no one waits. Small things need not ask.
func (o Options) reserve(what string, bytes int) (release func(), err error) {
	if bytes < leastBytes {
		return func() {}, nil
	}
	growing.Lock()
	have, is := o.plentyFor(bytes)
	if is {
		growing.Unlock()
		return func() {}, nil
	}
	need := float64(bytes) + spare
	if need > float64(have) {
		debug.FreeOSMemory() // what smaller tables had
		have, _ = o.available()
	}
	if need > float64(have) {
		growing.Unlock()
		host, _ := os.Hostname() // a host without a name is shown without one
		return nil, &MemoryError{what, host, need, float64(have)}
	}
	return growing.Unlock, nil
}
