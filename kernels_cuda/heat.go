package kernels

import (
	"fmt"
	"math"
	"unsafe"

	"hybrid/gpu"
)

// A Heat takes fields on one device through steps of the heat equation. Its kernels
// are those of heat64.cu or heat32.cu.
type Heat[T float32 | float64] struct {
	module  *gpu.Module
	passes  map[heatKind]*heatKernel
	columns *gpu.Kernel
	deepest int // steps of a pass that a large field needs
}

// A heatKind is what kernels differ in: steps, and whether they flush.
type heatKind struct {
	steps int
	flush bool
}

type heatKernel struct {
	*gpu.Kernel
	heatForm
	units heatUnits
}

// A HeatField is how a field lies in the device's memory, and its equation: a step
// makes each point
//
//	fma(RX, w+e, fma(RY, n+s, K*c))
//
// of its neighbours and itself. Behind the steps that a pass says, values of a magnitude
// below Zero become +0, those of the ring excepted.
type HeatField[T float32 | float64] struct {
	Columns   int // with the ring's; where Boundary is 2, without
	Pitch     int // values from a row to the next, see HeatPitch
	Rows      int
	Boundary  int // of the ring: 0 keeps its values, 1 mirrors its neighbours, 2 is the opposite edge of the interior
	RX, RY, K T
	Zero      T

	// Top and Bottom are rows of the ring, -NoRing and NoRing where it has none
	// there. With Boundary 2 it has none: halo rows bring what lies behind the edge.
	Top, Bottom int
}

// HeatPitch is a distance of rows of so many columns that suits the memory.
func HeatPitch[T float32 | float64](columns int) int {
	line := 128 / valueSize[T]()
	return (columns + line - 1) / line * line
}

func valueSize[T float32 | float64]() int {
	var v T
	return int(unsafe.Sizeof(v))
}

// LoadHeat loads the kernels. Close them when they have done.
func LoadHeat[T float32 | float64](d *gpu.Device) (*Heat[T], error) {
	info := d.Info()
	bits := 8 * valueSize[T]()
	h := &Heat[T]{passes: map[heatKind]*heatKernel{}}
	var err error
	if h.module, err = load(d, fmt.Sprintf("heat%d", bits)); err != nil {
		return nil, err
	}
	for _, steps := range HeatDepths() {
		form := heatFormOf(steps)
		for flush, suffix := range map[bool]string{false: "", true: "_flush"} {
			if form.warps > 1 {
				suffix = "" // one for both
			}
			k, err := h.module.Kernel(fmt.Sprintf("heat_f%d_%d%s", bits, steps, suffix))
			if err != nil {
				return nil, err
			}
			resident, err := residentBlocks(d, k, heatLanes*form.warps, 0)
			if err != nil {
				return nil, err
			}
			h.passes[heatKind{steps, flush}] = &heatKernel{k, form, heatUnits{schedulers: 4 * max(info.SMs, 1) / form.warps, residents: resident}}
		}
	}
	if h.columns, err = h.module.Kernel(fmt.Sprintf("heat_f%d_columns", bits)); err != nil {
		return nil, err
	}
	h.deepest = heatDepth(info.PeakBandwidth()/float64(2*valueSize[T]()), HeatPeak[T](info))
	return h, nil
}

// Close unloads the kernels.
func (h *Heat[T]) Close() error { return h.module.Unload() }

// Depth is the number of steps of a pass that suits the device and a field of so many
// rows and columns best.
func (h *Heat[T]) Depth(rows, columns int) int {
	for depths := HeatDepths(); ; depths = depths[:len(depths)-1] {
		n := depths[len(depths)-1]
		k := h.passes[heatKind{n, true}]
		if n <= h.deepest && (len(depths) == 1 || k.units.fills(k.heatForm, rows, columns, valueSize[T](), n)) {
			return n
		}
	}
}

// HeatPeak is how many points a second the device's arithmetic units can update, 0
// if that is not known: three of an update's five operations do half of what a unit
// can.
func HeatPeak[T float32 | float64](i gpu.Info) float64 {
	return i.PeakFlops(8*valueSize[T]()) / 2 / 5
}

// heatDepth is the fewest steps of a pass at which memory, which gives so many
// updates a second at one step a pass, does not hold back arithmetic; the most of all
// where one of the two is 0, not known.
func heatDepth(memory, arithmetic float64) int {
	depths := HeatDepths()
	for _, n := range depths {
		if memory > 0 && arithmetic > 0 && float64(n)*memory >= arithmetic {
			return n
		}
	}
	return depths[len(depths)-1]
}

// A HeatPass makes rows [First, End) of Dst from Src, so many steps later: one of
// HeatDepths. Both buffers hold all rows of the field, and do not overlap.
type HeatPass[T float32 | float64] struct {
	Dst, Src          *gpu.Buffer[T]
	First, End, Steps int
	Flush             uint32 // behind step i+1 of the pass where bit i is set
}

// Pass does a pass over a field. It reads as many rows as it has steps more at each
// end, save beyond a row of the ring, and neither reads nor writes the ring's rows in
// Dst. The cost is a pass over the memory of these rows, or five floating-point
// operations a point and step, whichever takes longer, and about a tenth more for what
// neighbouring warps compute twice.
func (h *Heat[T]) Pass(s *gpu.Stream, f HeatField[T], p HeatPass[T]) error {
	first, end, steps := p.First, p.End, p.Steps
	if first >= end {
		return nil
	}
	k := h.passes[heatKind{steps, p.Flush != 0}]
	switch {
	case k == nil:
		return fmt.Errorf("kernels: heat: a pass of %d steps: want one of %v", steps, HeatDepths())
	case f.Columns < 1 || f.Pitch < f.Columns || f.Pitch*valueSize[T]()%heatVector != 0:
		return fmt.Errorf("kernels: heat: rows of %d columns at a pitch of %d: want at least one, and a pitch as HeatPitch gives it", f.Columns, f.Pitch)
	case f.Boundary < 0 || f.Boundary > 2 || f.Boundary < 2 && f.Columns < 3:
		return fmt.Errorf("kernels: heat: boundary %d and %d columns: want 0, 1 or 2, and a ring around a column", f.Boundary, f.Columns)
	case max(first-steps, f.Top) < 0 || min(end+steps, f.Bottom+1) > f.Rows || first <= f.Top || end > f.Bottom:
		return fmt.Errorf("kernels: heat: rows %d to %d after %d steps are not to be had from %d rows with the ring at %d and %d", first, end-1, steps, f.Rows, f.Top, f.Bottom)
	case p.Src.Len() < f.Rows*f.Pitch || p.Dst.Len() < f.Rows*f.Pitch:
		return fmt.Errorf("kernels: heat: buffers of %d and %d values for %d rows at a pitch of %d", p.Src.Len(), p.Dst.Len(), f.Rows, f.Pitch)
	}
	shape := k.units.shape(k.heatForm, heatSpan{columns: f.Columns, size: valueSize[T](), from: first, to: end, top: f.Top, bottom: f.Bottom, steps: steps, periodic: f.Boundary == 2})
	i32 := func(n int) gpu.Arg { return gpu.Value(int32(n)) }
	args := []gpu.Arg{p.Src.Arg(), p.Dst.Arg(), gpu.Value(int64(f.Pitch)), i32(f.Columns), i32(f.Boundary),
		gpu.Value(f.RX), gpu.Value(f.RY), gpu.Value(f.K), gpu.Value(f.Zero), gpu.Value(int32(p.Flush)), i32(f.Top), i32(f.Bottom)}
	for _, r := range []heatRows{shape.border, shape.inner} {
		args = append(args, i32(r.first), i32(r.size), i32(r.stride), i32(r.end), i32(r.chunks), i32(r.tiles))
	}
	args = append(args, i32(shape.column), i32(shape.last))
	return k.Launch(s, gpu.Dim{X: shape.blocks()}, gpu.Dim{X: heatLanes * k.warps}, 0, args...)
}

// Columns copies a rectangle within the device's memory. It is for columns of a halo, of
// few values a row: a row that is long a copy engine takes as fast.
func (h *Heat[T]) Columns(s *gpu.Stream, dst *gpu.Buffer[T], dm gpu.Matrix, src *gpu.Buffer[T], sm gpu.Matrix) error {
	const threads = 256
	n := dm.Rows * dm.Cols
	switch {
	case dm.Rows != sm.Rows || dm.Cols != sm.Cols || dm.Rows < 0 || dm.Cols < 0 || dm.Pitch < dm.Cols || sm.Pitch < sm.Cols || n > math.MaxInt32:
		return fmt.Errorf("kernels: heat: %+v to %+v: want the same rows and columns, and pitches of at least a row", sm, dm)
	case n == 0:
		return nil
	case (dm.Rows-1)*dm.Pitch+dm.Cols > dst.Len() || (sm.Rows-1)*sm.Pitch+sm.Cols > src.Len():
		return fmt.Errorf("kernels: heat: %+v of %d values to %+v of %d: beyond the end", sm, src.Len(), dm, dst.Len())
	}
	return h.columns.Launch(s, gpu.Dim{X: blocks(uint64(n), threads, math.MaxInt32)}, gpu.Dim{X: threads}, 0,
		dst.Arg(), gpu.Value(int64(dm.Pitch)), src.Arg(), gpu.Value(int64(sm.Pitch)), gpu.Value(int32(dm.Rows)), gpu.Value(int32(dm.Cols)))
}
