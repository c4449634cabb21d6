package ptxsim

import (
	"fmt"

	"hybrid/gpu/ptx"
)

// Fault is what ended a launch: an access, a race or a barrier that a GPU would
// have let pass or have answered with an unrelated error.
type Fault struct {
	File   string // the PTX file, as named to Parse
	Line   int    // line in File, from 1
	Kernel string
	Block  [3]int // %ctaid
	Thread [3]int // %tid
	Msg    string
}

func (f *Fault) Error() string {
	return fmt.Sprintf("%s:%d: %s: block (%d,%d,%d) thread (%d,%d,%d): %s", f.File, f.Line, f.Kernel,
		f.Block[0], f.Block[1], f.Block[2], f.Thread[0], f.Thread[1], f.Thread[2], f.Msg)
}

// fail ends the launch with a fault of a lane. The panic is caught where the
// block is run.
func (w *warp) fail(in *ptx.Instruction, lane int, format string, args ...any) {
	w.failLine(in.Line, lane, format, args...)
}

func (w *warp) failLine(line, lane int, format string, args ...any) {
	panic(&Fault{
		File: w.b.k.mod.file.Name, Line: line, Kernel: w.b.k.fn.Name,
		Block: w.b.id, Thread: w.b.thread(w.index, lane), Msg: fmt.Sprintf(format, args...),
	})
}

func triple(t [3]int) string { return fmt.Sprintf("(%d,%d,%d)", t[0], t[1], t[2]) }
