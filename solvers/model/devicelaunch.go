package model

import (
	"hybrid/gpu"
	"hybrid/solvers/model/ir/ptxcode"
)

// most is how many blocks a grid may have along rows and along planes.
const mostBlocks = 1<<16 - 1

// launchPass gives the stream a pass over a box.
func (d *device[T]) launchPass(i int, box cellBox, to []*gpu.Buffer[T], time float64) error {
	size := minus(box.hi, box.lo)
	block := gpu.Dim{X: 64, Y: 4}
	switch {
	case size[1] == 1:
		block = gpu.Dim{X: ptxcode.Threads, Y: 1}
	case size[2] <= 32:
		block = gpu.Dim{X: 32, Y: 8}
	}
	for axis, n := range [2]int{mostBlocks, mostBlocks * block.Y} {
		if size[axis] > n {
			low, high := box, box
			low.hi[axis], high.lo[axis] = box.lo[axis]+n, box.lo[axis]+n
			if err := d.launchPass(i, low, to, time); err != nil {
				return err
			}
			return d.launchPass(i, high, to, time)
		}
	}
	e := d.code.passes[i]
	first := box.lo[0]*d.part.layout.Plane + box.lo[1]*d.part.layout.Row + box.lo[2]
	var args []gpu.Arg
	for _, p := range e.Params {
		switch p.Kind {
		case ptxcode.In:
			args = append(args, from(d.fields[p.Field].Buffer, first))
		case ptxcode.Out:
			args = append(args, from(to[p.Field], first))
		case ptxcode.Table:
			args = append(args, from(d.tables[p.Axis], box.lo[p.Axis]))
		case ptxcode.Size:
			args = append(args, gpu.Value(int32(size[p.Axis])))
		}
	}
	grid := gpu.Dim{X: (size[2] + block.X - 1) / block.X, Y: (size[1] + block.Y - 1) / block.Y, Z: size[0]}
	return d.passes[i].Launch(d.stream, grid, block, 0, append(args, d.bits(e.Uniforms(time))...)...)
}

// launchWalk gives the stream the steps of a walk over a box, from the one numbered step.
func (d *device[T]) launchWalk(box cellBox, step int) error {
	w := d.code.walk
	rows, columns := w.Tile()
	size := minus(box.hi, box.lo)
	grid := gpu.Dim{X: (size[w.Order[2]] + columns - 1) / columns, Z: (size[w.Order[1]] + rows - 1) / rows}
	resident, err := d.walk.Occupancy(w.Block[0]*w.Block[1], 0)
	if err != nil {
		return err
	}
	chunk := w.chunk(size[w.Order[0]], grid.X*grid.Z, max(resident, 1)*max(d.on.Info().SMs, 1))
	grid.Y = (size[w.Order[0]] + chunk - 1) / chunk
	var args []gpu.Arg
	for _, p := range w.Params {
		switch p.Kind {
		case ptxcode.In:
			args = append(args, d.fields[p.Field].Buffer.Arg())
		case ptxcode.Out:
			args = append(args, d.spare[p.Field].Arg())
		case ptxcode.Table:
			args = append(args, d.tables[p.Axis].Arg())
		case ptxcode.From:
			args = append(args, gpu.Value(int32(box.lo[p.Axis])))
		case ptxcode.To:
			args = append(args, gpu.Value(int32(box.hi[p.Axis])))
		case ptxcode.Chunk:
			args = append(args, gpu.Value(int32(chunk)))
		}
	}
	args = append(args, d.bits(w.Uniforms(w.times(d.sys, step)...))...)
	if err := d.walk.Launch(d.stream, grid, gpu.Dim{X: w.Block[1], Y: w.Block[0]}, 0, args...); err != nil {
		return err
	}
	for _, p := range w.Params {
		if p.Kind == ptxcode.Out {
			f := p.Field
			d.fields[f].Buffer, d.spare[f] = d.spare[f], d.fields[f].Buffer
		}
	}
	return nil
}

// from is a buffer from an element on, as an argument.
func from[T gpu.Element](b *gpu.Buffer[T], first int) gpu.Arg { return b.Slice(first, b.Len()).Arg() }

// makeGhosts gives the stream the ghost cells around a box of the fields of a list, and so many
// copies of cells beyond the grid's seams.
func (d *device[T]) makeGhosts(list int, box cellBox, copies int, time float64) error {
	e := d.code.ghosts[list]
	if e.Entry == nil {
		return nil
	}
	around, err := d.around(shellKey{box, copies})
	if err != nil || around.most == 0 {
		return err
	}
	var args []gpu.Arg
	for _, p := range e.Params {
		switch p.Kind {
		case ptxcode.In:
			args = append(args, d.fields[e.fields[p.Field]].Buffer.Arg())
		case ptxcode.Table:
			args = append(args, d.tables[p.Axis].Arg())
		case ptxcode.Boxes:
			args = append(args, around.table.Arg())
		}
	}
	const threads = 128
	grid := gpu.Dim{X: (around.most + threads - 1) / threads, Y: around.table.Len() / 6}
	return d.ghosts[list].Launch(d.stream, grid, gpu.Dim{X: threads}, 0, append(args, d.bits(e.Uniforms(time))...)...)
}

// A shell is the ghost cells around a box, as boxes.
type shell struct {
	table *gpu.Buffer[int32]
	most  int // cells of the largest
}

// A shellKey says what of ghost cells a shell has.
type shellKey struct {
	box    cellBox
	copies int // beyond seams
}

// around is the shell of a box: beyond columns, then beyond rows with the corners, then beyond
// planes.
func (d *device[T]) around(key shellKey) (shell, error) {
	if s, ok := d.shells[key]; ok {
		return s, nil
	}
	var s shell
	var table []int32
	whole := key.box // with the ghost cells so far
	for axis := 2; axis >= 0; axis-- {
		n := [2]int{}
		for side := range n {
			if d.part.open[axis][side] {
				n[side] = d.part.ghosts[axis]
			} else if d.part.wrap[axis] {
				n[side] = key.copies
			}
		}
		low, high := whole, whole
		low.lo[axis], low.hi[axis] = whole.lo[axis]-n[0], whole.lo[axis]
		high.lo[axis], high.hi[axis] = whole.hi[axis], whole.hi[axis]+n[1]
		for _, b := range []cellBox{low, high} {
			size := minus(b.hi, b.lo)
			if cells := size[0] * size[1] * size[2]; cells > 0 {
				s.most = max(s.most, cells)
				for _, x := range append(b.lo[:], size[:]...) {
					table = append(table, int32(x))
				}
			}
		}
		whole.lo[axis], whole.hi[axis] = low.lo[axis], high.hi[axis]
	}
	var err error
	if s.table, err = gpu.Alloc[int32](d.on, len(table)); err != nil {
		return s, err
	}
	d.shells[key] = s
	return s, s.table.Write(table)
}
