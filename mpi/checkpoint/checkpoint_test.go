package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hybrid/mpi"
	"hybrid/npy"
)

// A grid of numbers, cut into so many rows and columns of blocks of unlike sizes.
type cutting struct{ rows, columns int }

func (g cutting) block(rank, rows, columns int) npy.Block {
	cut := func(i, n, of int) int { return i * i * of / (n * n) } // the first ones may be empty
	r, c := rank/g.columns, rank%g.columns
	return npy.Block{Row0: cut(r, g.rows, rows), Row1: cut(r+1, g.rows, rows), Col0: cut(c, g.columns, columns), Col1: cut(c+1, g.columns, columns)}
}

type state struct{ Step int }

const rows, columns = 1300, 11 // parts of several pages, and of less than one

func value(i, j, step int) float64 { return float64(i*columns+j) + float64(step)/1024 }

// write makes a checkpoint of a step, and waits for it.
func write(c *mpi.Comm, f *Folder, g cutting, step int) error {
	w, err := f.Begin(Header{Command: "test", Unit: "steps", Done: step, All: 1000, Params: json.RawMessage("[]")})
	if err != nil {
		return err
	}
	if err := w.State(state{step}); err != nil {
		return err
	}
	b := g.block(c.Rank(), rows, columns)
	err = Add(w, "field", rows, columns, b, func(p *Part[float64]) error {
		for i := b.Row0; i < b.Row1 && b.Col0 < b.Col1; i++ {
			row := make([]float64, b.Col1-b.Col0)
			for j := range row {
				row[j] = value(i, b.Col0+j, step)
			}
			if err := p.Put(i, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return f.GiveUp(w, err)
	}
	// A second one, of another type, all of it on the last rank.
	last := npy.Block{}
	if c.Rank() == c.Size()-1 {
		last = npy.Block{Row0: 0, Row1: 1, Col0: 0, Col1: 3}
	}
	err = Add(w, "counts", 1, 3, last, func(p *Part[int64]) error {
		if c.Rank() != c.Size()-1 {
			return nil
		}
		return p.Put(0, []int64{int64(step), -1, 7})
	})
	if err != nil {
		return f.GiveUp(w, err)
	}
	f.Seal(w)
	return f.Wait()
}

// run writes checkpoints of some steps in a folder.
func run(t *testing.T, dir string, g cutting, o Options, steps ...int) {
	t.Helper()
	err := mpi.Runner{Ranks: g.rows * g.columns, Local: true}.Run(func(c *mpi.Comm) error {
		f, err := Take(c, dir, o)
		if err != nil {
			return err
		}
		for _, step := range steps {
			if err := write(c, f, g, step); err != nil {
				return errors.Join(err, f.Close())
			}
		}
		return f.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read compares the newest checkpoint, on so many ranks, with what was written at a step.
func read(t *testing.T, dir string, g cutting, step int) {
	t.Helper()
	path, _, err := Newest(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = mpi.Runner{Ranks: g.rows * g.columns, Local: true}.Run(func(c *mpi.Comm) error {
		r, err := Open(c, path)
		if err != nil {
			return err
		}
		defer r.Close()
		var s state
		if err := r.Restore(&s); err != nil || s.Step != step || r.Done != step {
			return fmt.Errorf("state %+v of step %d, %v; want step %d", s, r.Done, err, step)
		}
		a, err := Find[float64](r, "field", rows, columns)
		if err != nil {
			return err
		}
		b := g.block(c.Rank(), rows, columns)
		got := make([]float64, max(b.Len(), 0))
		if err := Block(r, a, b, got); err != nil {
			return err
		}
		for i := b.Row0; i < b.Row1; i++ {
			for j := b.Col0; j < b.Col1; j++ {
				if v := got[(i-b.Row0)*(b.Col1-b.Col0)+j-b.Col0]; v != value(i, j, step) {
					return fmt.Errorf("[%d, %d] is %v; want %v", i, j, v, value(i, j, step))
				}
			}
		}
		if _, err := Find[float32](r, "field", rows, columns); err == nil {
			return errors.New("an array of float64 is found as float32")
		}
		if a, err = Find[int64](r, "counts", 1, 3); err != nil {
			return err
		}
		counts := make([]int64, 3)
		if err := Block(r, a, npy.Block{Row0: 0, Row1: 1, Col0: 0, Col1: 3}, counts); err != nil || !slices.Equal(counts, []int64{int64(step), -1, 7}) {
			return fmt.Errorf("counts %v, %v", counts, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What some ranks have written any others read, whether it was copied first or not.
func TestOtherRanks(t *testing.T) {
	cuttings := []cutting{{1, 1}, {2, 1}, {5, 1}, {1, 3}, {2, 3}, {4, 4}}
	for i, g := range cuttings {
		dir := t.TempDir()
		run(t, dir, g, Options{InPlace: i%2 == 1}, 7)
		for _, h := range cuttings {
			read(t, dir, h, 7)
		}
	}
}

// The newest ones are kept, and the same number again takes the place of the old one.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	names := func(want ...int) {
		t.Helper()
		var all []string
		for _, n := range want {
			all = append(all, fmt.Sprintf("checkpoint_%012d", n))
		}
		if got, err := folder(dir).Names(0); err != nil || !slices.Equal(got, all) {
			t.Fatalf("there are %v, %v; want %v", got, err, all)
		}
	}
	g := cutting{2, 1}
	run(t, dir, g, Options{Keep: 2, Run: "a"}, 1, 2, 3)
	names(2, 3)
	run(t, dir, g, Options{Keep: 3, Run: "a"}, 3, 10)
	names(2, 3, 10)
	read(t, dir, g, 10)
	// Behind a checkpoint that was gone back to, later ones are no more.
	run(t, dir, g, Options{Keep: 3, Run: "a"}, 5)
	names(2, 3, 5)
}

// What was not finished is no checkpoint, and is cleared away; files of others are not.
func TestUnfinished(t *testing.T) {
	dir := t.TempDir()
	g := cutting{1, 1}
	run(t, dir, g, Options{Keep: 5, Run: "a"}, 1)
	for _, n := range []int{2, 3} {
		path := folder(dir).Path(n, digits)
		if err := os.Mkdir(path, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"field_0.npy", "." + manifestName + ".tmp"} {
			if err := os.WriteFile(filepath.Join(path, name), []byte("{"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	read(t, dir, g, 1)
	_, _, err := Newest(folder(dir).Path(2, digits))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an unfinished checkpoint: %v; want that there is none", err)
	}
	// A file of somebody else's stays, and what it lies in.
	foreign := filepath.Join(folder(dir).Path(3, digits), "mine.npy")
	if err := os.WriteFile(foreign, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, dir, g, Options{Keep: 5, Run: "a"})
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(filepath.Dir(foreign)); err != nil {
		t.Fatal(err)
	}
	if names, _ := folder(dir).Names(0); len(names) != 1 {
		t.Errorf("%v are there; want one", names)
	}
}

// The checkpoints of two runs are not mixed.
func TestTwoRuns(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, cutting{1, 1}, Options{}, 1)
	take := func(o Options) (string, error) {
		var tokens [2]string
		err := mpi.Runner{Ranks: 2, Local: true}.Run(func(c *mpi.Comm) error {
			f, err := Take(c, dir, o)
			if err != nil {
				return err
			}
			tokens[c.Rank()] = f.Run
			return f.Close()
		})
		if tokens[0] != tokens[1] {
			t.Errorf("two ranks of one run take %q", tokens)
		}
		return tokens[0], err
	}
	if _, err := take(Options{}); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("another run takes the folder: %v", err)
	}
	if _, err := take(Options{Force: true}); err != nil {
		t.Error(err)
	}
	read(t, dir, cutting{1, 1}, 1) // goes when the first one of the new run is there
	run(t, dir, cutting{1, 1}, Options{Force: true}, 0)
	read(t, dir, cutting{1, 1}, 0)
	// A run that has none yet begins again.
	dir = t.TempDir()
	first, err := take(Options{})
	again, err2 := take(Options{Again: true})
	other, err3 := take(Options{})
	if errors.Join(err, err2, err3) != nil || first != again || other == first {
		t.Errorf("runs %s, again %s, another %s; %v", first, again, other, errors.Join(err, err2, err3))
	}
}

// Where a link has the name of a checkpoint, what it leads to is another's.
func TestLinkInTheWay(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	file := filepath.Join(other, "x.npy")
	if err := errors.Join(os.WriteFile(file, nil, 0o666), os.Symlink(other, folder(dir).Path(1, digits))); err != nil {
		t.Fatal(err)
	}
	err := mpi.Runner{Ranks: 2, Local: true}.Run(func(c *mpi.Comm) error {
		f, err := Take(c, dir, Options{})
		if err != nil {
			return err
		}
		return errors.Join(write(c, f, cutting{2, 1}, 1), f.Close())
	})
	if err == nil || !strings.Contains(err.Error(), "is no folder, as a checkpoint is") {
		t.Errorf("a checkpoint in the place of a link: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("a file of another: %v", err)
	}
}

// Whatever is damaged is refused by its name, and the newest whole one is found.
func TestDamage(t *testing.T) {
	g := cutting{2, 2}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"field_1.npy", "field_3.npy", "counts_3.npy", manifestName} {
		for _, damage := range []string{"flip", "cut", "longer", "gone", "folder"} {
			if name == manifestName && damage == "gone" {
				continue // not finished, then
			}
			dir := t.TempDir()
			run(t, dir, g, Options{Keep: 2}, 1, 2)
			path, _, err := Newest(dir)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(path, name)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			switch damage {
			case "flip":
				text[rng.IntN(len(text))] ^= 1 << rng.IntN(8)
			case "cut":
				text = text[:rng.IntN(len(text))]
			case "longer":
				text = append(text, 0)
			}
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			switch damage {
			case "gone":
			case "folder":
				err = os.Mkdir(file, 0o777)
			default:
				err = os.WriteFile(file, text, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
			err = mpi.Runner{Ranks: 3, Local: true}.Run(func(c *mpi.Comm) error {
				r, err := Open(c, path)
				if err == nil {
					r.Close()
				}
				return err
			})
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s %s: %v; want an error that names it", damage, name, err)
			}
			if older := Older(path); older != folder(dir).Path(1, digits) {
				t.Errorf("the newest whole one before it is %q", older)
			}
		}
	}
}

// A manifest that claims what cannot be is refused, whatever its checksum.
func TestHostileManifest(t *testing.T) {
	good := func() *Manifest {
		part := func(file string, lo, hi int) Stored {
			h, _ := npy.NewHeader(npy.Float64, hi-lo, 4)
			return Stored{File: file, Rows: [2]int{lo, hi}, Columns: [2]int{0, 4}, Bytes: h.FileSize(), Sum: "00000000"}
		}
		return &Manifest{Header: Header{Done: 1, All: 2, Params: json.RawMessage("[]")}, State: json.RawMessage("{}"),
			Arrays: []Array{{Name: "a", DType: npy.Float64, Shape: [2]int{6, 4}, Parts: []Stored{part("x.npy", 0, 2), part("y.npy", 2, 6)}}}}
	}
	text, err := good().encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(text); err != nil {
		t.Fatalf("%v of\n%s", err, text)
	}
	for name, spoil := range map[string]func(m *Manifest){
		"gap":       func(m *Manifest) { m.Arrays[0].Parts = m.Arrays[0].Parts[:1] },
		"overlap":   func(m *Manifest) { m.Arrays[0].Parts[1] = m.Arrays[0].Parts[0]; m.Arrays[0].Shape[0] = 4 },
		"elsewhere": func(m *Manifest) { m.Arrays[0].Parts[0].File = "../x.npy" },
		"absolute":  func(m *Manifest) { m.Arrays[0].Parts[0].File = "/etc/passwd" },
		"manifest":  func(m *Manifest) { m.Arrays[0].Parts[0].File = manifestName },
		"dots":      func(m *Manifest) { m.Arrays[0].Parts[0].File = ".." },
		"empty":     func(m *Manifest) { m.Arrays[0].Parts[0].Rows[1] = 0 },
		"backwards": func(m *Manifest) { m.Arrays[0].Parts[0].Columns = [2]int{4, 0} },
		"outside":   func(m *Manifest) { m.Arrays[0].Parts[1].Rows[1] = 7 },
		"bytes":     func(m *Manifest) { m.Arrays[0].Parts[1].Bytes++ },
		"overflow":  func(m *Manifest) { m.Arrays[0].Shape = [2]int{1 << 40, 1 << 40} },
		"negative":  func(m *Manifest) { m.Arrays[0].Shape = [2]int{-6, -4} },
		"dtype":     func(m *Manifest) { m.Arrays[0].DType = "<f9" },
		"no dtype":  func(m *Manifest) { m.Arrays[0].DType = "" },
		"twice":     func(m *Manifest) { m.Arrays = append(m.Arrays, m.Arrays[0]) },
		"done":      func(m *Manifest) { m.Done = 3 },
		"before":    func(m *Manifest) { m.Done = -1 },
	} {
		m := good()
		spoil(m)
		text, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decode(text); err == nil {
			t.Errorf("%s: no error of\n%s", name, text)
		}
	}
}

// Who is to go on waits for a run that still has the folder.
func TestSettle(t *testing.T) {
	dir := t.TempDir()
	Settle(filepath.Join(dir, "none"))
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder was made")
	}
	run(t, dir, cutting{1, 1}, Options{Run: "a", Keep: 1}, 1)
	writing, settled := make(chan bool), make(chan bool)
	go func() {
		<-writing
		Settle(folder(dir).Path(1, digits))
		close(settled)
	}()
	err := mpi.Runner{Ranks: 1, Local: true}.Run(func(c *mpi.Comm) error {
		f, err := Take(c, dir, Options{Run: "a", Keep: 1})
		if err != nil {
			return err
		}
		close(writing)
		if err := write(c, f, cutting{1, 1}, 2); err != nil {
			return err
		}
		select {
		case <-settled:
			t.Error("it did not wait")
		case <-time.After(50 * time.Millisecond):
		}
		return f.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	<-settled
}
