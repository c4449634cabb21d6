package sorting

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/rowio"
	"hybrid/mpi"
)

// onDevices is onRanks with a device for each of the first ranks.
func onDevices[K Key](t *testing.T, ranks, n int, devices []*gpu.Device, fill func(first int, dst []K) error) []K {
	t.Helper()
	return onEach(t, ranks, n, func(rank int) Options {
		o := Options{Threads: 1 + rank%3}
		if rank < len(devices) {
			o.Device = devices[rank]
		}
		return o
	}, fill)
}

// simulated are so many devices, with so much memory.
func simulated(n int, memory int64) (all []*gpu.Device) {
	for i := range n {
		all = append(all, gpu.Sim(gpu.SimOptions{Index: i, Memory: memory}))
	}
	return all
}

func testDeviceSameBytes[K Key](t *testing.T) {
	t.Helper()
	devices := simulated(3, 0)
	for turn, name := range Distributions {
		for _, n := range []int{0, 1, 2, 333, 5003} {
			fill, err := Values[K](name, 7, n)
			if err != nil {
				t.Fatal(err)
			}
			ranks := 1 + (turn+n)%3
			want := onRanks(t, 1, n, Options{}, fill)
			if got := onDevices(t, ranks, n, devices[:ranks], fill); !bytes.Equal(rowio.Bytes(got), rowio.Bytes(want)) {
				t.Errorf("%T, %s, %d keys, %d devices: other bytes", want, name, n, ranks)
			}
		}
	}
}

func TestDeviceSameBytes(t *testing.T) {
	testDeviceSameBytes[int32](t)
	testDeviceSameBytes[int64](t)
	testDeviceSameBytes[uint64](t)
	testDeviceSameBytes[float32](t)
	testDeviceSameBytes[float64](t)
}

// TestSmallDevices have room for a part of the keys at once; some ranks have none.
func TestSmallDevices(t *testing.T) {
	const n, memory = 12011, 120 << 10
	for _, name := range []string{"normal", "few"} {
		fill, err := Values[float64](name, 3, n)
		if err != nil {
			t.Fatal(err)
		}
		want := onRanks(t, 1, n, Options{}, fill)
		for _, c := range []struct{ ranks, some int }{{1, 1}, {2, 2}, {3, 1}} {
			if got := onDevices(t, c.ranks, n, simulated(c.some, memory), fill); !bytes.Equal(rowio.Bytes(got), rowio.Bytes(want)) {
				t.Errorf("%s, %d devices of %d ranks: other bytes", name, c.some, c.ranks)
			}
		}
	}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		_, err := New[float64](c, n, Options{Device: gpu.Sim(gpu.SimOptions{Memory: 40 << 10})})
		return err
	})
	var full *gpu.MemoryError
	if !errors.As(err, &full) {
		t.Errorf("a device without room: %v", err)
	}
}

// TestDeviceCosts counts the passes of digits that differ, and what is done.
func TestDeviceCosts(t *testing.T) {
	err := mpi.Run(1, func(c *mpi.Comm) error {
		const n = 5000
		done := 0
		s, err := New[int64](c, n, Options{Device: gpu.Sim(gpu.SimOptions{}), Progress: func(keys int) { done = keys }})
		if err != nil {
			return err
		}
		defer s.Close()
		fill, err := Values[int64]("reversed", 0, n)
		if err != nil {
			return err
		}
		if err := s.Fill(fill); err != nil {
			return err
		}
		if err := s.Sort(context.Background()); err != nil {
			return err
		}
		// The indices below 5000 have two digits that differ.
		if d := s.Costs().Device; d.Moved != 2*2*8*n || d.Read != 8*n || d.Kernels <= 0 || d.Memory <= 2*8*n || d.Kernels > s.Costs().Local {
			t.Errorf("%+v of %v", d, s.Costs().Local)
		}
		if done != n {
			t.Errorf("%d of %d keys are done", done, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMergeRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 7, 1000, 1001} {
		for _, run := range []int{1, 3, 64, 999, 5000} {
			for _, different := range []int{1, 3, 1 << 40} {
				s := &Solver[int64]{Keys: make([]int64, n), room: make([]int64, n), options: Options{Threads: 1 + run%4}}
				for i := range s.Keys {
					s.Keys[i] = int64(r.IntN(different)) - 1
				}
				want := keysOf(n, func(_ int, dst []int64) error { copy(dst, s.Keys); return nil })
				inOrder(want)
				for first := 0; first < n; first += run {
					inOrder(s.Keys[first:min(first+run, n)])
				}
				s.mergeRuns(run)
				if !bytes.Equal(rowio.Bytes(s.Keys), rowio.Bytes(want)) {
					t.Errorf("%d keys of %d in runs of %d: not in order", n, different, run)
				}
			}
		}
	}
}
