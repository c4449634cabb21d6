package mpitest

import (
	"fmt"

	"hybrid/mpi"
)

func broadcast(c *mpi.Comm) error {
	for root := range c.Size() {
		for _, n := range []int{0, 1, 100, 70_000} {
			buf := make([]uint16, n)
			if c.Rank() == root {
				buf = values[uint16](n, root, n)
			}
			err := mpi.Bcast(c, buf, root)
			if err := first(err, equal("Bcast", buf, values[uint16](n, root, n))); err != nil {
				return err
			}
		}
	}
	return nil
}

// join is the values of all ranks, n(r) of rank r, one after the other.
func join[T mpi.Number](size, stream int, n func(r int) int) []T {
	var all []T
	for r := range size {
		all = append(all, values[T](stream, r, n(r))...)
	}
	return all
}

func gatherScatter(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	for _, n := range []int{0, 1, 13, 5000} {
		all := join[int32](p, n, func(int) int { return n })
		mine := values[int32](n, me, n)
		got := make([]int32, n*p)
		err := mpi.Allgather(c, mine, got)
		if err := first(err, equal("Allgather", got, all)); err != nil {
			return err
		}
		for root := range p {
			var send, recv, want []int32
			if me == root {
				send, recv, want = all, make([]int32, n*p), all
			}
			err := mpi.Gather(c, mine, recv, root)
			if err := first(err, equal("Gather", recv, want)); err != nil {
				return fmt.Errorf("root %d: %w", root, err)
			}
			part := make([]int32, n)
			err = mpi.Scatter(c, send, part, root)
			if err := first(err, equal("Scatter", part, mine)); err != nil {
				return fmt.Errorf("root %d: %w", root, err)
			}
		}
	}
	return nil
}

// uneven checks the v-collectives with parts of different lengths, some empty,
// once packed and once spread out in reverse order with gaps.
func uneven(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	for k, count := range []func(r int) int{
		func(r int) int { return 3 * (r % 3) },       // rank 0 and others empty
		func(r int) int { return (p - 1 - r) * 700 }, // the last empty
		func(int) int { return 0 },                   // all empty
	} {
		counts, spread := make([]int, p), make([]int, p)
		for r := range p {
			counts[r] = count(r)
		}
		room := 2
		for r := p - 1; r >= 0; r-- {
			spread[r] = room
			room += counts[r] + 2
		}
		mine := values[float32](k, me, counts[me])
		packed := join[float32](p, k, count)
		gaps := make([]float32, room)
		for r := range p {
			copy(gaps[spread[r]:], values[float32](k, r, counts[r]))
		}
		for _, form := range []struct {
			name   string
			displs []int
			want   []float32
		}{{"packed", nil, packed}, {"spread", spread, gaps}} {
			got := make([]float32, len(form.want))
			err := mpi.Allgatherv(c, mine, got, counts, form.displs)
			if err := first(err, equal("Allgatherv "+form.name, got, form.want)); err != nil {
				return err
			}
			for root := range p {
				if err := unevenRoot(c, mine, form.want, counts, form.displs, root); err != nil {
					return fmt.Errorf("%s, root %d: %w", form.name, root, err)
				}
			}
		}
	}
	return nil
}

func unevenRoot(c *mpi.Comm, mine, all []float32, counts, displs []int, root int) error {
	var send, recv, want []float32
	part := make([]float32, len(mine))
	if c.Rank() == root {
		send, recv, want = all, make([]float32, len(all)), all
	} else {
		counts, displs = nil, nil
	}
	err := mpi.Gatherv(c, mine, recv, counts, displs, root)
	if err := first(err, equal("Gatherv", recv, want)); err != nil {
		return err
	}
	err = mpi.Scatterv(c, send, counts, displs, part, root)
	return first(err, equal("Scatterv", part, mine))
}

func allToAll(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	for _, n := range []int{0, 1, 6, 3000} {
		want := make([]int64, 0, n*p)
		for r := range p {
			want = append(want, values[int64](n, r, n*p)[me*n:(me+1)*n]...)
		}
		got := make([]int64, n*p)
		err := mpi.Alltoall(c, values[int64](n, me, n*p), got)
		if err := first(err, equal("Alltoall", got, want)); err != nil {
			return err
		}
	}
	return nil
}

// unevenAllToAll sends (from+2*to)%4 elements from each rank to each, so that
// some parts are empty, with the send parts spread out in reverse.
func unevenAllToAll(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	n := func(from, to int) int { return (from + 2*to) % 4 * 100 }
	part := func(from, to int) []uint32 { return values[uint32](to, from, n(from, to)) }
	sn, sd, rn := make([]int, p), make([]int, p), make([]int, p)
	var send, want []uint32
	for r := p - 1; r >= 0; r-- {
		send = append(send, 99)
		sn[r], sd[r] = n(me, r), len(send)
		send = append(send, part(me, r)...)
	}
	for r := range p {
		rn[r] = n(r, me)
		want = append(want, part(r, me)...)
	}
	got := make([]uint32, len(want))
	err := mpi.Alltoallv(c, send, sn, sd, got, rn, nil)
	return first(err, equal("Alltoallv", got, want))
}

// collectivesApart runs collectives while a receive from anybody is posted.
func collectivesApart(c *mpi.Comm) error {
	next := (c.Rank() + 1) % c.Size()
	in := []int32{0}
	r, err := mpi.Irecv(c, in, mpi.AnySource, mpi.AnyTag)
	if err != nil {
		return err
	}
	one, sum := []int32{1}, []int32{0}
	all := make([]int32, c.Size())
	if err := first(c.Barrier(), mpi.Bcast(c, one, 0), mpi.Allreduce(c, one, sum, mpi.Sum), mpi.Allgather(c, one, all),
		mpi.Gather(c, one, all, 0), mpi.Scatter(c, all, one, 0), mpi.Alltoall(c, all, make([]int32, c.Size()))); err != nil {
		return err
	}
	if _, ok, err := r.Test(); err != nil || ok {
		return fmt.Errorf("a receive took a message of a collective: %v, error %w", ok, err)
	}
	return first(c.Barrier(), mpi.Send(c, []int32{77}, next, 0), mpi.Waitall(r), equal("after collectives", append(in, sum...), []int32{77, int32(c.Size())}))
}
