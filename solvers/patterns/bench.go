package patterns

import (
	"fmt"
	"math"
	"unsafe"

	"hybrid/mpi"
	"hybrid/mpi/pattern"
)

// Names are the patterns, in the order of the table.
var Names = []string{"ring", "doubling", "rabenseifner", "tree", "scatter-gather", "pipeline", "halo-1d", "halo-2d", "alltoall", "pair"}

// About says of each pattern what it is, and what of the library it is compared with.
var About = map[string][2]string{
	"ring":           {"all-reduce around a ring", "Allreduce"},
	"doubling":       {"all-reduce by a butterfly, recursive doubling", "Allreduce"},
	"rabenseifner":   {"all-reduce by a butterfly of halves, Rabenseifner", "Allreduce"},
	"tree":           {"broadcast down a binomial tree", "Bcast"},
	"scatter-gather": {"scatter, square and gather, binomial trees", "Scatter, Gather"},
	"pipeline":       {"sum along a line of stages, in parts", "Reduce"},
	"halo-1d":        {"edges to both neighbours on a ring", "Alltoallv"},
	"halo-2d":        {"edges to four neighbours on a torus", "Alltoallv"},
	"alltoall":       {"all-to-all in pairs", "Alltoall"},
	"pair":           {"messages between neighbours, one after the other", "Sendrecv"},
}

// A trial is one pattern at one size, on one rank.
type trial struct {
	pattern, library func() error
	// check holds what both have left, after one call of each, against what is known
	// to come out.
	check func() error
}

// A bench makes the trials of a communicator for elements of T.
type bench[T Element] struct {
	comm    *mpi.Comm
	end     pattern.Endpoint
	sum     pattern.Combine
	segment int // bytes of a part of the pipeline
}

func (b *bench[T]) elem() int { return int(unsafe.Sizeof(*new(T))) }

// inBytes is the memory of v.
func inBytes[T Element](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0])))
}

// trial is the one of a name, with messages of n elements.
func (b *bench[T]) trial(name string, n int) (trial, error) {
	switch name {
	case "ring":
		return b.allreduce(n, ringOrder[T], func(buf []byte) error { return pattern.AllreduceRing(b.end, buf, b.elem(), b.sum) }), nil
	case "doubling":
		return b.allreduce(n, treeOrder[T], func(buf []byte) error { return pattern.AllreduceRecursiveDoubling(b.end, buf, b.elem(), b.sum) }), nil
	case "rabenseifner":
		return b.allreduce(n, treeOrder[T], func(buf []byte) error { return pattern.AllreduceRabenseifner(b.end, buf, b.elem(), b.sum) }), nil
	case "tree":
		return b.tree(n), nil
	case "scatter-gather":
		return b.scatterGather(n), nil
	case "pipeline":
		return b.pipeline(n), nil
	case "halo-1d":
		return b.halo(n, 1)
	case "halo-2d":
		return b.halo(n, 2)
	case "alltoall":
		return b.alltoall(n), nil
	case "pair":
		return b.pair(n), nil
	}
	return trial{}, fmt.Errorf("patterns: unknown pattern %q", name)
}

// allreduce sums n elements in the order that is given.
func (b *bench[T]) allreduce(n int, order func(n, p int) []T, f func(buf []byte) error) trial {
	send, got, library := values[T](b.comm.Rank(), n), make([]T, n), make([]T, n)
	return trial{
		pattern: func() error {
			copy(got, send)
			return f(inBytes(got))
		},
		library: func() error { return mpi.Allreduce(b.comm, send, library, mpi.Sum) },
		check:   func() error { return sameSum(got, library, order(n, b.comm.Size()), b.comm.Size()) },
	}
}

// tree broadcasts n elements of rank 0.
func (b *bench[T]) tree(n int) trial {
	got, library := make([]T, n), make([]T, n)
	if b.comm.Rank() == 0 {
		copy(got, values[T](0, n))
		copy(library, got)
	}
	return trial{
		pattern: func() error { return pattern.BcastBinomial(b.end, inBytes(got), 0) },
		library: func() error { return mpi.Bcast(b.comm, library, 0) },
		check:   func() error { return same(got, library, values[T](0, n)) },
	}
}

// scatterGather has every rank square n elements that rank 0 deals out and
// collects.
func (b *bench[T]) scatterGather(n int) trial {
	p := b.comm.Size()
	var send, got, library []T
	if b.comm.Rank() == 0 {
		send, got, library = values[T](0, n*p), make([]T, n*p), make([]T, n*p)
	}
	part := make([]T, n)
	square := func() {
		for i, x := range part {
			part[i] = x * x
		}
	}
	return trial{
		pattern: func() error {
			if err := pattern.ScatterBinomial(b.end, inBytes(send), inBytes(part), 0); err != nil {
				return err
			}
			square()
			return pattern.GatherBinomial(b.end, inBytes(part), inBytes(got), 0)
		},
		library: func() error {
			if err := mpi.Scatter(b.comm, send, part, 0); err != nil {
				return err
			}
			square()
			return mpi.Gather(b.comm, part, library, 0)
		},
		check: func() error {
			want := make([]T, len(send)) // none where there is nothing to collect
			for i, x := range send {
				want[i] = x * x
			}
			return same(got, library, want)
		},
	}
}

// pipeline sums n elements along the line of ranks, at the last one.
func (b *bench[T]) pipeline(n int) trial {
	r, last := b.comm.Rank(), b.comm.Size()-1
	send, got, library := values[T](r, n), make([]T, n), make([]T, n)
	parts := pattern.Even(n, b.elem(), max(1, n*b.elem()/b.segment))
	if r == 0 {
		got = send // the first stage has nothing to add to its own
	}
	stage := func(part pattern.Span) error {
		if r > 0 {
			sum := part.Of(inBytes(got))
			b.sum(sum, sum, part.Of(inBytes(send)))
		}
		return nil
	}
	return trial{
		pattern: func() error { return pattern.Pipeline(b.end, inBytes(got), parts, stage) },
		library: func() error { return mpi.Reduce(b.comm, send, library, mpi.Sum, last) },
		check: func() error {
			if r != last {
				return nil
			}
			return sameSum(got, library, lineOrder[T](n, b.comm.Size()), b.comm.Size())
		},
	}
}

// alltoall sends n elements to every rank.
func (b *bench[T]) alltoall(n int) trial {
	p := b.comm.Size()
	send, got, library := values[T](b.comm.Rank(), n*p), make([]T, n*p), make([]T, n*p)
	spans := pattern.Equal(n*b.elem(), p)
	return trial{
		pattern: func() error { return pattern.AlltoallPairwise(b.end, inBytes(send), spans, inBytes(got), spans) },
		library: func() error { return mpi.Alltoall(b.comm, send, library) },
		check: func() error {
			want := make([]T, 0, n*p)
			for r := range p {
				want = append(want, values[T](r, n*p)[b.comm.Rank()*n:][:n]...)
			}
			return same(got, library, want)
		},
	}
}

// pair exchanges n elements between ranks 0 and 1, 2 and 3 and so on; the last of
// an odd number waits.
func (b *bench[T]) pair(n int) trial {
	other := b.comm.Rank() ^ 1
	send, got, library := values[T](b.comm.Rank(), n), make([]T, n), make([]T, n)
	if other >= b.comm.Size() {
		nothing := func() error { return nil }
		return trial{nothing, nothing, nothing}
	}
	return trial{
		pattern: func() error { return pattern.Pair(b.end, inBytes(send), inBytes(got), other) },
		library: func() error {
			_, err := mpi.Sendrecv(b.comm, send, other, 0, library, other, 0)
			return err
		},
		check: func() error { return same(got, library, values[T](other, n)) },
	}
}

// halo exchanges edges of n elements on a closed grid.
func (b *bench[T]) halo(n, dims int) (trial, error) {
	p := b.comm.Size()
	periodic := []bool{true, true}[:dims]
	grid, err := b.comm.Cart(mpi.Dims(p, dims), periodic)
	if err != nil {
		return trial{}, err
	}
	// Of dimension d: edge 2d goes up and comes from below, 2d+1 the other way.
	send, got := values[T](b.comm.Rank(), 2*dims*n), make([]T, 2*dims*n)
	edge := func(v []T, i int) []byte { return inBytes(v[i*n : (i+1)*n]) }
	sides, to, from := make([]pattern.Side, dims), []int{}, []int{}
	for d := range sides {
		low, high := grid.Shift(d, 1)
		sides[d] = pattern.Side{Low: low, High: high,
			SendHigh: edge(send, 2*d), SendLow: edge(send, 2*d+1), RecvLow: edge(got, 2*d), RecvHigh: edge(got, 2*d+1)}
		to, from = append(to, high, low), append(from, low, high)
	}
	if err := grid.Free(); err != nil {
		return trial{}, err
	}
	// The library sends what goes to one rank as one message.
	packed, library := make([]T, len(send)), make([]T, len(send))
	sends, sendAt := layout(to, p, n)
	receives, receiveAt := layout(from, p, n)
	return trial{
		pattern: func() error { return pattern.HaloExchange(b.end, sides...) },
		library: func() error {
			for i, at := range sendAt {
				copy(packed[at:at+n], send[i*n:])
			}
			return mpi.Alltoallv(b.comm, packed, sends, nil, library, receives, nil)
		},
		check: func() error {
			for i, at := range receiveAt {
				if err := same(got[i*n:(i+1)*n], library[at:at+n], values[T](from[i], len(send))[i*n:][:n]); err != nil {
					return fmt.Errorf("edge %d: %w", i, err)
				}
			}
			return nil
		},
	}, nil
}

// layout puts edges of n elements, each of one of p peers, into the order of the
// peers: how many elements each has, and where each edge is.
func layout(peers []int, p, n int) (counts, at []int) {
	counts, at = make([]int, p), make([]int, len(peers))
	next := 0
	for r := range p {
		for i, peer := range peers {
			if peer == r {
				at[i] = next
				next += n
				counts[r] += n
			}
		}
	}
	return counts, at
}

// same compares what was moved with what was sent.
func same[T Element](got, library, want []T) error {
	for i := range want {
		switch {
		case got[i] != want[i]:
			return fmt.Errorf("element %d is %v, and %v was sent", i, got[i], want[i])
		case library[i] != want[i]:
			return fmt.Errorf("element %d is %v by the library, and %v was sent", i, library[i], want[i])
		}
	}
	return nil
}

// sameSum compares a sum over p ranks with one loop, bit by bit, and with the
// library's.
func sameSum[T Element](got, library, loop []T, p int) error {
	eps := math.Nextafter(1, 2) - 1
	if unsafe.Sizeof(*new(T)) == 4 {
		eps = float64(math.Nextafter32(1, 2) - 1)
	}
	if half := T(1) / 2; half == 0 {
		eps = 0
	}
	for i := range got {
		if got[i] != loop[i] {
			return fmt.Errorf("element %d is %v, in the documented order %v", i, got[i], loop[i])
		}
		if d := math.Abs(float64(got[i]) - float64(library[i])); !(d <= float64(p)*eps*math.Abs(float64(loop[i]))) {
			return fmt.Errorf("element %d is %v, the library's %v", i, got[i], library[i])
		}
	}
	return nil
}
