// Gpustencil is stencil on GPUs, one for each rank, by a kernel of its own: kernel.cu,
// which make kernels compiles. Where there is no GPU a simulated one runs the same PTX.
package main

import (
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"

	"hybrid/gpu"
	"hybrid/gpu/bind"
	"hybrid/halo"
	"hybrid/mpi"
)

//go:embed kernel.sm_61.ptx
var ptx []byte

func main() {
	ranks := flag.Int("ranks", 4, "ranks, where no launcher starts them")
	mode := flag.String("gpu", "auto", "on, sim, or auto: a GPU where there is one, else a simulated one")
	flag.Parse()
	os.Exit(mpi.Main(*ranks, func(c *mpi.Comm) error { return run(c, bind.Mode(*mode)) }))
}

func run(c *mpi.Comm, mode bind.Mode) error {
	bound, err := bind.Ranks(c, mode, bind.Options{})
	if err != nil {
		return err
	}
	d := cmp.Or(bound.Device, gpu.Sim(gpu.SimOptions{}))
	defer d.Close()
	module, err1 := d.Load("kernel.sm_61.ptx", ptx)
	stream, err2 := d.NewStream()
	if err := c.Agree(errors.Join(err1, err2)); err != nil {
		return err
	}
	kernel, err := module.Kernel("blur")
	if err != nil {
		return err
	}
	g, err := halo.New(c, []int{120, 200}, halo.Options{Periodic: []bool{true, true}})
	if err != nil {
		return err
	}
	h, k := halo.NewField[float64](g), halo.NewField[float64](g) // on the host, to compare
	h.Fill(func(at []int) float64 { return float64(at[0] ^ at[1]) })
	l, err := halo.Connect(g, d, "") // how halos get from device to device
	u, err1 := halo.NewDeviceField[float64](g, d, l)
	v, err2 := halo.NewDeviceField[float64](g, d, l)
	if err := c.Agree(errors.Join(err, err1, err2)); err != nil {
		return err
	}
	if err := u.Write(h); err != nil {
		return err
	}
	for range 50 {
		err := u.Update(stream, func(b halo.Box) error {
			rows, cols := b.Hi[0]-b.Lo[0], b.Hi[1]-b.Lo[1]
			grid, block := gpu.Dim{X: (cols + 31) / 32, Y: (rows + 3) / 4}, gpu.Dim{X: 32, Y: 4}
			return kernel.Launch(stream, grid, block, 0, v.Buffer.Arg(), u.Buffer.Arg(), gpu.Value(int32(u.Index(b.Lo...))),
				gpu.Value(int32(u.Stride(0))), gpu.Value(int32(rows)), gpu.Value(int32(cols)))
		})
		if err := errors.Join(err, h.Update(func(b halo.Box) { blur(k, h, b) })); err != nil {
			return err
		}
		u, v, h, k = v, u, k, h
	}
	if err := errors.Join(stream.Synchronize(), u.Read(k)); err != nil {
		return err
	}
	device, err1 := k.Gather(0)
	host, err2 := h.Gather(0)
	if err := errors.Join(err1, err2); err != nil || c.Rank() != 0 {
		return err
	}
	for i := range host {
		if math.Float64bits(host[i]) != math.Float64bits(device[i]) {
			return fmt.Errorf("cell %d is %g on the device and %g on the host", i, device[i], host[i])
		}
	}
	fmt.Printf("on %s: first cell %.6f, all bits as on the host\n", d.Info().Kind, device[0])
	return nil
}

// blur is the kernel in Go.
func blur(v, u *halo.Field[float64], b halo.Box) {
	down := u.Stride(0) // from a cell to the one below
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		at := u.Index(i, b.Lo[1])
		for j := b.Lo[1]; j < b.Hi[1]; j, at = j+1, at+1 {
			n, c, s := u.Data[at-down-1:at-down+2], u.Data[at-1:at+2], u.Data[at+down-1:at+down+2]
			v.Data[at] = (4*c[1] + 2*(n[1]+s[1]+c[0]+c[2]) + (n[0] + n[2] + s[0] + s[2])) / 16
		}
	}
}
