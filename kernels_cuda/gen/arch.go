package main

// An arch is an architecture, with the limits of a multiprocessor from the tables
// "Technical Specifications per Compute Capability" and "Throughput of Native
// Arithmetic Instructions" of the CUDA C++ Programming Guide 12.9.
type arch struct {
	capability int // times ten

	// What blocks share: threads, blocks, and bytes of shared memory, of which the
	// system takes some for each block.
	threads, blocks         int
	shared, reserved        int
	registers, registerUnit int // 32-bit; those of a warp come in such units

	// Results of a clock cycle, by unit. 0 where the disassembler knows no such
	// architecture.
	rates map[unit]float64
}

// A unit executes some of a multiprocessor's instructions.
type unit string

const (
	fp32   unit = "fma32"  // float32 products and sums, and products of integers
	imad   unit = "imad"   // products of integers among these
	alu    unit = "alu"    // integer sums, logic, shifts, comparisons, selections
	fp64   unit = "fma64"  // all of float64
	xu     unit = "xu"     // special functions, popcount, conversions
	lsu    unit = "lsu"    // loads, stores and shuffles, whatever their width
	tensor unit = "tensor" // matrix products
	issue  unit = "issue"  // every instruction, among them those of no other unit
)

var units = []unit{fp32, imad, alu, fp64, xu, lsu, tensor, issue}

// The rate of float32 covers float32 and integer products together: they share
// half of its lanes from 8.6 on, and all of them before. Tensor cores execute one
// warp's matrix product in many cycles; their rate is that of a DMMA.884, 256 fused products of
// float64 in a warp, and weight says how other shapes and types compare.
var archs = []arch{
	{capability: 61, threads: 2048, blocks: 32, shared: 96 << 10, registers: 65536, registerUnit: 256},
	{capability: 70, threads: 2048, blocks: 32, shared: 96 << 10, registers: 65536, registerUnit: 256},
	{capability: 75, threads: 1024, blocks: 16, shared: 64 << 10, registers: 65536, registerUnit: 256,
		rates: map[unit]float64{fp32: 64, imad: 64, alu: 64, fp64: 2, xu: 16, lsu: 32, issue: 128}},
	{capability: 80, threads: 2048, blocks: 32, shared: 164 << 10, reserved: 1 << 10, registers: 65536, registerUnit: 256,
		rates: map[unit]float64{fp32: 64, imad: 64, alu: 64, fp64: 32, xu: 16, lsu: 32, tensor: 8, issue: 128}},
	{capability: 86, threads: 1536, blocks: 16, shared: 100 << 10, reserved: 1 << 10, registers: 65536, registerUnit: 256,
		rates: map[unit]float64{fp32: 128, imad: 64, alu: 64, fp64: 2, xu: 16, lsu: 32, issue: 128}},
	{capability: 90, threads: 2048, blocks: 32, shared: 228 << 10, reserved: 1 << 10, registers: 65536, registerUnit: 256,
		rates: map[unit]float64{fp32: 128, imad: 64, alu: 64, fp64: 64, xu: 16, lsu: 32, tensor: 16, issue: 128}},
}

// residents is how many blocks a multiprocessor holds at once.
func (a arch) residents(block, registers, shared int) int {
	warps := roundUp(block, 32) / 32
	n := min(a.blocks, a.threads/(32*warps))
	if registers > 0 {
		n = min(n, a.registers/(warps*roundUp(32*registers, a.registerUnit)))
	}
	if s := roundUp(shared+a.reserved, 128); s > 0 {
		n = min(n, a.shared/s)
	}
	return n
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
