package cli

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"hybrid/gpu/bind"
	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/simd"
)

// bind gives the rank its device, if the command has use for one and --gpu wants
// it, and says once what the ranks compute on. It is collective.
func (j *job) bind() error {
	if j.about.OnCPU {
		return nil
	}
	mode := bind.Mode(j.config.GPU)
	wanted := []int64{0}
	if mode != bind.ModeOff {
		wanted[0] = 1
	}
	// Some ranks of a job may be told to leave the GPUs of their node to others.
	if err := mpi.Allreduce(j.Comm, wanted, wanted, mpi.Max); err != nil || wanted[0] == 0 {
		return err
	}
	b, err := bind.Ranks(j.Comm, mode, bind.Options{Sim: j.config.sim})
	if err != nil {
		var remote *mpi.RemoteError
		if mode == bind.ModeOn && !errors.As(err, &remote) {
			err = fmt.Errorf("%s is on, but rank %d on %s has no GPU: %s", j.config.name("gpu"), j.Comm.Rank(), j.Comm.Host(), reason(err.Error()))
		}
		return err
	}
	if j.about.OneEach {
		if err := b.OneEach(j.Comm); err != nil {
			return errors.Join(err, b.Close())
		}
	}
	j.binding, j.Device = b, b.Device
	if j.Comm.Rank() == 0 && !j.config.Quiet {
		j.console.devices(b)
	}
	return nil
}

// unbind gives the device back.
func (j *job) unbind() error {
	if j.binding == nil {
		return nil
	}
	return j.binding.Close()
}

// devices prints a row for each rank that has a device or, where none has one,
// why not, in one line, unless their machines have no GPU at all.
func (c *console) devices(b *bind.Binding) {
	for _, text := range b.Warnings {
		c.say("warning: %s", text)
	}
	bound, why := 0, ""
	for i := range b.Ranks {
		r := &b.Ranks[i]
		switch {
		case r.Bound:
			bound++
			continue
		case r.Reason == "":
			r.Reason = "told to leave GPUs alone"
		case why == "" && !r.Absent:
			why = r.Reason
		}
	}
	if bound == 0 {
		if why != "" {
			c.say("no GPU, computing on the CPU: %s", reason(why))
		}
		return
	}
	w := tabwriter.NewWriter(c.stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RANK\tHOST\tDEVICE\tUUID\tMEMORY")
	for _, r := range b.Ranks {
		if r.Bound {
			fmt.Fprintf(w, "%d\t%s\t%d %s\t%s\t%s\n", r.Rank, plain.Text(r.Host), r.Info.Index, plain.Text(r.Info.Name), plain.Text(r.Info.UUID), units.Memory(float64(r.Info.Memory)))
		} else {
			fmt.Fprintf(w, "%d\t%s\tCPU: %s\t\t\n", r.Rank, plain.Text(r.Host), reason(r.Reason))
		}
	}
	w.Flush() // the stream keeps its error
}

// reason is an error of package gpu for a sentence that names it already.
func reason(text string) string { return plain.Line(strings.TrimPrefix(text, "gpu: ")) }

// using is what the rank computes on, for the report; on its processor by kernels of isa.
func (j *job) using(isa simd.ISA) rankDevice {
	d := j.here.device()
	d.ISA = isa.String()
	if j.Device != nil {
		info := j.Device.Info()
		d.Kind, d.Name, d.UUID, d.ISA = info.Kind, info.Name, info.UUID, fmt.Sprintf("sm_%d%d", info.Major, info.Minor)
	}
	return d
}
