package heat

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// written solves a small problem on so many ranks and writes it to paths; it
// returns the field.
func written(t *testing.T, ranks int, p Problem, paths ...string) []float64 {
	t.Helper()
	all := make([]float64, p.NX*p.NY)
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[float64](c, p, Options{})
		if err != nil {
			return err
		}
		rows, err := Initial[float64]("gaussian", p)
		if err != nil {
			return err
		}
		if err := s.Fill(rows); err != nil {
			return err
		}
		if err := s.Run(context.Background(), 7); err != nil {
			return err
		}
		if err := s.inOrder(func(i int, row []float64) error {
			copy(all[i*p.NX:], row)
			return nil
		}); err != nil {
			return err
		}
		o, err := output.New(c)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := s.CheckOutput(o, path); err != nil {
				return err
			}
			if err := s.Write(o, path); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// small is a problem whose rows divide badly.
func small(b Boundary) Problem {
	p := Problem{NX: 13, NY: 11, Alpha: 1, DX: 1, DY: 1, Boundary: b}
	p.DT = StableDT(p.Alpha, p.DX, p.DY)
	return p
}

func TestFilesHoldTheFieldOnAnyNumberOfRanks(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		var first [][]byte
		all := []int{1, 2, 3, 7, 12}
		if testing.Short() { // the pictures take long
			all = map[Boundary][]int{Dirichlet: {1, 3}, Neumann: {7}, Periodic: {2, 12}}[b]
		}
		for _, ranks := range all {
			t.Run(fmt.Sprintf("%v/%d", b, ranks), func(t *testing.T) {
				dir := t.TempDir()
				paths := []string{filepath.Join(dir, "a.npy"), filepath.Join(dir, "a.vti"), filepath.Join(dir, "a.png"), filepath.Join(dir, "p.pvti")}
				p := small(b)
				field := written(t, ranks, p, paths...)
				checkNPY(t, paths[0], p, field)
				checkPieces(t, paths[3], p, field)
				var files [][]byte
				for _, path := range paths[:3] {
					content, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					files = append(files, content)
				}
				if first == nil {
					first = files
				}
				for i := range files {
					if !bytes.Equal(files[i], first[i]) {
						t.Errorf("%s differs from that of %d ranks", paths[i], all[0])
					}
				}
				if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); len(hidden) > 0 {
					t.Errorf("left behind: %v", hidden)
				}
			})
		}
	}
}

// checkNPY reads a file back.
func checkNPY(t *testing.T, path string, p Problem, want []float64) {
	t.Helper()
	r, err := npy.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := make([]float64, len(want))
	if r.Rows() != p.NY || r.Cols() != p.NX {
		t.Fatalf("%d rows of %d", r.Rows(), r.Cols())
	}
	if err := npy.ReadBlock(r, r.RowRange(0, p.NY), got, npy.Exact); err != nil {
		t.Fatal(err)
	}
	for k := range want {
		if got[k] != want[k] {
			t.Fatalf("%v at [%d, %d], want %v", got[k], k/p.NX, k%p.NX, want[k])
		}
	}
}

// checkPieces puts the field together from the pieces that an index names. Each
// begins with the row with which the one before ended.
func checkPieces(t *testing.T, index string, p Problem, want []float64) {
	t.Helper()
	text, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	for _, m := range regexp.MustCompile(`<Piece Extent="0 (\d+) (\d+) (\d+) 0 0" Source="(.*)"/>`).FindAllStringSubmatch(string(text), -1) {
		last, _ := strconv.Atoi(m[1])
		lo, _ := strconv.Atoi(m[2])
		hi, _ := strconv.Atoi(m[3])
		if last != p.NX-1 || lo != next {
			t.Errorf("piece %s, want it to begin with row %d", m[0], next)
		}
		next = hi
		piece, err := os.ReadFile(filepath.Join(filepath.Dir(index), m[4]))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			AppendedData string
		}
		if err := xml.Unmarshal(piece, &file); err != nil {
			t.Fatal(err)
		}
		data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(file.AppendedData)[1:]) // without the underscore
		if err != nil {
			t.Fatal(err)
		}
		data = data[8:] // without their number
		for k := lo * p.NX; k < (hi+1)*p.NX; k++ {
			at := 8 * (k - lo*p.NX)
			if got := math.Float64frombits(binary.LittleEndian.Uint64(data[at:])); got != want[k] {
				t.Fatalf("%s: %v at [%d, %d], want %v", m[4], got, k/p.NX, k%p.NX, want[k])
			}
		}
	}
	if next != p.NY-1 {
		t.Errorf("the pieces end with row %d, want %d", next, p.NY-1)
	}
}

func TestEveryRankHearsOfAFileThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"none/a.npy", "none/a.png", "none/a.vti", "none/a.pvti", "a.txt", ""} {
		seen := make([]error, 3)
		err := mpi.Run(3, func(c *mpi.Comm) error {
			s, err := New[float64](c, small(Dirichlet), Options{})
			if err != nil {
				return err
			}
			defer s.Close()
			o, err := output.New(c)
			if err != nil {
				return err
			}
			seen[c.Rank()] = s.CheckOutput(o, filepath.Join(dir, name))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for rank, err := range seen {
			if err == nil {
				t.Errorf("%q, rank %d: no error", name, rank)
			}
		}
	}
}

func TestPixelsAreTheSameBitsOnAnyNumberOfRanks(t *testing.T) {
	p := small(Dirichlet)
	var want []float64
	for _, ranks := range []int{1, 2, 5, 9, 20} {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			s, err := New[float64](c, p, Options{})
			if err != nil {
				return err
			}
			if err := s.Fill(func(i int, row []float64) error {
				for j := range row {
					row[j] = 1 / float64(1+i*p.NX+j)
				}
				return nil
			}); err != nil {
				return err
			}
			if _, err := s.Pixels(p.NX+1, 3); err == nil {
				t.Errorf("more pixels than columns: no error")
			}
			got, err := s.Pixels(5, 3)
			if err != nil || c.Rank() != 0 {
				return err
			}
			if want == nil {
				want = got
			}
			for k := range want {
				if got[k] != want[k] {
					t.Errorf("%d ranks: pixel %d is %v, want %v", ranks, k, got[k], want[k])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// The first pixel covers the rows [0, 3) and the columns [0, 2).
	sum := 0.0
	for i := range 3 {
		for j := range 2 {
			sum += 1 / float64(1+i*p.NX+j)
		}
	}
	if d := math.Abs(want[0] - sum/6); d > 1e-15 {
		t.Errorf("first pixel %v, want %v", want[0], sum/6)
	}
}
