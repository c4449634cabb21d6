// Package pathtest has what solvers' tests share on the ways that halos take from device to
// device in one process.
package pathtest

import (
	"hybrid/gpu"
	"hybrid/halo"
)

// A Case is a path that is asked for, "" for the best, and what becomes of it.
type Case struct {
	Path, Takes halo.Path
	Refuse      bool   // rank 1's device gives nobody access to its memory
	Wrong       string // in the error that ends the run; "": it goes on
}

// Cases are those of ranks of one process.
var Cases = []Case{
	{"", halo.Peer, false, ""},
	{halo.Peer, halo.Peer, false, ""},
	{halo.Staged, halo.Staged, false, ""},
	{"", halo.Staged, true, ""},
	{halo.Peer, "", true, "exchange halos by peer: cuCtxEnablePeerAccess: CUDA_ERROR_PEER_ACCESS_UNSUPPORTED"},
	{halo.IPC, "", false, "exchange halos by ipc: they are not two processes of one machine"},
	{halo.Direct, "", false, "exchange halos by mpi: the MPI library does not say"},
}

// Device is the simulated one of a rank.
func (c Case) Device(rank int) *gpu.Device {
	refused := &gpu.Error{Call: "cuCtxEnablePeerAccess", Code: 217, Name: "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED", Text: "peer access is not supported"}
	return gpu.Sim(gpu.SimOptions{Index: rank, Fail: func(call string) error {
		if call == refused.Call && c.Refuse && rank == 1 {
			return refused
		}
		return nil
	}})
}
