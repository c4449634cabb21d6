// Package probe measures what a machine can do: how fast memory and caches move
// data, how many multiply-adds the cores do, what a message costs between each kind
// of pair of ranks, what an all-reduce costs, and how devices copy and start. These
// are the limits that the kernels are held against, and what a model of more ranks
// is made of.
//
// # Discipline
//
// What one core does is measured on rank 0, what all cores do by all ranks at once,
// each with the threads that it computes with as far as no core has two of them. A
// sample begins behind a barrier; on each node it is the work of all ranks over the
// time of the slowest, and nodes add up. Ranks that have no part in a probe sleep.
// Samples of different sizes are taken in turn, so that a disturbance does not meet
// one size alone, and there are at least 6 of each, of which the median has a
// confidence interval.
//
// # Messages
//
//	latency     half of a message to and fro, as osu_latency
//	bandwidth   64 messages at once, of long ones as many as make 64 MiB, then an
//	            answer, as osu_bw
//	overhead    the time that each of 16 nonblocking sends in a row keeps its rank,
//	            to receives that wait: o of LogGP
//	allreduce   sums of float64, back to back, on the slowest rank
//
// Over an MPI library they are taken twice: through package mpi, which is what a
// solver gets, and in a loop in C inside this process, which is what the library
// can do and the limit of the former. Long messages cost the same both ways.
package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/mpi/idle"
	"hybrid/simd"
	"hybrid/study/result"
)

// Options of the probes. The zero value of a field means its default. All but
// Device are the same on all ranks.
type Options struct {
	ISA     simd.ISA    // of the loops; default the best
	Threads int         // that this rank computes with; default 1
	Device  *gpu.Device // this rank's; nil: it has none

	// Time is what one probe may take, over all its sizes. Default 1 s. A few
	// samples of each are taken however long they take.
	Time time.Duration

	MaxMessage int // bytes of the longest message; default 64 MiB
	ArrayBytes int // of each array of STREAM; default that of package membw

	// Only names the groups of probes to take: arithmetic, memory, caches, messages,
	// all-reduce, devices. Default all.
	Only []string

	// Begin, where not nil, is called on rank 0 when a group of probes begins, with
	// its number from 0, how many there are, and its name.
	Begin func(i, n int, name string)
}

// Where a probe was measured, in Probe.On.
const (
	OneCore     = "one core"
	AllCores    = "all cores"
	SameProcess = "same process"
	SameNode    = "same node"
	OtherNode   = "other node"
)

// Run takes all probes of the machine that the ranks of c run on, and returns them
// on every rank. When ctx ends it returns the cause, between two groups of probes.
// It is collective and takes about Time for each of some 10 probes.
func Run(ctx context.Context, c *mpi.Comm, o Options) ([]result.Probe, error) {
	m, err := look(c, o)
	if err != nil {
		return nil, err
	}
	groups, err := m.groups()
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	own := make([][]result.Probe, len(groups))
	for i, g := range groups {
		if err := c.Agree(context.Cause(ctx)); err != nil {
			return nil, err
		}
		if o.Begin != nil && c.Rank() == 0 {
			o.Begin(i, len(groups), g.name)
		}
		if own[i], err = g.run(); err != nil {
			return nil, err
		}
	}
	all, err := gather.Values(c, own)
	if err != nil {
		return nil, err
	}
	var probes []result.Probe
	for i := range groups {
		for _, of := range all {
			probes = append(probes, of[i]...)
		}
	}
	return probes, nil
}

// A group is probes that are taken together.
type group struct {
	name string
	run  func() ([]result.Probe, error)
}

// groups are those that are wanted.
func (m *machine) groups() ([]group, error) {
	all := []group{
		{"arithmetic", m.arithmetic},
		{"memory", m.memory},
		{"caches", m.caches},
		{"messages", m.messages},
		{"all-reduce", m.allreduce},
		{"devices", m.devices},
	}
	if len(m.o.Only) == 0 {
		return all, nil
	}
	var names []string
	for _, g := range all {
		names = append(names, g.name)
	}
	for _, name := range m.o.Only {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("probe: there are no probes of %q: want some of %s", name, strings.Join(names, ", "))
		}
	}
	return slices.DeleteFunc(all, func(g group) bool { return !slices.Contains(m.o.Only, g.name) }), nil
}

func (o Options) resolve() (Options, error) {
	if o.Threads < 0 || o.Time < 0 || o.MaxMessage < 0 || o.ArrayBytes < 0 {
		return o, errors.New("probe: negative option")
	}
	o.Threads = max(o.Threads, 1)
	if o.Time == 0 {
		o.Time = time.Second
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = 64 << 20
	}
	var err error
	o.ISA, err = o.ISA.Resolve()
	return o, err
}

// together calls f on the active ranks with a communicator of their own, while the
// others rest. It is collective over all.
func (m *machine) together(active bool, f func(c *mpi.Comm) error) error {
	color := -1
	if active {
		color = 0
	}
	c, err := m.comm.Split(color, m.comm.Rank())
	if err != nil {
		return err
	}
	return idle.While(m.comm, active, func() error {
		if err := f(c); err != nil {
			return err
		}
		return c.Free()
	})
}
