package mandelbrot

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// definition is the count of a pixel by the words of the package comment.
func definition(p Problem, i, j int) int32 {
	s := 3 / (p.Zoom * float64(p.Width))
	cx := p.Re + float64((float64(i)+0.5-float64(p.Width)/2)*s)
	cy := p.Im + float64((float64(p.Height)/2-float64(j)-0.5)*s)
	x, y := 0.0, 0.0
	for k := int32(1); k < p.MaxIter; k++ {
		x, y = float64(float64(x*x)-float64(y*y))+cx, float64(2*float64(x*y))+cy
		if float64(x*x)+float64(y*y) > 4 {
			return k
		}
	}
	return p.MaxIter
}

var small = Problem{Width: 333, Height: 201, Re: -0.7, Im: 0.1, Zoom: 1.2, MaxIter: 300}

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		small.MaxIter = 70 // every step is interpreted, twice over on another architecture
	}
	os.Exit(m.Run())
}

// counted is the whole picture, from the bands of all ranks.
func counted(t *testing.T, ranks int, p Problem, o Options) ([]int32, Summary) {
	t.Helper()
	all := make([]int32, p.Width*p.Height)
	var sum Summary
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[float64](c, p, o)
		if err != nil {
			return err
		}
		if err := s.Run(context.Background()); err != nil {
			return err
		}
		got, err := s.Summary()
		if err != nil {
			return err
		}
		if c.Rank() == 0 {
			sum = got
		}
		lo, hi, band, err := s.Band()
		if len(band) != (hi-lo)*p.Width {
			return fmt.Errorf("rank %d: a band of %d values for rows %d to %d", c.Rank(), len(band), lo, hi)
		}
		copy(all[lo*p.Width:], band)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, sum
}

func TestCountsDoNotDependOnTheSchedule(t *testing.T) {
	want := make([]int32, small.Width*small.Height)
	total, inside := int64(0), int64(0)
	for i := range want {
		want[i] = definition(small, i%small.Width, i/small.Width)
		if total += int64(want[i]); want[i] == small.MaxIter {
			inside++
		}
	}
	for schedule := range Schedule(len(Schedules())) {
		for _, ranks := range []int{1, 2, 3, 5, 8} {
			for _, threads := range []int{1, 3} {
				if testing.Short() && (ranks+threads+int(schedule))%3 > 0 {
					continue
				}
				t.Run(fmt.Sprintf("%v/%d/%d", schedule, ranks, threads), func(t *testing.T) {
					got, sum := counted(t, ranks, small, Options{Threads: threads, Schedule: schedule})
					if i := firstDifference(got, want); i >= 0 {
						t.Fatalf("column %d, row %d: %d, want %d", i%small.Width, i/small.Width, got[i], want[i])
					}
					if sum.Iterations != total || sum.Inside != inside || sum.Tiles != 24 {
						t.Errorf("%+v, want %d iterations, %d points inside, 24 tiles", sum, total, inside)
					}
					if len(sum.Busy) != ranks || sum.Imbalance < 1 || sum.Imbalance > float64(ranks)*(1+1e-12) || slices.Min(sum.TileSeconds) <= 0 {
						t.Errorf("ranks %v, imbalance %v, tiles %v", sum.Busy, sum.Imbalance, sum.TileSeconds)
					}
				})
			}
		}
	}
}

// Ranks with a device and ranks without share one picture.
func TestDevicesCountTheSame(t *testing.T) {
	want, wantSum := counted(t, 1, small, Options{})
	for schedule := range Schedule(len(Schedules())) {
		if testing.Short() && schedule != Dynamic && schedule != Stealing {
			continue // the interpreter takes long under QEMU
		}
		got := make([]int32, len(want))
		err := mpi.Run(3, func(c *mpi.Comm) error {
			o := Options{Schedule: schedule}
			if c.Rank() != 1 {
				o.Device = gpu.Sim(gpu.SimOptions{})
				defer o.Device.Close()
			}
			s, err := New[float64](c, small, o)
			if err != nil {
				return err
			}
			if err := s.Run(context.Background()); err != nil {
				return err
			}
			sum, err := s.Summary()
			if err != nil {
				return err
			}
			if sum.Iterations != wantSum.Iterations || sum.Inside != wantSum.Inside {
				t.Errorf("%v: %+v", schedule, sum)
			}
			lo, _, band, err := s.Band()
			copy(got[lo*small.Width:], band)
			return errors.Join(err, s.Close())
		})
		if err != nil {
			t.Fatalf("%v: %v", schedule, err)
		}
		if i := firstDifference(got, want); i >= 0 {
			t.Errorf("%v: pixel %d is %d, want %d", schedule, i, got[i], want[i])
		}
	}
}

func firstDifference(a, b []int32) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}

func TestOddPictures(t *testing.T) {
	for _, p := range []Problem{
		{Width: 1, Height: 1, Zoom: 1, MaxIter: 1},
		{Width: 1, Height: 500, Zoom: 0.01, MaxIter: 50},
		{Width: 700, Height: 1, Re: -0.5, Zoom: 1, MaxIter: 50},
		{Width: 64, Height: 64, Re: -2, Zoom: 1e6, MaxIter: 1000},
		{Width: 65, Height: 129, Re: 1e6, Im: -1e6, Zoom: 1e-5, MaxIter: 20},
	} {
		for _, isa := range simd.Available() {
			got, _ := counted(t, 4, p, Options{ISA: isa, Schedule: Stealing})
			for i, n := range got {
				if want := definition(p, i%p.Width, i/p.Width); n != want {
					t.Fatalf("%+v, %v: pixel %d: %d, want %d", p, isa, i, n, want)
				}
			}
		}
	}
}

func TestFiles(t *testing.T) {
	want, _ := counted(t, 1, small, Options{})
	var first [][]byte
	for _, ranks := range []int{1, 2, 3, 7} {
		dir := t.TempDir()
		names := []string{filepath.Join(dir, "a.npy"), filepath.Join(dir, "a.png")}
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			s, err := New[float64](c, small, Options{})
			if err != nil {
				return err
			}
			o, err := output.New(c)
			if err != nil {
				return err
			}
			if err := s.Run(context.Background()); err != nil {
				return err
			}
			for _, name := range names {
				if err := errors.Join(CheckOutput(o, name, small), s.Write(o, name)); err != nil {
					return err
				}
			}
			if err := CheckOutput(o, "a.txt", small); err == nil {
				t.Error("a.txt was accepted")
			}
			return s.Write(o, filepath.Join(dir, "none", "a.png"))
		})
		if err == nil || !strings.Contains(err.Error(), "none") {
			t.Errorf("%d ranks: a picture in a directory that is not there: %v", ranks, err)
		}
		files := [][]byte{}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, content)
		}
		if first == nil {
			first = files
		}
		if !bytes.Equal(first[0], files[0]) || !bytes.Equal(first[1], files[1]) {
			t.Errorf("%d ranks write other bytes than one", ranks)
		}
	}
	checkFiles(t, first, want)
}

func checkFiles(t *testing.T, files [][]byte, want []int32) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(name, files[0], 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := make([]int32, len(want))
	if err := npy.ReadBlock(r, r.RowRange(0, r.Rows()), got, npy.Exact); err != nil || r.Rows() != small.Height || r.Cols() != small.Width {
		t.Fatalf("%d x %d, %v", r.Rows(), r.Cols(), err)
	}
	if i := firstDifference(got, want); i >= 0 {
		t.Errorf("the array holds %d at %d, want %d", got[i], i, want[i])
	}
	m, err := png.Decode(bytes.NewReader(files[1]))
	if err != nil {
		t.Fatal(err)
	}
	field := newFramed(small, &picture{}).around.Field
	for i, n := range want {
		r, g, b, _ := m.At(field.Min.X+i%small.Width, field.Min.Y+i/small.Width).RGBA()
		if black := r|g|b == 0; black != (n == small.MaxIter) {
			t.Fatalf("pixel %d with the count %d has the colour %d, %d, %d", i, n, r, g, b)
		}
	}
}

// TestVerifyWhereTilesAre looks for them where they were counted, and where they will be
// written.
func TestVerifyWhereTilesAre(t *testing.T) {
	for i := range 4 {
		spoil, gathered := i%2 == 1, i/2 == 1
		err := mpi.Run(3, func(c *mpi.Comm) error {
			s, err := New[float64](c, small, Options{Threads: 2, Schedule: Cyclic})
			if err != nil {
				return err
			}
			if err := s.Run(context.Background()); err != nil {
				return err
			}
			if gathered { // the tiles are where they will be written
				if _, _, _, err := s.Band(); err != nil {
					return err
				}
			}
			if spoil && c.Rank() == 1 {
				s.tileRows(s.held()[2], func(row []int32) { row[7]++ })
			}
			v, err := s.Verify(context.Background())
			if (v.Answer == task.Yes) == spoil || !strings.Contains(v.Detail, fmt.Sprint(small.Width*small.Height)) || spoil != strings.Contains(v.Detail, "want") {
				t.Errorf("spoilt %v, gathered %v, rank %d: %+v", spoil, gathered, c.Rank(), v)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// away are the tiles that a rank has counted for the bands of others, in order.
func away(s *Solver[float64]) []*result {
	var all []*result
	for i := range s.done {
		if s.done[i].counts != nil {
			all = append(all, &s.done[i])
		}
	}
	slices.SortFunc(all, func(a, b *result) int { return a.tile - b.tile })
	return all
}

// TestVerifyFindsWhatWasPlanted spoils what one of three ranks has counted, with every
// instruction set: the check has no part of their kernels.
func TestVerifyFindsWhatWasPlanted(t *testing.T) {
	for _, isa := range simd.Available() {
		for _, fault := range []struct {
			name, want string
			spoil      func(s *Solver[float64])
		}{
			{"none", fmt.Sprintf("all %d pixels", small.Width*small.Height), func(*Solver[float64]) {}},
			{"off by one", "1 of", func(s *Solver[float64]) { away(s)[2].counts[7]++ }},
			{"a flipped bit", "1 of", func(s *Solver[float64]) { away(s)[0].counts[0] ^= 1 << 4 }},
			{"flipped bits in the band", "want", func(s *Solver[float64]) {
				own := slices.IndexFunc(s.done, func(r result) bool { return r.counts == nil })
				s.tileRows(s.done[own], func(row []int32) { row[0] ^= 1 })
			}},
			{"swapped tiles", "want", func(s *Solver[float64]) { a := away(s); a[0].tile, a[1].tile = a[1].tile, a[0].tile }},
			{"a tile twice, another lost", "was counted", func(s *Solver[float64]) { a := away(s); *a[1] = *a[0] }},
			{"a lost rank", "was counted 0 times", func(s *Solver[float64]) { s.done = nil }},
			{"shifted pixels", "want", func(s *Solver[float64]) { c := away(s)[1].counts; copy(c[1:], c) }},
		} {
			err := mpi.Run(3, func(c *mpi.Comm) error {
				s, err := New[float64](c, small, Options{Threads: 2, Schedule: Cyclic, ISA: isa})
				if err != nil {
					return err
				}
				if err := s.Run(context.Background()); err != nil {
					return err
				}
				if c.Rank() == 1 {
					fault.spoil(s)
				}
				v, err := s.Verify(context.Background())
				if (v.Answer == task.Yes) != (fault.name == "none") || !strings.Contains(v.Detail, fault.want) {
					t.Errorf("%v, %s, rank %d: %+v", isa, fault.name, c.Rank(), v)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write(b []byte) (int, error) { return 0, errFull }

var errFull = errors.New("disk full")

// TestPictureThatCannotBeWritten: no rank waits for ever to send its rows.
func TestPictureThatCannotBeWritten(t *testing.T) {
	p := small
	p.Width, p.Height = 5000, 200 // rows that are too long to be sent before they are wanted
	err := mpi.Run(3, func(c *mpi.Comm) error {
		s, err := New[float32](c, p, Options{})
		if err != nil {
			return err
		}
		if err := s.Run(context.Background()); err != nil {
			return err
		}
		if _, _, _, err := s.Band(); err != nil {
			return err
		}
		if c.Rank() > 0 {
			return s.sendRows()
		}
		return s.draw(fullDisk{})
	})
	if !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestInterruptOfOneRankEndsAll(t *testing.T) {
	p := small
	p.MaxIter = math.MaxInt32 // a minute
	p.Re, p.Im, p.Zoom = 0.25+2e-12, 0, 1e12
	stop := errors.New("enough")
	for schedule := range Schedule(len(Schedules())) {
		err := mpi.Run(3, func(c *mpi.Comm) error {
			s, err := New[float64](c, p, Options{Threads: 2, Schedule: schedule})
			if err != nil {
				return err
			}
			ctx, cancel := context.WithCancelCause(context.Background())
			time.AfterFunc(10*time.Millisecond, func() { cancel(stop) })
			err = s.Run(ctx)
			if err == nil {
				t.Errorf("%v, rank %d: no error", schedule, c.Rank())
			}
			return err
		})
		if !errors.Is(err, stop) {
			t.Errorf("%v: %v", schedule, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, bad := range []struct {
		p Problem
		o Options
	}{
		{Problem{Width: 0, Height: 1, Zoom: 1, MaxIter: 1}, Options{}},
		{Problem{Width: 1 << 21, Height: 1 << 21, Zoom: 1, MaxIter: 1}, Options{}},
		{Problem{Width: 10, Height: 10, Zoom: 0, MaxIter: 1}, Options{}},
		{Problem{Width: 10, Height: 10, Zoom: math.NaN(), MaxIter: 1}, Options{}},
		{Problem{Width: 10, Height: 10, Zoom: 1, MaxIter: 0}, Options{}},
		{Problem{Width: 10, Height: 10, Zoom: 1, MaxIter: 1, Re: math.Inf(1)}, Options{}},
		{Problem{Width: 10, Height: 10, Zoom: 1e17, MaxIter: 1, Re: -1}, Options{}},
		{Problem{Width: 1 << 20, Height: 1 << 20, Zoom: 1, MaxIter: 1}, Options{}}, // 4 TiB
		{Problem{Width: 10, Height: 10, Zoom: 1, MaxIter: 1}, Options{Threads: -1}},
		{Problem{Width: 10, Height: 10, Zoom: 1, MaxIter: 1}, Options{Schedule: 17}},
	} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := New[float64](c, bad.p, bad.o)
			return err
		})
		if err == nil || !strings.HasPrefix(err.Error(), "mandelbrot: ") {
			t.Errorf("%+v, %+v: %v", bad.p, bad.o, err)
		}
	}
}

func TestScheduleNames(t *testing.T) {
	for i, name := range Schedules() {
		var s Schedule
		if err := s.UnmarshalText([]byte(name)); err != nil || s != Schedule(i) || s.String() != name {
			t.Errorf("%q: %v, %v", name, s, err)
		}
	}
	if err := new(Schedule).UnmarshalText([]byte("fair")); err == nil || !strings.Contains(err.Error(), "guided") {
		t.Errorf("fair: %v", err)
	}
}

func TestShades(t *testing.T) {
	colours := palette()
	if len(colours) != 2*shades-1+greys || len(colours) > 256 {
		t.Fatalf("%d colours", len(colours))
	}
	for _, limit := range []int32{1, 10, math.MaxInt32} {
		for _, count := range []int32{1, 2, 3, 9, 1000, 1 << 30, math.MaxInt32} {
			if s := shade(count, limit); (s == 0) != (count >= limit) || int(s) >= 2*shades-1 {
				t.Errorf("count %d of %d has shade %d", count, limit, s)
			}
		}
	}
}
