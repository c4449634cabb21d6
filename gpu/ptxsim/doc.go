// Package ptxsim runs PTX without a GPU: it is the machine on which the tests of
// a laptop execute the very kernels that a graphics card would.
//
// The dialect is what NVRTC 11.8 writes for compute capability 6.1, 8.0 and 9.0
// (PTX ISA 7.8). Parse compiles a whole file; an instruction, modifier or
// directive it does not know is an error there, with file and line, and is never
// skipped. Run executes one launch.
//
// # How it runs
//
// A warp is 32 lanes side by side. A register is an array of 32 values, a
// predicate a mask of 32 bits, and each instruction a closure over the arrays of
// its operands, so what is paid for decoding is paid once for 32 lanes:
//
//	           lane 0   lane 1   lane 2         lane 31
//	%f1      [ 0.25   | 0.5    | 0.75   | ... | 8.0   ]     one [32]float32
//	%p1        1        0        1              1           one uint32
//
// Lanes that part at a branch run one side after the other and join again at the
// branch's immediate post-dominator. The warps of a block take turns, from
// barrier to barrier; blocks are spread over GOMAXPROCS goroutines, in order. So a
// block may wait, in a loop over a volatile load, for another one that began before
// it, as one with an earlier ticket of an atomic counter did; one that waits for a
// block which has not begun may wait until the context ends.
//
// # What is checked
//
// A Fault, which names file, line, kernel, block and thread, ends a launch that
//   - reaches outside an allocation, into a freed one, or with an address that is
//     no multiple of the access's size;
//   - reads shared memory or a register that was never written, or what cp.async
//     brings before the wait for it;
//   - races on shared memory: two threads touch a word, one of them writes it, and
//     no barrier of the block lies between, nor, for two lanes of one warp, an
//     instruction that ends in .sync. Writing the value that is there already is
//     no race, nor is an atomic against another atomic or a volatile read;
//   - leaves some threads waiting at a barrier that the others never reach, or
//     arrives there with a part of a warp;
//   - exchanges data among lanes (.sync) of which some are not there.
//
// # What is exact and what is not
//
// Integer arithmetic, every rounding mode, fma, div.rn, sqrt.rn, rcp.rn, and
// conversions are those of IEEE 754 and of the PTX manual, bit for bit; NaNs are
// 0x7fffffff in f32 and any NaN in f64. What the manual leaves open is chosen
// here: the .approx functions return the correctly rounded value or one next to
// it; mma adds the products of one dot product one after the other, k ascending,
// each as an fma of the accumulator's type.
//
// Memory is sequentially consistent within a block: races between blocks, weak
// ordering and missing fences do not show. There is no timing, %clock counts
// instructions, and a warp that waits for its own other lanes waits until the
// context ends. Allocations start filled with 0xff bytes, which are NaNs.
// Calls are inlined, so that recursion and calls through pointers are errors at
// Parse, as are textures, surfaces, half precision arithmetic and the
// instructions of sm_90 that need clusters.
package ptxsim
