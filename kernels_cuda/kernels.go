// Package kernels has the GPU kernels: CUDA C++ sources, the PTX that NVIDIA's
// compiler made from them, which is part of every program, and a Go side for each
// that checks sizes, picks the launch shape and launches.
//
//	NAME.cu              the kernels of one thing, with shared headers *.cuh
//	NAME.go              their Go side
//	ptx/NAME.sm_61.ptx   what make kernels made, for compute capability 6.1 and up
//	ptx/NAME.sm_80.ptx   and for 8.0 and up, where it pays
//
// The driver compiles PTX for the device that it finds, so a variant runs on its
// own compute capability and on all later ones. What the kernels cost on each is in
// docs/kernels.md.
//
// Products and sums are rounded each by itself, and fused only where a source says
// fma: a kernel gives the bits that the CPU gives.
package kernels

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed ptx/*.ptx
var files embed.FS

// A Variant is the PTX of a source for one compute capability and later ones.
type Variant struct {
	Name string // of the source, without .cu
	Arch string // as in "sm_61"
	PTX  []byte

	capability int // times ten
}

// Variants returns all variants, sorted by name and capability.
func Variants() []Variant {
	entries, err := files.ReadDir("ptx")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var all []Variant
	for _, e := range entries {
		name, arch, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".ptx"), ".")
		capability, err := strconv.Atoi(strings.TrimPrefix(arch, "sm_"))
		if err != nil {
			panic(fmt.Sprintf("kernels: %s: want NAME.sm_NN.ptx", e.Name()))
		}
		text, err := files.ReadFile("ptx/" + e.Name())
		if err != nil {
			panic(err)
		}
		all = append(all, Variant{name, arch, text, capability})
	}
	slices.SortFunc(all, func(a, b Variant) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return a.capability - b.capability
	})
	return all
}

// PTX returns the variant of a source that suits a device best: the latest that a
// device of this compute capability can run. arch is its name, as in "sm_61".
func PTX(name string, major, minor int) (ptx []byte, arch string, err error) {
	oldest := 0
	for _, v := range Variants() {
		if v.Name != name {
			continue
		}
		if oldest == 0 {
			oldest = v.capability
		}
		if v.capability <= 10*major+minor {
			ptx, arch = v.PTX, v.Arch
		}
	}
	switch {
	case oldest == 0:
		return nil, "", fmt.Errorf("kernels: there are no kernels named %q", name)
	case arch == "":
		return nil, "", fmt.Errorf("kernels: %s needs compute capability %d.%d or later: the device has %d.%d",
			name, oldest/10, oldest%10, major, minor)
	}
	return ptx, arch, nil
}
