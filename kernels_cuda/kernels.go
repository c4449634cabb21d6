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
	"cmp"
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
	all := variants()
	for i := range all {
		all[i].PTX = all[i].read()
	}
	return all
}

// variants are all variants, without their PTX.
func variants() []Variant {
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
		all = append(all, Variant{Name: name, Arch: arch, capability: capability})
	}
	slices.SortFunc(all, func(a, b Variant) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.capability-b.capability)
	})
	return all
}

func (v Variant) read() []byte {
	text, err := files.ReadFile("ptx/" + v.Name + "." + v.Arch + ".ptx")
	if err != nil {
		panic(err)
	}
	return text
}

// PTX returns the variant of a source that suits a device best: the latest that a
// device of this compute capability can run. arch is its name, as in "sm_61".
func PTX(name string, major, minor int) (ptx []byte, arch string, err error) {
	all := slices.DeleteFunc(variants(), func(v Variant) bool { return v.Name != name })
	if len(all) == 0 {
		return nil, "", fmt.Errorf("kernels: there are no kernels named %q", name)
	}
	for _, v := range slices.Backward(all) {
		if v.capability <= 10*major+minor {
			return v.read(), v.Arch, nil
		}
	}
	return nil, "", fmt.Errorf("kernels: %s needs compute capability %d.%d or later: the device has %d.%d",
		name, all[0].capability/10, all[0].capability%10, major, minor)
}
