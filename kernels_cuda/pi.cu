// Points inside the quarter circle: the count of solvers/montecarlo.EstimatePi.
//
// loop: pi IMAD.WIDE
#include "philox.cuh"

enum { threads = 256 };

// 1 if the point (x+1/2, y+1/2) is not inside the circle of radius 2^32 around the
// origin: if x(x+1) + y(y+1) overflows 64 bits.
__device__ __forceinline__ u32 outside(u32 x, u32 y) {
	u32 carry;
	asm("{\n\t"
	    ".reg .u64 s, t;\n\t"
	    ".reg .u32 s0, s1, t0, t1;\n\t"
	    "mul.wide.u32 s, %1, %1;\n\t"
	    "mul.wide.u32 t, %2, %2;\n\t"
	    "mov.b64 {s0, s1}, s;\n\t"
	    "mov.b64 {t0, t1}, t;\n\t"
	    "add.cc.u32 s0, s0, %1;\n\t"
	    "addc.u32 s1, s1, 0;\n\t" // x(x+1) < 2^64
	    "add.cc.u32 t0, t0, %2;\n\t"
	    "addc.u32 t1, t1, 0;\n\t"
	    "add.cc.u32 s0, s0, t0;\n\t"
	    "addc.cc.u32 s1, s1, t1;\n\t"
	    "addc.u32 %0, 0, 0;\n\t"
	    "}"
	    : "=r"(carry)
	    : "r"(x), "r"(y));
	return carry;
}

// Adds to *inside the number of points inside among those of n blocks: indices
// high 2^32 + low and on, two points each. low + n is at most 2^32, n below
// 2^32 / 2, since a thread counts 32 bits.
extern "C" __global__ void __launch_bounds__(threads) pi(u64 *inside, u32 key0, u32 key1, u32 high, u32 low, u32 n) {
	const u32 all = gridDim.x * threads;
	u32 count = 0;
	for (u32 i = blockIdx.x * threads + threadIdx.x; i < n; i += all) {
		const philox_words r = philox(key0, key1, low + i, high, 0, PHILOX_PI);
		count += 2 - outside(r.r0, r.r1) - outside(r.r2, r.r3);
	}

	__shared__ u32 sums[threads / 32];
	for (int d = 16; d > 0; d /= 2)
		count += __shfl_down_sync(~0u, count, d);
	if (threadIdx.x % 32 == 0)
		sums[threadIdx.x / 32] = count;
	__syncthreads();
	if (threadIdx.x == 0) {
		u64 sum = 0;
		for (int w = 0; w < threads / 32; w++)
			sum += sums[w];
		atomicAdd(inside, sum);
	}
}
