package wordcount

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A Kind is something about files that the caller should know.
type Kind string

const (
	Binary     Kind = "binary"     // left out: found in a directory, and no text
	Unreadable Kind = "unreadable" // left out: found in a directory, but not to be opened
	Symlink    Kind = "symlink"    // left out: a symbolic link found in a directory
	Special    Kind = "special"    // left out: found in a directory, and neither file nor directory
	Shrunk     Kind = "shrunk"     // shorter than when the run began: counted up to its end
	Repeated   Kind = "repeated"   // met twice, and counted twice
)

// A Note is how often something was met, and where first.
type Note struct {
	Kind  Kind   `json:"kind"`
	Count int64  `json:"count"`
	First string `json:"first"` // path
}

// meanings are the words for each kind, for one file and for several.
var meanings = map[Kind][2]string{
	Binary:     {"binary file left out", "binary files left out"},
	Unreadable: {"file or directory cannot be read and is left out", "files or directories cannot be read and are left out"},
	Symlink:    {"symbolic link not followed", "symbolic links not followed"},
	Special:    {"pipe, socket or device left out", "pipes, sockets or devices left out"},
	Shrunk:     {"file shrank while it was read: counted up to its new end", "files shrank while they were read: counted up to their new ends"},
	Repeated:   {"file is named more than once and counted as often", "files are named more than once and counted as often"},
}

func (n Note) String() string {
	text := meanings[n.Kind]
	if n.Count == 1 {
		return fmt.Sprintf("1 %s: %s", text[0], n.First)
	}
	return fmt.Sprintf("%d %s, such as %s", n.Count, text[1], n.First)
}

// notes are what a rank has met. Its threads share them.
type notes struct {
	mu     sync.Mutex
	list   []Note
	shrunk map[int]string // paths of files that did, by their numbers in the inventory
}

func (n *notes) add(k Kind, path string) { n.put(Note{k, 1, path}) }

func (n *notes) put(note Note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.list, func(o Note) bool { return o.Kind == note.Kind })
	if i < 0 {
		n.list = append(n.list, note)
		return
	}
	n.list[i].Count += note.Count
	n.list[i].First = min(n.list[i].First, note.First)
}

// shrank notes that a file did, which everyone who reads a part behind its new end
// finds.
func (n *notes) shrank(file int, path string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shrunk == nil {
		n.shrunk = map[int]string{}
	}
	n.shrunk[file] = path
}

// gather is what all ranks have met, in the order of the kinds' names.
func (n *notes) gather(c *mpi.Comm) ([]Note, error) {
	every, err := gather.Values(c, n.list)
	if err != nil {
		return nil, err
	}
	shrunk, err := gather.Values(c, n.shrunk)
	if err != nil {
		return nil, err
	}
	all := &notes{shrunk: map[int]string{}}
	for _, files := range shrunk {
		maps.Copy(all.shrunk, files)
	}
	for _, path := range all.shrunk {
		all.add(Shrunk, path)
	}
	for _, list := range every {
		for _, note := range list {
			all.put(note)
		}
	}
	slices.SortFunc(all.list, func(a, b Note) int { return cmp.Compare(a.Kind, b.Kind) })
	return all.list, nil
}
