package mpitest

import (
	"errors"
	"fmt"

	"hybrid/mpi"
)

// overtaking sends long and short messages of one tag in turn; they must
// arrive in the order sent, though they travel in different ways.
func overtaking(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	size := func(i int) int { return []int{1, 40_000, 0, 300, 5000}[i%5] + 1 }
	var sends []*mpi.Request
	for i := range 25 {
		out := make([]int32, size(i))
		out[0] = int32(i)
		s, err := mpi.Isend(c, out, next, 8)
		if err != nil {
			return err
		}
		sends = append(sends, s)
	}
	in := make([]int32, 40_001)
	for i := range 25 {
		st, err := mpi.Recv(c, in, prev, 8)
		if err != nil {
			return err
		}
		if int(in[0]) != i || st.Bytes != 4*size(i) {
			return fmt.Errorf("message %d is number %d with %d bytes, want %d", i, in[0], st.Bytes, 4*size(i))
		}
	}
	return mpi.Waitall(sends...)
}

// anySource has every rank send numbered messages with changing tags to rank 0,
// which takes them from anybody and must see each sender's in order.
func anySource(c *mpi.Comm, n int) error {
	var sends []*mpi.Request
	for i := range n {
		s, err := mpi.Isend(c, []int32{int32(i), int32(c.Rank())}, 0, i%7)
		if err != nil {
			return err
		}
		sends = append(sends, s)
	}
	if c.Rank() == 0 {
		seen := make([]int, c.Size())
		in := make([]int32, 2)
		for range n * c.Size() {
			st, err := mpi.Recv(c, in, mpi.AnySource, mpi.AnyTag)
			if err != nil {
				return err
			}
			if int(in[1]) != st.Source || int(in[0]) != seen[st.Source] || st.Tag != seen[st.Source]%7 {
				return fmt.Errorf("message %d of rank %d with status %+v, want number %d", in[0], in[1], st, seen[st.Source])
			}
			seen[st.Source]++
		}
	}
	return first(mpi.Waitall(sends...), c.Barrier())
}

// postedOrder posts receives with and without wildcards that all match the
// same messages; the one posted first gets the first message it matches.
func postedOrder(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	posts := []struct{ source, tag, want int }{
		{prev, 2, 1}, {mpi.AnySource, 1, 0}, {prev, mpi.AnyTag, 2}, {mpi.AnySource, mpi.AnyTag, 3}, {prev, 1, 4}, {mpi.AnySource, 2, 5},
	}
	tags := []int{1, 2, 2, 1, 1, 2}
	// Once among few requests, once among so many that they are indexed.
	for _, bystanders := range []int{0, 40} {
		in := make([]int32, len(posts)+bystanders)
		var rs []*mpi.Request
		for i := range bystanders {
			r, err := mpi.Irecv(c, in[len(posts)+i:][:1], prev, 1000+i)
			if err != nil {
				return err
			}
			rs = append(rs, r)
		}
		for i, p := range posts {
			r, err := mpi.Irecv(c, in[i:i+1], p.source, p.tag)
			if err != nil {
				return err
			}
			rs = append(rs, r)
		}
		if err := c.Barrier(); err != nil {
			return err
		}
		for i, tag := range tags {
			if err := mpi.Send(c, []int32{int32(i)}, next, tag); err != nil {
				return err
			}
		}
		for i := range bystanders {
			if err := mpi.Send(c, []int32{int32(i)}, next, 1000+i); err != nil {
				return err
			}
		}
		if err := mpi.Waitall(rs...); err != nil {
			return err
		}
		for i, p := range posts {
			if int(in[i]) != p.want {
				return fmt.Errorf("receive %d from %d with tag %d got message %d, want %d", i, p.source, p.tag, in[i], p.want)
			}
		}
		for i := range bystanders {
			if int(in[len(posts)+i]) != i {
				return fmt.Errorf("receive with tag %d got message %d", 1000+i, in[len(posts)+i])
			}
		}
	}
	return nil
}

// manyByTag has n receives with a tag each outstanding and sends to them in
// the opposite order.
func manyByTag(c *mpi.Comm, n int) error {
	return many(c, n, func(i int) int { return i }, true)
}

// manyOfOneTag is the same with one tag, so that the order decides.
func manyOfOneTag(c *mpi.Comm, n int) error {
	return many(c, n, func(int) int { return 4 }, false)
}

func many(c *mpi.Comm, n int, tag func(int) int, backwards bool) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	in, out := make([]int64, n), make([]int64, n)
	reqs := make([]*mpi.Request, 2*n)
	var err error
	for i := range n {
		if reqs[i], err = mpi.Irecv(c, in[i:i+1], prev, tag(i)); err != nil {
			return err
		}
	}
	for k := range n {
		i := k
		if backwards {
			i = n - 1 - k
		}
		out[i] = int64(i) + int64(c.Rank())<<32
		if reqs[n+k], err = mpi.Isend(c, out[i:i+1], next, tag(i)); err != nil {
			return err
		}
	}
	if err := mpi.Waitall(reqs...); err != nil {
		return err
	}
	for i, v := range in {
		if v != int64(i)+int64(prev)<<32 {
			return fmt.Errorf("receive %d of %d got %#x", i, n, v)
		}
	}
	return nil
}

// manyUnexpected sends n messages before any is received, and receives them by
// tag from the last, with every kind of wildcard in between.
func manyUnexpected(c *mpi.Comm, n int) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	sends := make([]*mpi.Request, n)
	var err error
	out := make([]int32, n)
	for i := range n {
		out[i] = int32(i)
		if sends[i], err = mpi.Isend(c, out[i:i+1], next, i); err != nil {
			return err
		}
	}
	if err := c.Barrier(); err != nil {
		return err
	}
	lo, hi := 0, n-1
	in := make([]int32, 1)
	for k := 0; lo <= hi; k++ {
		source, tag, want := prev, hi, hi
		switch k % 4 {
		case 1:
			source = mpi.AnySource
		case 2:
			tag, want = mpi.AnyTag, lo
		case 3:
			source, tag, want = mpi.AnySource, mpi.AnyTag, lo
		}
		if _, err := mpi.Recv(c, in, source, tag); err != nil {
			return err
		}
		if int(in[0]) != want {
			return fmt.Errorf("receive %d from %d with tag %d got message %d, want %d", k, source, tag, in[0], want)
		}
		if want == hi {
			hi--
		} else {
			lo++
		}
	}
	return mpi.Waitall(sends...)
}

// waitingForAll gives Waitall requests that are there twice, done, nil and of a
// message that is too long: all are waited for, and each keeps its own status. That
// message arrives before its receive, because Open MPI 4.1 does not find a message
// to the own rank too long that arrives later.
func waitingForAll(c *mpi.Comm) error {
	const tag, bad = 21, 2
	var reqs []*mpi.Request
	in := make([][]int32, 4)
	for i := range in {
		s, err := mpi.Isend(c, []int32{int32(i), int32(i * i)}, c.Rank(), tag+i)
		if err != nil {
			return err
		}
		if i == 0 {
			_, _, err = s.Test()
		}
		reqs = append(reqs, s, nil)
		in[i] = make([]int32, 2)
		if i == bad {
			in[i] = in[i][:1]
		}
		r, err2 := mpi.Irecv(c, in[i], c.Rank(), tag+i)
		if err := first(err, err2); err != nil {
			return err
		}
		reqs = append(reqs, r)
	}
	var e *mpi.Error
	if err := mpi.Waitall(append(reqs, reqs...)...); !errors.As(err, &e) || e.Class != mpi.ClassTruncate {
		return fmt.Errorf("error %v, want one of class %v", err, mpi.ClassTruncate)
	}
	for i, got := range in {
		if i == bad {
			continue
		}
		want := mpi.Status{Source: c.Rank(), Tag: tag + i, Bytes: 8}
		if st, err := reqs[3*i+2].Wait(); err != nil || st != want {
			return fmt.Errorf("request %d: %+v, %v; want %+v", i, st, err, want)
		}
		if err := equal("message", got, []int32{int32(i), int32(i * i)}); err != nil {
			return err
		}
	}
	return nil
}
