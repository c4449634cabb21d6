package mpitest

import (
	"errors"
	"fmt"

	"hybrid/mpi"
	"hybrid/mpi/pattern"
)

// split makes groups of every third rank in reverse order, leaving some out.
func split(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	color := me % 3
	if color == 2 {
		color = -5
	}
	s, err := c.Split(color, -me)
	if err != nil {
		return err
	}
	if color < 0 {
		if s != nil {
			return fmt.Errorf("rank %d with color %d is in a communicator", me, color)
		}
		if err := s.Barrier(); err == nil {
			return errors.New("a barrier of a nil communicator is no error")
		}
		return nil
	}
	var members []int32
	for r := p - 1; r >= 0; r-- {
		if r%3 == color {
			members = append(members, int32(r))
		}
	}
	got := make([]int32, s.Size())
	err = mpi.Allgather(s, []int32{int32(me)}, got)
	if err := first(err, equal("members", got, members)); err != nil {
		return err
	}
	if members[s.Rank()] != int32(me) {
		return fmt.Errorf("rank %d is number %d of %v", me, s.Rank(), members)
	}
	if err := s.Free(); err != nil {
		return err
	}
	if s.Barrier() == nil || c.Free() == nil {
		return errors.New("using a freed communicator, or freeing the one that Run hands out, is no error")
	}
	return nil
}

// splitApart sends messages that agree in everything but the communicator, and
// receives them in the opposite order.
func splitApart(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	a, err1 := c.Split(0, c.Rank())
	b, err2 := c.Split(0, c.Rank())
	if err := first(err1, err2); err != nil {
		return err
	}
	comms := []*mpi.Comm{a, c, b}
	sends := make([]*mpi.Request, len(comms))
	for i, s := range comms {
		var err error
		if sends[i], err = mpi.Isend(s, []int32{int32(i)}, next, 1); err != nil {
			return err
		}
	}
	for i := len(comms) - 1; i >= 0; i-- {
		in := []int32{-1}
		_, err := mpi.Recv(comms[i], in, mpi.AnySource, mpi.AnyTag)
		if err := first(err, equal("message of its communicator", in, []int32{int32(i)})); err != nil {
			return fmt.Errorf("from rank %d: %w", prev, err)
		}
		if _, ok, err := comms[i].Iprobe(mpi.AnySource, mpi.AnyTag); err != nil || ok {
			return fmt.Errorf("a second message in communicator %d: %v, error %w", i, ok, err)
		}
		if err := c.Barrier(); err != nil {
			return err
		}
	}
	return first(mpi.Waitall(sends...), a.Free(), b.Free())
}

func cartesian(c *mpi.Comm) error {
	dims := mpi.Dims(c.Size(), 2)
	g, err := c.Cart(dims, []bool{false, true})
	if err != nil {
		return err
	}
	at := g.Coords(g.Rank())
	if g.RankOf(at) != g.Rank() || g.RankOf([]int{at[0], at[1] - dims[1]}) != g.Rank() || g.RankOf([]int{-1, 0}) != mpi.ProcNull {
		return fmt.Errorf("rank %d stands at %v of %v, where rank %d is", g.Rank(), at, dims, g.RankOf(at))
	}
	for dim := range dims {
		source, dest := g.Shift(dim, 1)
		in := []int32{-1, -1}
		if _, err := mpi.Sendrecv(g.Comm, []int32{int32(at[0]), int32(at[1])}, dest, 0, in, source, 0); err != nil {
			return err
		}
		want := []int32{int32(at[0]), int32(at[1])}
		want[dim]--
		if dim == 0 && at[0] == 0 {
			want = []int32{-1, -1}
		} else if want[1] < 0 {
			want[1] += int32(dims[1])
		}
		if err := equal("neighbour's coordinates", in, want); err != nil {
			return err
		}
	}
	if err := g.Free(); err != nil {
		return err
	}
	small, err := c.Cart([]int{1}, []bool{false})
	if err != nil || (small == nil) != (c.Rank() > 0) {
		return fmt.Errorf("a grid of one place on rank %d: %v, error %w", c.Rank(), small, err)
	}
	if small != nil {
		if err := small.Free(); err != nil {
			return err
		}
	}
	if _, err := c.Cart([]int{c.Size() + 1}, []bool{false}); err == nil {
		return errors.New("a grid with more places than ranks is no error")
	}
	return nil
}

// node expects every rank to share one node, as they do in a test.
func node(c *mpi.Comm) error {
	n, err := c.Node()
	if err != nil {
		return err
	}
	if n.Size() != c.Size() || n.Rank() != c.Rank() {
		return fmt.Errorf("rank %d of %d is %d of %d on this node", c.Rank(), c.Size(), n.Rank(), n.Size())
	}
	return n.Free()
}

type coded struct{ error }

func (coded) ExitCode() int { return 2 }

func agree(c *mpi.Comm) error {
	if err := c.Agree(nil); err != nil {
		return err
	}
	// The upper half of the ranks has an error each.
	lowest := c.Size() / 2
	var own error
	if c.Rank() >= lowest {
		own = coded{fmt.Errorf("rank %d does not like it", c.Rank())}
	}
	got := c.Agree(own)
	if c.Rank() == lowest {
		if got != own {
			return fmt.Errorf("on the rank that has it: %v, want %v", got, own)
		}
		return nil
	}
	want := mpi.RemoteError{Rank: lowest, Msg: fmt.Sprintf("rank %d does not like it", lowest), Code: 2}
	var remote *mpi.RemoteError
	if !errors.As(got, &remote) || *remote != want {
		return fmt.Errorf("elsewhere: %#v, want %#v", got, want)
	}
	return nil
}

// endpoint runs the algorithms of package pattern over the transport.
func endpoint(c *mpi.Comm) error {
	e, done, err := c.Endpoint()
	if err != nil {
		return err
	}
	f, err := mpi.Combiner[uint8](mpi.Sum)
	if err != nil {
		return err
	}
	buf := values[uint8](1, c.Rank(), 100)
	err = pattern.AllreduceRing(e, buf, 1, f)
	return first(err, equal("pattern.AllreduceRing", buf, fold(c.Size()-1, 1, 100, func(a, b uint8) uint8 { return a + b })),
		pattern.BarrierDissemination(e), done())
}
