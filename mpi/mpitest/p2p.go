package mpitest

import (
	"errors"
	"fmt"

	"hybrid/mpi"
)

func identity(c *mpi.Comm) error {
	if c.Rank() < 0 || c.Rank() >= c.Size() {
		return fmt.Errorf("rank %d of %d", c.Rank(), c.Size())
	}
	if c.Transport() == "" || c.Library() == "" || c.TagUB() < 32767 {
		return fmt.Errorf("transport %q, library %q, tags up to %d", c.Transport(), c.Library(), c.TagUB())
	}
	ranks := make([]int32, c.Size())
	if err := mpi.Allgather(c, []int32{int32(c.Rank())}, ranks); err != nil {
		return err
	}
	for i, r := range ranks {
		if int(r) != i {
			return fmt.Errorf("the rank gathered at %d is %d", i, r)
		}
	}
	return c.Barrier()
}

// ring passes n elements to the next rank and checks those of the one before.
func ring[T mpi.Number](c *mpi.Comm, n int) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	got := make([]T, n)
	st, err := mpi.Sendrecv(c, values[T](n, c.Rank(), n), next, 3, got, prev, 3)
	if err != nil {
		return err
	}
	if count, err := mpi.Count[T](st); err != nil || count != n || st.Source != prev || st.Tag != 3 {
		return fmt.Errorf("%T ring of %d: status %+v, count %d, %w", got, n, st, count, err)
	}
	return equal(fmt.Sprintf("%T ring", got), got, values[T](n, prev, n))
}

type named int32

func everyType(c *mpi.Comm) error {
	for _, f := range []func(*mpi.Comm, int) error{
		ring[int8], ring[int16], ring[int32], ring[int64], ring[uint8], ring[uint16], ring[uint32], ring[uint64],
		ring[float32], ring[float64], ring[named],
	} {
		for _, n := range []int{0, 1, 5, 1000} {
			if err := f(c, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// lengths sends messages around both sides of every change of protocol, and a
// long one, from rank 0 to the last.
func lengths(c *mpi.Comm, long int) error {
	for _, n := range []int{0, 1, 63, 64, 65, 4095, 4096, 16 << 10, 16<<10 + 1, 100_000} {
		if err := ring[uint8](c, n); err != nil {
			return err
		}
	}
	last := c.Size() - 1
	buf := make([]uint64, long/8)
	if c.Rank() == 0 {
		for i := range buf {
			buf[i] = uint64(i) * 0x9e3779b97f4a7c15
		}
	}
	switch {
	case last == 0:
		in := make([]uint64, len(buf))
		r, err := mpi.Irecv(c, in, 0, 9)
		if err := first(err, mpi.Send(c, buf, 0, 9), mpi.Waitall(r)); err != nil {
			return err
		}
		buf = in
	case c.Rank() == 0:
		return mpi.Send(c, buf, last, 9)
	case c.Rank() == last:
		if _, err := mpi.Recv(c, buf, 0, 9); err != nil {
			return err
		}
	default:
		return nil
	}
	for i, v := range buf {
		if v != uint64(i)*0x9e3779b97f4a7c15 {
			return fmt.Errorf("word %d of %d is %x", i, len(buf), v)
		}
	}
	return nil
}

func selfAndNull(c *mpi.Comm) error {
	me := c.Rank()
	in, out := []int32{0}, []int32{int32(me + 7)}
	st, err := mpi.Sendrecv(c, out, me, 1, in, me, 1)
	if err != nil || st.Source != me || in[0] != out[0] {
		return fmt.Errorf("to itself: %v, status %+v, error %w", in, st, err)
	}
	in[0] = -1
	null := mpi.Status{Source: mpi.ProcNull, Tag: mpi.AnyTag}
	st, err = mpi.Sendrecv(c, out, mpi.ProcNull, 1, in, mpi.ProcNull, 1)
	st2, err2 := mpi.Recv(c, in, mpi.ProcNull, 1)
	st3, err3 := c.Probe(mpi.ProcNull, 1)
	r, err4 := mpi.Irecv(c, in, mpi.ProcNull, 1)
	s, err5 := mpi.Isend(c, out, mpi.ProcNull, 1)
	if err := first(err, err2, err3, err4, err5, mpi.Send(c, out, mpi.ProcNull, 1), mpi.Waitall(r, s, nil)); err != nil {
		return err
	}
	st4, _ := r.Wait()
	for _, st := range []mpi.Status{st, st2, st3, st4} {
		if st != null {
			return fmt.Errorf("status %+v of ProcNull, want %+v", st, null)
		}
	}
	if in[0] != -1 {
		return fmt.Errorf("a receive from ProcNull wrote %d", in[0])
	}
	// Half a shift: to the next rank, from nobody at the lower end.
	next, prev := me+1, me-1
	if next == c.Size() {
		next = mpi.ProcNull
	}
	if prev < 0 {
		prev = mpi.ProcNull
	}
	if _, err := mpi.Sendrecv(c, out, next, 2, in, prev, 2); err != nil {
		return err
	}
	want := int32(-1)
	if me > 0 {
		want = int32(me - 1 + 7)
	}
	return equal("open shift", in, []int32{want})
}

func statusAndCount(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	in := make([]float64, 10)
	st, err := mpi.Sendrecv(c, values[float64](1, c.Rank(), 3), next, 40, in, prev, mpi.AnyTag)
	if err != nil {
		return err
	}
	if want := (mpi.Status{Source: prev, Tag: 40, Bytes: 24}); st != want {
		return fmt.Errorf("status %+v, want %+v", st, want)
	}
	n, err := mpi.Count[float64](st)
	if _, wrong := mpi.Count[float64](mpi.Status{Bytes: 12}); err != nil || n != 3 || wrong == nil {
		return fmt.Errorf("count %d, error %v; of half an element, error %v", n, err, wrong)
	}
	return equal("short message", in, append(values[float64](1, prev, 3), make([]float64, 7)...))
}

func probing(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	for _, n := range []int{0, 7, 50_000} {
		out := values[int16](n, c.Rank(), n)
		s, err := mpi.Isend(c, out, next, 100+n%10)
		if err != nil {
			return err
		}
		st, err := c.Probe(mpi.AnySource, mpi.AnyTag)
		if want := (mpi.Status{Source: prev, Tag: 100 + n%10, Bytes: 2 * n}); err != nil || st != want {
			return fmt.Errorf("probed %+v, want %+v, error %w", st, want, err)
		}
		again, ok, err := c.Iprobe(st.Source, st.Tag)
		if err != nil || !ok || again != st {
			return fmt.Errorf("probed again %+v %v, want %+v, error %w", again, ok, st, err)
		}
		if _, ok, err := c.Iprobe(st.Source, st.Tag+1); err != nil || ok {
			return fmt.Errorf("a message with a tag that nobody sent: %v, error %w", ok, err)
		}
		in := make([]int16, st.Bytes/2)
		_, err = mpi.Recv(c, in, st.Source, st.Tag)
		if err := first(err, mpi.Waitall(s), equal("probed", in, values[int16](n, prev, n))); err != nil {
			return err
		}
	}
	return c.Barrier()
}

// truncation sends more than the receive has room for, to receives posted
// before and after, and checks that the next message is unharmed. Open MPI 4.1
// cuts a rank's messages to itself off without an error, which is let pass.
func truncation(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	for _, early := range []bool{true, false} {
		var r *mpi.Request
		var err error
		short, whole := make([]int32, 3), make([]int32, 4)
		if early {
			r, err = mpi.Irecv(c, short, prev, 5)
		}
		if err := first(err, c.Barrier()); err != nil {
			return err
		}
		a, err1 := mpi.Isend(c, values[int32](1, c.Rank(), 4), next, 5)
		b, err2 := mpi.Isend(c, values[int32](2, c.Rank(), 4), next, 5)
		if err := first(err1, err2); err != nil {
			return err
		}
		if early {
			_, err = r.Wait()
		} else {
			_, err = mpi.Recv(c, short, prev, 5)
		}
		var e *mpi.Error
		lenient := c.Size() == 1 && c.Transport() == "openmpi" && err == nil
		if !lenient && (!errors.As(err, &e) || e.Class != mpi.ClassTruncate || e.Text == "") {
			return fmt.Errorf("4 elements into a buffer of 3, receive posted early %v: error %v, want one of class %v", early, err, mpi.ClassTruncate)
		}
		_, err = mpi.Recv(c, whole, prev, 5)
		if err := first(err, mpi.Waitall(a, b), equal("after truncation", whole, values[int32](2, prev, 4))); err != nil {
			return err
		}
	}
	return nil
}

func testing(c *mpi.Comm) error {
	next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
	in := make([]float32, 30_000)
	r, err := mpi.Irecv(c, in, prev, 6)
	if err != nil {
		return err
	}
	if _, ok, err := r.Test(); err != nil || ok {
		return fmt.Errorf("done before anything was sent: %v, error %w", ok, err)
	}
	if err := c.Barrier(); err != nil {
		return err
	}
	s, err := mpi.Isend(c, values[float32](1, c.Rank(), len(in)), next, 6)
	for done := 0; err == nil && done < 2; {
		done = 0
		for _, q := range []*mpi.Request{r, s} {
			_, ok, e := q.Test()
			if ok {
				done++
			}
			err = first(err, e)
		}
	}
	if err != nil {
		return err
	}
	if st, err := r.Wait(); err != nil || st.Source != prev || st.Bytes != 4*len(in) {
		return fmt.Errorf("status after Test %+v, error %w", st, err)
	}
	return equal("tested", in, values[float32](1, prev, len(in)))
}
