package pattern_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/pattern"
)

const mostRanks = 9

// onRanks runs f on 1 to 9 local ranks, through an Endpoint of its own.
func onRanks(t *testing.T, f func(e pattern.Endpoint) error) {
	t.Helper()
	for p := 1; p <= mostRanks; p++ {
		err := mpi.Run(p, func(c *mpi.Comm) error {
			e, free, err := c.Endpoint()
			if err != nil {
				return err
			}
			if err := f(e); err != nil {
				return fmt.Errorf("rank %d of %d: %w", c.Rank(), p, err)
			}
			return free()
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// data is n bytes of a rank.
func data(rank, n int) []byte {
	r := rand.NewChaCha8([32]byte{byte(rank), byte(n), byte(n >> 8), byte(n >> 16)})
	b := make([]byte, n)
	r.Read(b) // never fails
	return b
}

func same(what string, got, want []byte) error {
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s of %d bytes: %x, want %x", what, len(want), got[:min(len(got), 20)], want[:min(len(want), 20)])
	}
	return nil
}

// join puts a before b, two bytes an element: not commutative, so that it
// shows whether the ranks are combined in their order. An element (lo, hi) is
// the range of ranks that it stands for; what does not join becomes 255.
func join(dst, a, b []byte) {
	for i := 0; i < len(dst); i += 2 {
		if a[i+1]+1 == b[i] {
			dst[i], dst[i+1] = a[i], b[i+1]
		} else {
			dst[i], dst[i+1] = 255, 255
		}
	}
}

func sum(dst, a, b []byte) {
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// total is the sum of the data of ranks 0 to last.
func total(last, n int) []byte {
	t := make([]byte, n)
	for r := range last + 1 {
		sum(t, t, data(r, n))
	}
	return t
}

var lengths = []int{0, 1, 2, 7, 100, 1001}

// TestBarrier counts who has come: nobody may leave before all have.
func TestBarrier(t *testing.T) {
	for name, f := range map[string]func(pattern.Endpoint) error{"dissemination": pattern.BarrierDissemination, "tree": pattern.BarrierTree} {
		t.Run(name, func(t *testing.T) {
			var came [mostRanks + 1]atomic.Int32
			onRanks(t, func(e pattern.Endpoint) error {
				came[e.Size()].Add(1)
				if err := f(e); err != nil {
					return err
				}
				if n := int(came[e.Size()].Load()); n != e.Size() {
					return fmt.Errorf("left when %d had come", n)
				}
				return nil
			})
		})
	}
}

func TestBcast(t *testing.T) {
	for name, f := range map[string]func(pattern.Endpoint, []byte, int) error{
		"binomial": pattern.BcastBinomial, "scatter and allgather": pattern.BcastScatterAllgather,
	} {
		t.Run(name, func(t *testing.T) {
			onRanks(t, func(e pattern.Endpoint) error {
				for root := range e.Size() {
					for _, n := range lengths {
						buf := make([]byte, n)
						if e.Rank() == root {
							buf = data(root, n)
						}
						if err := f(e, buf, root); err != nil {
							return err
						}
						if err := same("bcast", buf, data(root, n)); err != nil {
							return err
						}
					}
				}
				return nil
			})
		})
	}
}

func TestAllreduce(t *testing.T) {
	all := append(slices.Clone(lengths), 300_001) // the last one in pieces
	totals := map[int][][]byte{}                  // of ranks 0 to the index
	for _, n := range all {
		for last := range mostRanks {
			totals[n] = append(totals[n], total(last, n))
		}
	}
	for name, f := range map[string]func(e pattern.Endpoint, buf []byte, elem int, f pattern.Combine) error{
		"recursive doubling": pattern.AllreduceRecursiveDoubling,
		"tree":               pattern.AllreduceTree,
		"rabenseifner":       pattern.AllreduceRabenseifner,
		"ring":               pattern.AllreduceRing,
	} {
		t.Run(name, func(t *testing.T) {
			onRanks(t, func(e pattern.Endpoint) error {
				for _, n := range all {
					buf := data(e.Rank(), n)
					if err := f(e, buf, 1, sum); err != nil {
						return err
					}
					if err := same("allreduce", buf, totals[n][e.Size()-1]); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

// TestRankOrder checks the patterns that promise to combine neighbouring
// blocks of ranks with the lower one on the left.
func TestRankOrder(t *testing.T) {
	for name, test := range map[string]struct {
		f func(e pattern.Endpoint, buf []byte) error
		// first and last rank of the result
		want func(e pattern.Endpoint) (lo, hi int)
	}{
		"AllreduceRecursiveDoubling": {func(e pattern.Endpoint, b []byte) error { return pattern.AllreduceRecursiveDoubling(e, b, 2, join) }, whole},
		"AllreduceTree":              {func(e pattern.Endpoint, b []byte) error { return pattern.AllreduceTree(e, b, 2, join) }, whole},
		"AllreduceRabenseifner":      {func(e pattern.Endpoint, b []byte) error { return pattern.AllreduceRabenseifner(e, b, 2, join) }, whole},
		"ReduceBinomial": {func(e pattern.Endpoint, b []byte) error {
			if err := pattern.ReduceBinomial(e, b, b, join, 0); err != nil {
				return err
			}
			return pattern.BcastBinomial(e, b, 0)
		}, whole},
		"ScanRecursiveDoubling": {func(e pattern.Endpoint, b []byte) error { return pattern.ScanRecursiveDoubling(e, b, join) }, upToHere},
		"ScanLinear":            {func(e pattern.Endpoint, b []byte) error { return pattern.ScanLinear(e, b, join) }, upToHere},
	} {
		t.Run(name, func(t *testing.T) {
			onRanks(t, func(e pattern.Endpoint) error {
				me := byte(e.Rank())
				for _, n := range []int{1, 3, 50} {
					buf := bytes.Repeat([]byte{me, me}, n)
					if err := test.f(e, buf); err != nil {
						return err
					}
					lo, hi := test.want(e)
					if err := same(name, buf, bytes.Repeat([]byte{byte(lo), byte(hi)}, n)); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

func whole(e pattern.Endpoint) (lo, hi int)    { return 0, e.Size() - 1 }
func upToHere(e pattern.Endpoint) (lo, hi int) { return 0, e.Rank() }

// TestTreeBits holds the tree against recursive doubling, whose bits it promises, in an
// operation that shows which ranks were combined with which.
func TestTreeBits(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		mix := func(dst, a, b []byte) {
			for i := range dst {
				dst[i] = 31*a[i] + 17*b[i] + 1
			}
		}
		got, want := data(e.Rank(), 100), data(e.Rank(), 100)
		if err := pattern.AllreduceRecursiveDoubling(e, want, 1, mix); err != nil {
			return err
		}
		if err := pattern.AllreduceTree(e, got, 1, mix); err != nil {
			return err
		}
		return same("allreduce by a tree", got, want)
	})
}

func TestReduceBinomial(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		for root := range e.Size() {
			for _, n := range lengths {
				recv, want := make([]byte, n), make([]byte, n)
				if e.Rank() == root {
					want = total(e.Size()-1, n)
				}
				if err := pattern.ReduceBinomial(e, data(e.Rank(), n), recv, sum, root); err != nil {
					return err
				}
				if err := same("reduce", recv, want); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// parts is the spans of p ranks where rank r has 3r%5 bytes, with gaps between.
func parts(p int) (spans []pattern.Span, room int) {
	for r := range p {
		n := 3 * r % 5
		spans = append(spans, pattern.Span{Off: room, Len: n})
		room += n + 1
	}
	return spans, room
}

func TestGatherScatter(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		p, me := e.Size(), e.Rank()
		spans, room := parts(p)
		uneven := make([]byte, room)
		for r, s := range spans {
			copy(s.Of(uneven), data(r, s.Len))
		}
		mine := data(me, spans[me].Len)
		got := make([]byte, room)
		if err := pattern.AllgatherRing(e, mine, got, spans); err != nil {
			return err
		}
		if err := same("allgather", got, uneven); err != nil {
			return err
		}
		// Parts without gaps, of different lengths and of one.
		var packed []byte
		var close []pattern.Span
		for r, s := range spans {
			close = append(close, pattern.Span{Off: len(packed), Len: s.Len})
			packed = append(packed, data(r, s.Len)...)
		}
		if p > 1 && pattern.Contiguous(spans) || !pattern.Contiguous(close) {
			return fmt.Errorf("gaps are not told from none")
		}
		got = make([]byte, len(packed))
		if err := pattern.AllgatherTree(e, mine, got, close); err != nil {
			return err
		}
		if err := same("allgather by a tree", got, packed); err != nil {
			return err
		}
		evenly := make([]byte, 4*p)
		if err := pattern.AllgatherTree(e, data(me, 4), evenly, pattern.Equal(4, p)); err != nil {
			return err
		}
		if err := same("allgather of equal parts", evenly[4*(p-1):], data(p-1, 4)); err != nil {
			return err
		}
		for root := range p {
			got, part := make([]byte, room), make([]byte, len(mine))
			if err := pattern.GatherLinear(e, mine, got, spans, root); err != nil {
				return err
			}
			if err := pattern.ScatterLinear(e, uneven, spans, part, root); err != nil {
				return err
			}
			if err := same("linear scatter", part, mine); err != nil {
				return err
			}
			if err := same("linear gather", got, uneven); me == root && err != nil {
				return err
			}
			const n = 3
			var all []byte
			for r := range p {
				all = append(all, data(r, n)...)
			}
			got, part = make([]byte, n*p), make([]byte, n)
			if err := pattern.GatherBinomial(e, data(me, n), got, root); err != nil {
				return err
			}
			if err := pattern.ScatterBinomial(e, all, part, root); err != nil {
				return err
			}
			if err := same("binomial scatter", part, data(me, n)); err != nil {
				return err
			}
			if err := same("binomial gather", got, all); me == root && err != nil {
				return err
			}
		}
		return nil
	})
}

func TestAlltoallPairwise(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		p, me := e.Size(), e.Rank()
		n := func(from, to int) int { return (from + 2*to) % 4 }
		var send, want []byte
		sparts, rparts := make([]pattern.Span, p), make([]pattern.Span, p)
		for r := range p {
			sparts[r] = pattern.Span{Off: len(send), Len: n(me, r)}
			send = append(send, data(100*me+r, n(me, r))...)
			rparts[r] = pattern.Span{Off: len(want), Len: n(r, me)}
			want = append(want, data(100*r+me, n(r, me))...)
		}
		got := make([]byte, len(want))
		if err := pattern.AlltoallPairwise(e, send, sparts, got, rparts); err != nil {
			return err
		}
		return same("alltoall", got, want)
	})
}

func TestAlltoallBruck(t *testing.T) {
	onRanks(t, func(e pattern.Endpoint) error {
		for _, n := range []int{0, 1, 3} {
			var send, want []byte
			for r := range e.Size() {
				send = append(send, data(100*e.Rank()+r, n)...)
				want = append(want, data(100*r+e.Rank(), n)...)
			}
			got := make([]byte, len(want))
			if err := pattern.AlltoallBruck(e, send, got, n); err != nil {
				return err
			}
			if err := same("alltoall", got, want); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestWrongLength(t *testing.T) {
	for _, n := range []int{5, 12} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			e, _, err := c.Endpoint()
			if err != nil {
				return err
			}
			if c.Rank() == 0 {
				return e.Send(make([]byte, n), 1, 0)
			}
			return e.Recv(make([]byte, 8), 0, 0)
		})
		if err == nil {
			t.Errorf("%d bytes where 8 are expected are no error", n)
		}
	}
}

func TestEven(t *testing.T) {
	for n := range 20 {
		for p := 1; p < 9; p++ {
			at := 0
			for i, s := range pattern.Even(n, 4, p) {
				if s.Off != at || s.Len < n/p*4 || s.Len > (n+p-1)/p*4 {
					t.Errorf("Even(%d, 4, %d)[%d] = %+v", n, p, i, s)
				}
				at += s.Len
			}
			if at != 4*n {
				t.Errorf("Even(%d, 4, %d) covers %d bytes", n, p, at)
			}
		}
	}
}
