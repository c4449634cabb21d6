package matmul

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/internal/atomicfile"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// save writes a matrix to a file.
func save[T npy.Number](t *testing.T, name string, s []T, shape ...int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	h, err := npy.NewHeader(npy.DTypeOf[T](), shape...)
	if err != nil {
		t.Fatal(err)
	}
	f, err := atomicfile.Create(path, atomicfile.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Start(f); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteBlock(f, h, h.RowRange(0, h.Rows()), s); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFiles multiplies matrices of files, and holds the product's file to one rank's.
func TestFiles(t *testing.T) {
	p := Problem{31, 23, 17}
	a := save(t, "a.npy", whole(p.M, p.K, RandomA[float64](p, 3)), p.M, p.K)
	b := save(t, "b.npy", whole(p.K, p.N, RandomB[float32](p, 3)), p.K, p.N)
	var want []byte
	for _, ranks := range []int{1, 2, 3, 5, 6} {
		path := filepath.Join(t.TempDir(), "c.npy")
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			fa, err := OpenFile(c, a)
			if err != nil {
				return err
			}
			defer fa.Close()
			fb, err := OpenFile(c, b)
			if err != nil {
				return err
			}
			defer fb.Close()
			if fa.Rows() != p.M || fa.Cols() != p.K || fb.DType() != "<f4" {
				t.Errorf("A of %d x %d, B of %s", fa.Rows(), fa.Cols(), fb.DType())
			}
			s, err := New[float64](c, p, Options{})
			if err != nil {
				return err
			}
			defer s.Free()
			if err := s.FillA(FromFile[float64](fa)); err != nil {
				return err
			}
			if err := s.FillB(FromFile[float64](fb)); err != nil {
				return err
			}
			if err := s.Multiply(context.Background()); err != nil {
				return err
			}
			o, err := output.New(c)
			if err != nil {
				return err
			}
			return s.Write(o, path)
		})
		if err != nil {
			t.Fatalf("%d ranks: %v", ranks, err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d ranks write another file than one", ranks)
		}
	}
}

func TestFilesRefused(t *testing.T) {
	cube := save(t, "cube.npy", make([]float64, 8), 2, 2, 2)
	nan := save(t, "nan.npy", []float64{1, 2, 3, math.NaN()}, 2, 2)
	large := save(t, "large.npy", []float64{1, 1e300, 3, 4}, 2, 2)
	fill := func(c *mpi.Comm, path string) error {
		f, err := OpenFile(c, path)
		if err != nil {
			return err
		}
		defer f.Close()
		s, err := New[float32](c, Problem{2, 2, 2}, Options{})
		if err != nil {
			return err
		}
		defer s.Free()
		return s.FillA(FromFile[float32](f))
	}
	for path, want := range map[string]string{
		cube:                               "3-dimensional, [2 2 2], a matrix has two dimensions",
		filepath.Join(t.TempDir(), "none"): "no such file",
		nan:                                "the value at [1, 1] (row, column) is NaN",
		large:                              "the value 1e+300 at [0, 1] (row, column) is too large for float32",
	} {
		if err := mpi.Run(2, func(c *mpi.Comm) error { return fill(c, path) }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}

// TestSummary compares with plain sums, and one grid with the others.
func TestSummary(t *testing.T) {
	p := Problem{40, 37, 11}
	for _, scale := range []float64{1, 0x1p-900, 0x1p600} {
		var want *Summary
		for _, g := range []Grid{{1, 1}, {2, 1}, {1, 3}, {2, 3}, {5, 1}, {1, 41}} {
			var sums []Summary
			_, err := multiply(p, g.Rows*g.Cols, Options{Grid: g}, func(c *mpi.Comm, s *Solver[float64]) error {
				sum, norm, most := 0.0, 0.0, 0.0
				for i := range s.C.Data {
					s.C.Data[i] *= scale
					v := s.C.Data[i] / scale
					sum, norm, most = sum+v, norm+v*v, max(most, math.Abs(v))
				}
				got, err := s.Summary()
				if err != nil {
					return err
				}
				if c.Size() == 1 {
					for _, x := range [][2]float64{{got.Sum, sum}, {got.Norm, math.Sqrt(norm)}, {got.Max, most}} {
						if !(math.Abs(x[0]/scale-x[1]) <= 1e-12*norm) {
							t.Errorf("scale %g: %v, want about %v times it", scale, x[0], x[1])
						}
					}
				}
				if c.Rank() == 0 {
					sums = append(sums, got)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = &sums[0]
			}
			if sums[0] != *want {
				t.Errorf("grid %v: %v, on one rank %v", g, sums[0], *want)
			}
		}
	}
	for _, special := range []float64{math.NaN(), math.Inf(-1), 0} {
		_, err := multiply(Problem{3, 4, 2}, 2, Options{}, func(c *mpi.Comm, s *Solver[float64]) error {
			clear(s.C.Data)
			if c.Rank() == 1 {
				s.C.Data[3] = special
			}
			got, err := s.Summary()
			if want := math.Abs(special); got.Norm != want && !(got.Norm != got.Norm && want != want) || got.Max != got.Norm && want == want {
				t.Errorf("with %v: %+v", special, got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLimit(t *testing.T) {
	_, err := multiply(Problem{3, 4, 2}, 1, Options{Threads: 2}, func(_ *mpi.Comm, s *Solver[float32]) error {
		if got := s.Limit(1e6); !(got > 1e6) {
			t.Errorf("a limit of %v operations a second", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
