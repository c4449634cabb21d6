package main

import (
	"os"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/membw"
	"hybrid/internal/simd"
	"hybrid/mpi"
)

// A place is where a rank runs.
type place struct {
	Rank      int    `json:"rank"`
	Size      int    `json:"size"`
	Host      string `json:"host"`
	NodeRank  int    `json:"node_rank"`
	NodeSize  int    `json:"node_size"`
	Cores     []int  `json:"cores"` // that it may use
	ISA       string `json:"isa"`
	Transport string `json:"transport"`
	Library   string `json:"library"`

	Threads int    `json:"threads"` // its share of the cores
	CPU     string `json:"cpu"`     // the processor's name

	Visible *string `json:"visible_devices,omitempty"`
}

// visibleDevices is which GPUs this rank was given: CUDA_VISIBLE_DEVICES, as
// Slurm sets it for each task by itself. It is nil where nobody set it, which
// stands for all of the node's; "" is none.
func visibleDevices() *string {
	if v, set := os.LookupEnv("CUDA_VISIBLE_DEVICES"); set {
		return &v
	}
	return nil
}

// findPlace looks around. It is collective.
func findPlace(c *mpi.Comm, isa simd.ISA) (place, error) {
	node, err := c.Node()
	if err != nil {
		return place{}, err
	}
	defer node.Free()
	p := place{
		Rank: c.Rank(), Size: c.Size(), Host: c.Host(),
		NodeRank: node.Rank(), NodeSize: node.Size(),
		Cores: cores.Allowed(), ISA: isa.String(),
		Transport: c.Transport(), Library: c.Library(),
		CPU: cpuName(), Visible: visibleDevices(),
	}
	p.Threads, err = allot(node, p.Cores, func(masks [][]int) []int {
		quota, _ := cores.Quota()
		return cores.Shares(masks, quota)
	})
	return p, err
}

// A device is what a rank computes on.
type device struct {
	Rank int    `json:"rank"`
	Host string `json:"host"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	UUID string `json:"uuid"`
	ISA  string `json:"isa"`

	Visible *string `json:"visible_devices,omitempty"` // as in place
}

func (p place) device() device {
	return device{Rank: p.Rank, Host: p.Host, Kind: "cpu", Name: p.CPU, ISA: p.ISA, Visible: p.Visible}
}

// measureBandwidth is the memory bandwidth of all nodes together, in bytes a
// second: all ranks run STREAM's triad at the same time, with the threads that
// they compute with, as far as the cores go. It is collective and takes some
// 0.2 s.
func measureBandwidth(c *mpi.Comm, threads int) (float64, error) {
	node, err := c.Node()
	if err != nil {
		return 0, err
	}
	defer node.Free()
	type rank struct {
		Threads int
		Cores   []int
	}
	threads, err = allot(node, rank{threads, cores.Allowed()}, func(ranks []rank) []int {
		union := map[int]bool{}
		for _, r := range ranks {
			for _, core := range r.Cores {
				union[core] = true
			}
		}
		left, measure := len(union), make([]int, len(ranks))
		for i, r := range ranks {
			measure[i] = min(left, r.Threads)
			left -= measure[i]
		}
		return measure
	})
	if err != nil {
		return 0, err
	}
	rate := []float64{0}
	if err := c.Barrier(); err != nil {
		return 0, err
	}
	if threads > 0 {
		var r membw.Result
		r, err = membw.Measure(membw.Options{Threads: threads, Processes: node.Size(), Budget: 200 * time.Millisecond})
		rate[0] = r.Triad * 1e9
	}
	if err := c.Agree(err); err != nil {
		return 0, err
	}
	return rate[0], mpi.Allreduce(c, rate, rate, mpi.Sum)
}
