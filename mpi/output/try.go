package output

import (
	"hybrid/internal/atomicfile"
)

// Try reports whether a file could be written to path, by rank 0 or, where it is shared,
// by every rank: a directory that some of them do not see is found too, a file that
// cannot be replaced, and a disk without space for size bytes; 0: it is not known how
// many. Where the file system can, the space stays reserved until the file is written.
// It begins such a file under its temporary name and removes it again; nothing else is
// seen of it. It is collective.
func (o *Files) Try(path string, size int64, shared bool) error {
	var f *atomicfile.File
	var err error
	token := o.tryToken()
	switch {
	case shared:
		f, err = o.beginShared(path, token)
	case o.First():
		f, err = o.begin(path, token)
	}
	return o.tried(path, path, f, o.First(), err, size, nil)
}

func (o *Files) tryToken() string {
	if o.holding != "" {
		return o.holding
	}
	return o.token()
}

// tried is what becomes of a file that was begun to be tried, which is the index of a set
// or, with nil, not.
func (o *Files) tried(reserved, path string, f *atomicfile.File, own bool, err error, size int64, stale *Set) error {
	if own && f != nil && err == nil {
		if stale != nil { // which may be what takes the space
			f.RemoveStale(stale.removeStale, stale.isUnfinished)
		} else {
			f.RemoveStale(nil, nil)
		}
		o.reserved[reserved], err = f.Reserve(size)
	}
	if err = o.comm.Agree(err); err != nil {
		return o.end(f, own, err)
	}
	if o.holding != "" {
		if f != nil {
			o.held = append(o.held, held{path, f, own})
		}
		return nil
	}
	if own && f != nil {
		err = f.Abort()
	}
	return o.end(f, own, o.comm.Agree(err))
}

// Hold runs try, in which files are tried, and keeps each under its temporary name
// until try returns. So two paths that lead to one file are an error, whichever way
// they do: links, directories mounted twice, capital letters where the file system does
// not tell them apart.
func (o *Files) Hold(try func() error) error {
	o.holding = o.token()
	defer func() {
		for _, h := range o.held {
			if h.own {
				h.file.Abort()
			}
			o.end(h.file, false, nil)
		}
		o.holding, o.held = "", nil
	}()
	return try()
}
