package model

import (
	"context"
	"fmt"
	"hybrid/internal/ir"
	"hybrid/internal/ir/machine"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
	"testing"
	"unsafe"
)

func BenchmarkSmall(b *testing.B) {
	for _, n := range []int{64, 128, 256} {
		for _, st := range []int{1, 8} {
			b.Run(fmt.Sprint(n, "/", st), func(b *testing.B) {
				mpi.Run(1, func(c *mpi.Comm) error {
					sys := heatSystem(n)
					s, err := New[float64](sys, task.Place{Comm: c, Threads: 1}, Options{Steps: st, Tile: [2]int{1, 1024}, Compile: compiler(simd.Best())})
					if err != nil {
						return err
					}
					s.Prepare()
					const at = 48
					for b.Loop() {
						s.Advance(context.Background(), at)
					}
					b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(n*at*b.N), "ns/row")
					return nil
				})
			})
		}
		b.Run(fmt.Sprint(n, "/raw"), func(b *testing.B) {
			k, _ := machine.Compile(heatSystem(64).Passes[0].Program, simd.AVX2)
			rows := make([]float64, 5*(n+64))
			p := func(i int) unsafe.Pointer { return unsafe.Pointer(&rows[i*(n+64)+8]) }
			a := &ir.Args{N: n, In: []unsafe.Pointer{p(0), p(1), p(2)}, Out: []unsafe.Pointer{p(3)}}
			for b.Loop() {
				for range 1000 {
					k.Run(a)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N), "ns/row")
		})
	}
}
