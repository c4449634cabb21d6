package model

import (
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"time"

	"hybrid/internal/heatmap"
	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// Frames are what the pictures of --frames show. It is kept in their folder, for a run that
// goes on.
type frames struct {
	Model string       // of what they are: a checksum of the text and the settings
	Field string       // or several
	Ends  [][2]float64 // of the colours so far, of each field
	Run   string       `json:",omitempty"` // that drew them, and can go on from its checkpoints
}

// framesPatience is how long a run with checkpoints waits for one that was killed to leave
// the folder: it has left that of the checkpoints already.
const framesPatience = 2 * time.Second

// takeFrames has the folder of --frames belong to this run: one with frames of another is
// refused, unless this run goes on with that one, or --force lets them go. It is collective.
func (t *run[T]) takeFrames() error {
	t.folder = series.New(t.dir, "frame", ".png")
	h := fnv.New64a()
	fmt.Fprint(h, t.source.text, t.spec.Parameters, t.spec.Size, t.sys.DT, t.DType)
	t.record = frames{Model: fmt.Sprintf("%016x", h.Sum64()), Field: t.names(t.shown)}
	if k := t.job.Keeper; k != nil {
		t.record.Run, t.folder.Patience = k.Folder.Run, framesPatience
	}
	var err error
	if t.job.Comm.Rank() == 0 {
		if err = t.folder.Take(); err == nil {
			err = t.old()
		}
	}
	return task.BadInput(t.job.Name("frames"), t.job.Comm.Agree(err))
}

// old looks at the frames that are there.
func (t *run[T]) old() error {
	names, err := t.folder.Names(0)
	if err != nil || len(names) == 0 || t.Force {
		return err
	}
	whose := "another run"
	if t.record.Run != "" {
		var before frames
		if err := t.folder.Whose(&before); err == nil && before.Run == t.record.Run && before.Model == t.record.Model && before.Field == t.record.Field {
			return nil // this run drew them; those behind its checkpoint are drawn again
		}
	}
	return fmt.Errorf("%q has %s of %s (%s to %s): name another folder, or remove them by --force",
		t.dir, units.Count(len(names), "picture"), whose, names[0], names[len(names)-1])
}

// beginFrames makes room for the frames. It is collective.
func (t *run[T]) beginFrames() error {
	if t.dir == "" {
		return nil
	}
	from := 0
	t.record.Ends = slices.Repeat([][2]float64{{math.MaxFloat64, -math.MaxFloat64}}, len(t.shown))
	if t.resumed != nil {
		from = t.began + 1
		copy(t.record.Ends, t.resumed.Ends)
	}
	var err error
	if t.job.Comm.Rank() == 0 {
		err = t.folder.Begin(from, t.record)
	}
	return t.job.Comm.Agree(err)
}

// frame draws the fields as they are. Their colours go over all that was drawn before, too. It is
// collective.
func (t *run[T]) frame() error {
	ends := slices.Repeat([][2]float64{t.Range}, len(t.shown))
	if t.Range == [2]float64{} {
		for i, f := range t.shown {
			sum, err := t.solver.Summary(f)
			if err != nil {
				return err
			}
			c := &t.record.Ends[i]
			c[0], c[1] = min(c[0], sum.Min), max(c[1], sum.Max)
		}
		ends = t.record.Ends
	}
	return t.writePNG(t.framePath(t.solver.Step()), t.shown, ends)
}

// framePath is the name of the frame of a step.
func (t *run[T]) framePath(step int) string { return t.folder.Path(step, t.digits()) }

// Animations have the longer side of so many pixels at most, and at least on the screen.
const (
	filmPixels = 400
	filmScreen = 240
)

// filmRaster is that of an animation.
func (t *run[T]) filmRaster(p plane) heatmap.Raster {
	if t.sys.Dims == 1 {
		return heatmap.Raster{NX: p.NX, NY: 1, W: min(p.NX, filmPixels), H: 1}
	}
	r := heatmap.Raster{NX: p.NX, NY: p.NY, DX: p.dx, DY: p.dy}
	long := max(float64(p.NX)*p.dx, float64(p.NY)*p.dy)
	side := func(n int, d float64) int {
		return max(1, min(n, int(math.Round(filmPixels*float64(n)*d/long))))
	}
	r.W, r.H = side(p.NX, p.dx), side(p.NY, p.dy)
	return r
}

// filmGap is how many pixels stand between fields of an animation.
const filmGap = 2

// addPictures adds a picture to the animations, of which the fields stand beside each other. It is
// collective; rank 0 holds the pictures.
func (t *run[T]) addPictures() error {
	p := t.plane()
	r := t.filmRaster(p)
	var frame []float32
	width := len(t.filmed)*(r.W+filmGap) - filmGap
	if t.job.Comm.Rank() == 0 {
		frame = slices.Repeat([]float32{float32(math.NaN())}, width*r.H) // grey between them
	}
	for i, f := range t.filmed {
		pixels, err := t.pixels(f, p, r)
		if err = t.job.Comm.Agree(err); err != nil {
			return err
		}
		for at, v := range pixels {
			frame[at/r.W*width+i*(r.W+filmGap)+at%r.W] = float32(v)
		}
	}
	if t.job.Comm.Rank() != 0 {
		return nil
	}
	h := r.H
	if t.sys.Dims == 1 {
		h = r.W / 4
	}
	t.film.W, t.film.H = width, max(h, 1)
	t.film.Scale = max(1, (filmScreen+max(r.W, r.H)-1)/max(r.W, r.H))
	t.film.Frames = append(t.film.Frames, frame)
	return nil
}

// evened are the pictures of an animation of several fields, each field from 0, its least value in all
// pictures, to 1, its greatest.
func (t *run[T]) evened() [][]float32 {
	f := &t.film
	var all [][]float32
	for _, frame := range f.Frames {
		all = append(all, slices.Clone(frame))
	}
	width := (f.W+filmGap)/len(t.filmed) - filmGap
	for i := range t.filmed {
		var rows [][]float32 // of the field, in all pictures
		lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
		for _, frame := range all {
			for row := range slices.Chunk(frame, f.W) {
				row = row[i*(width+filmGap):][:width]
				rows = append(rows, row)
				for _, v := range row {
					if v-v == 0 {
						lo, hi = min(lo, v), max(hi, v)
					}
				}
			}
		}
		for _, row := range rows {
			for c, v := range row {
				row[c] = 0.5
				if hi > lo {
					row[c] = float32((float64(v) - float64(lo)) / (float64(hi) - float64(lo)))
				}
			}
		}
	}
	return all
}

// filmDelay is the time from one picture of an animation to the next, in hundredths of a second.
const filmDelay = 6

// writeFilm writes an animation. It is collective.
func (t *run[T]) writeFilm(o *target) error {
	f := t.film
	f.Range, f.Delay = t.Range, filmDelay
	if len(t.filmed) > 1 && t.Range == [2]float64{} {
		f.Frames, f.Range = t.evened(), [2]float64{0, 1}
	}
	if t.sys.Dims == 1 {
		frames := f.Frames
		f.Frames = nil
		for _, frame := range frames { // each row is the same: time runs by the pictures
			tall := make([]float32, 0, f.W*f.H)
			for range f.H {
				tall = append(tall, frame...)
			}
			f.Frames = append(f.Frames, tall)
		}
	}
	return t.job.Files.Alone(o.path, func(w io.Writer) error {
		if o.format == ".gif" {
			return f.GIF(w)
		}
		return f.APNG(w)
	})
}
