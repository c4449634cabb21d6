package model

import (
	"hybrid/gpu"
	"hybrid/internal/ir/ptxcode"
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

// makeGhosts gives the stream the ghost cells around a box of the fields of a list.
func (d *device[T]) makeGhosts(list int, box cellBox, time float64) error {
	e := d.code.ghosts[list]
	if e.Entry == nil {
		return nil
	}
	around, err := d.around(box)
	if err != nil {
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

// around is the shell of a box: beyond columns, then beyond rows with the corners, then beyond
// planes.
func (d *device[T]) around(box cellBox) (shell, error) {
	if s, ok := d.shells[box]; ok {
		return s, nil
	}
	var s shell
	var table []int32
	whole := box // with the ghost cells so far
	for axis := 2; axis >= 0; axis-- {
		n := d.part.ghosts[axis]
		for side, open := range d.part.open[axis] {
			if !open || n == 0 {
				continue
			}
			b := whole
			if side == 0 {
				b.lo[axis], b.hi[axis] = box.lo[axis]-n, box.lo[axis]
			} else {
				b.lo[axis], b.hi[axis] = box.hi[axis], box.hi[axis]+n
			}
			size, cells := minus(b.hi, b.lo), 1
			for k := range 3 {
				table = append(table, int32(b.lo[k]))
				cells *= size[k]
			}
			for k := range 3 {
				table = append(table, int32(size[k]))
			}
			s.most = max(s.most, cells)
		}
		for side, open := range d.part.open[axis] {
			if open {
				[]*[3]int{&whole.lo, &whole.hi}[side][axis] += []int{-n, n}[side]
			}
		}
	}
	var err error
	if s.table, err = gpu.Alloc[int32](d.on, len(table)); err != nil {
		return s, err
	}
	d.shells[box] = s
	return s, s.table.Write(table)
}
