package mpi

// Request is a send or receive under way.
type Request struct {
	p      pending
	done   bool
	status Status
	err    error
}

// pending is a transport's side of a request; it is asked until it is done.
type pending interface {
	wait() (Status, error)
	test() (Status, bool, error)
}

// Wait waits until the buffer may be used again. For a receive the Status
// says what came. A nil or finished request returns at once.
func (r *Request) Wait() (Status, error) {
	if r == nil {
		return Status{}, nil
	}
	if !r.done {
		r.status, r.err = r.p.wait()
		r.done, r.p = true, nil
	}
	return r.status, r.err
}

// Test is Wait without waiting: it says false while the request is under way.
func (r *Request) Test() (Status, bool, error) {
	if r == nil {
		return Status{}, true, nil
	}
	if !r.done {
		st, ok, err := r.p.test()
		if !ok && err == nil {
			return Status{}, false, nil
		}
		r.done, r.status, r.err, r.p = true, st, err, nil
	}
	return r.status, true, r.err
}

// Waitall waits for every request, also after one has failed, and returns the
// first error in their order. The statuses are had from Wait afterwards.
func Waitall(reqs ...*Request) error {
	for _, r := range reqs {
		if r == nil || r.done {
			continue
		}
		if p, ok := r.p.(interface{ waitAll(reqs []*Request) }); ok {
			p.waitAll(reqs)
		}
		break
	}
	var first error
	for _, r := range reqs {
		if _, err := r.Wait(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
