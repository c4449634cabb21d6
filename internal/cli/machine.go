package cli

import (
	"os"

	"hybrid/gpu"
	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/simd"
)

// A rankInfo is where a rank runs.
type rankInfo struct {
	Rank      int    `json:"rank"`
	Size      int    `json:"size"`
	Host      string `json:"host"`
	NodeRank  int    `json:"node_rank"`
	NodeSize  int    `json:"node_size"`
	Cores     []int  `json:"cores"` // that it may use
	ISA       string `json:"isa"`
	Transport string `json:"transport"`
	Library   string `json:"library"`
	File      string `json:"library_file,omitempty"` // that MPI was loaded from

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

// describeRank looks around. It is collective.
func describeRank(c *mpi.Comm, isa simd.ISA) (rankInfo, error) {
	node, err := c.Node()
	if err != nil {
		return rankInfo{}, err
	}
	defer node.Free()
	p := rankInfo{
		Rank: c.Rank(), Size: c.Size(), Host: c.Host(),
		NodeRank: node.Rank(), NodeSize: node.Size(),
		Cores: cores.Allowed(), ISA: isa.String(),
		Transport: c.Transport(), Library: c.Library(), File: c.LibraryFile(),
		CPU: cores.Processor(), Visible: visibleDevices(),
	}
	p.Threads, err = gather.Allot(node, p.Cores, func(masks [][]int) []int {
		quota, _ := cores.Quota()
		return cores.Shares(masks, quota)
	})
	return p, err
}

// A rankDevice is what a rank computes on.
type rankDevice struct {
	Rank int    `json:"rank"`
	Host string `json:"host"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	UUID string `json:"uuid"`
	ISA  string `json:"isa"`

	Visible *string `json:"visible_devices,omitempty"` // as in rankInfo
}

// computes says for people what carries instructions out.
func (d rankDevice) computes() string {
	if d.Kind == gpu.KindSim {
		return "simulated " + d.ISA
	}
	return d.ISA
}

func (p rankInfo) device() rankDevice {
	return rankDevice{Rank: p.Rank, Host: p.Host, Kind: "cpu", Name: p.CPU, ISA: p.ISA, Visible: p.Visible}
}
