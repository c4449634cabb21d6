package mpi

import "errors"

// Agree makes the ranks stop together: it returns nil on every rank if err is
// nil on every rank, and otherwise the error of the lowest rank that has one of
// its own, not a *RemoteError, or else of the lowest that has one: on that rank err
// itself, elsewhere a *RemoteError with its text and exit status. So an error on which
// ranks have agreed stays the one of its rank when they agree again.
// Collective; one Allreduce of an integer where all is well.
func (c *Comm) Agree(err error) error {
	if e := c.check("Agree"); e != nil {
		return errors.Join(err, e)
	}
	none := int64(2 * c.size)
	first := []int64{none}
	var remote *RemoteError
	switch {
	case errors.As(err, &remote):
		first[0] = int64(c.size + c.rank)
	case err != nil:
		first[0] = int64(c.rank)
	}
	if e := Allreduce(c, first, first, Min); e != nil {
		return orOwn(err, e)
	}
	if first[0] == none {
		return nil
	}
	who := int(first[0]) % c.size
	var text []byte
	head := make([]int64, 2) // length of the text, exit status
	if who == c.rank {
		text = []byte(err.Error())
		head[0], head[1] = int64(len(text)), int64(asksFor(err))
	}
	if e := Bcast(c, head, who); e != nil {
		return orOwn(err, e)
	}
	if who != c.rank {
		text = make([]byte, head[0])
	}
	if e := Bcast(c, text, who); e != nil {
		return orOwn(err, e)
	}
	if who == c.rank {
		return err
	}
	return &RemoteError{who, string(text), int(head[1])}
}

// orOwn is the rank's own error, or that of the attempt to tell it.
func orOwn(own, telling error) error {
	if own != nil {
		return own
	}
	return telling
}
