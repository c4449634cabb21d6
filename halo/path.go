package halo

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"hybrid/gpu"
	"hybrid/mpi"
)

// A Path is how halos get from one rank's device to another's.
type Path string

// The paths, the fastest first.
const (
	Peer   Path = "peer"   // both devices are of this process, and copy from each other
	IPC    Path = "ipc"    // of two processes of a machine: each copies from memory of the other's
	Direct Path = "mpi"    // the MPI library is given pointers to the devices' memory
	Staged Path = "staged" // by messages in the hosts' pinned memory
)

// A Link is how halos travel between this rank and a neighbour, both with devices.
type Link struct {
	Rank   int    // the neighbour
	Path   Path   // that both take
	Reason string // why it is none of the faster paths that a trial failed on; mostly empty
}

// Links are those of a rank with a device; nil has none, and all halos are staged.
type Links struct {
	all []Link
}

// All are the links, by the neighbours' ranks.
func (l *Links) All() []Link {
	if l == nil {
		return nil
	}
	return l.all
}

// to is how halos travel to and from a rank.
func (l *Links) to(rank int) Path {
	for _, link := range l.All() {
		if link.Rank == rank {
			return link.Path
		}
	}
	return Staged
}

// peerInfo is what a rank tells its neighbours.
type peerInfo struct {
	Kind    string // of its device; empty: it has none
	Process string // a number that no other process has
	Machine string
	Aware   bool // its MPI library takes pointers to a device's memory
}

// thisProcess tells processes apart.
var thisProcess = sync.OnceValue(func() string { return rand.Text() })

// machine tells machines apart, containers of one not.
func machine(c *mpi.Comm) string {
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		return string(bytes.TrimSpace(id))
	}
	return c.Host()
}

// best is the fastest path that two ranks can try.
func (a peerInfo) best(b peerInfo) Path {
	switch {
	case a.Kind != b.Kind:
	case a.Process == b.Process:
		return Peer
	case a.Kind == gpu.KindCUDA && a.Machine == b.Machine:
		return IPC
	case a.Kind == gpu.KindCUDA && a.Aware && b.Aware:
		return Direct
	}
	return Staged
}

// Connect chooses how halos travel between the devices of this rank and its neighbours:
// the fastest way that both can go and that brings what it should when it is tried. want
// is the only way to take, or "" to choose; it is an error where two devices cannot go it.
// d is nil on a rank without a device. It is collective; ranks with fewer than two devices
// among them do no more than count these.
func Connect(g *Grid, d *gpu.Device, want Path) (*Links, error) {
	devices := []int64{0}
	if d != nil {
		devices[0] = 1
	}
	if err := mpi.Allreduce(g.comm, devices, devices, mpi.Sum); err != nil || devices[0] < 2 {
		return nil, err
	}
	l, err := connect(g, d, want)
	return l, g.comm.Agree(err)
}

func connect(g *Grid, d *gpu.Device, want Path) (*Links, error) {
	own := peerInfo{Process: thisProcess(), Machine: machine(g.comm), Aware: g.comm.TakesDeviceMemory()}
	if d != nil {
		own.Kind = d.Info().Kind
	}
	neighbours := g.neighbours()
	peers, err := swap(g, neighbours, func(int) peerInfo { return own })
	if err != nil || d == nil {
		return nil, errors.Join(err)
	}
	l := &Links{}
	for i, rank := range neighbours {
		if peers[i].Kind != "" {
			l.all = append(l.all, Link{Rank: rank, Path: own.best(peers[i])})
		}
	}
	return l, l.choosePaths(g, d, own, want)
}

// choosePaths tries the paths, and falls back where one does not work.
func (l *Links) choosePaths(g *Grid, d *gpu.Device, own peerInfo, want Path) error {
	for i := range l.all {
		link := &l.all[i]
		switch {
		case want == Staged, want == Direct && own.Kind == gpu.KindCUDA && own.Aware:
			link.Path = want
		case want == IPC && link.Path == Direct, want == Direct:
			link.Path = Staged
		}
	}
	if err := l.try(g, d); err != nil {
		return err
	}
	for i := range l.all {
		link := &l.all[i]
		if link.Path == IPC && link.Reason != "" && own.Aware && want == "" {
			link.Path = Direct
		} else if link.Reason != "" {
			link.Path = Staged
		}
		if want != "" && link.Path != want {
			return &PathError{Want: want, Ranks: [2]int{g.comm.Rank(), link.Rank}, Reason: cmpReason(link.Reason, want)}
		}
	}
	return nil
}

// cmpReason is why two ranks cannot go a way.
func cmpReason(tried string, want Path) string {
	if tried != "" {
		return tried
	}
	return map[Path]string{
		Peer:   "they are not in one process: start ranks by --ranks",
		IPC:    "they are not two processes of one machine with a CUDA device each",
		Direct: "the MPI library does not say that it takes pointers to a device's memory (MPIX_Query_cuda_support)",
	}[want]
}

// A PathError is a way of halos that was asked for and that two ranks cannot go.
type PathError struct {
	Want   Path
	Ranks  [2]int
	Reason string
}

func (e *PathError) Error() string {
	return fmt.Sprintf("halo: the devices of ranks %d and %d cannot exchange halos by %s: %s", e.Ranks[0], e.Ranks[1], e.Want, e.Reason)
}

// neighbours are the ranks around this one, each once.
func (g *Grid) neighbours() []int {
	var all []int
	for _, dir := range directions(len(g.cuts)) {
		if r := g.Neighbour(dir); r >= 0 && r != g.comm.Rank() {
			all = append(all, r)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// swap gives each of some ranks a value and takes one from it.
func swap[V any](g *Grid, ranks []int, of func(i int) V) ([]V, error) {
	const most = 1 << 11 // bytes of a value
	in, values := make([][]byte, len(ranks)), make([]V, len(ranks))
	var requests []*mpi.Request
	for i, r := range ranks {
		in[i] = make([]byte, most)
		text, err := json.Marshal(of(i))
		if err == nil && len(text) > most {
			err = errorf("a value of %d bytes for rank %d: want at most %d", len(text), r, most)
		}
		if err != nil {
			return nil, err
		}
		received, err := mpi.Irecv(g.comm, in[i], r, g.comm.TagUB()-tagLinks)
		if err != nil {
			return nil, err
		}
		sent, err := mpi.Isend(g.comm, append(text, make([]byte, most-len(text))...), r, g.comm.TagUB()-tagLinks)
		if err != nil {
			return nil, err
		}
		requests = append(requests, received, sent)
	}
	if err := mpi.Waitall(requests...); err != nil {
		return nil, err
	}
	for i := range ranks {
		if err := json.Unmarshal(bytes.TrimRight(in[i], "\x00"), &values[i]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// shortened is an error in at most so many bytes as travel.
func shortened(err error) string {
	if err == nil {
		return ""
	}
	text := strings.TrimPrefix(err.Error(), "gpu: ")
	return text[:min(len(text), 500)]
}
