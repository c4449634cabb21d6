// Points inside the quarter circle: the count of solvers/montecarlo.EstimatePi.
//
// loop: pi IMAD.WIDE
#include "philox.cuh"
#include "warp.cuh"

enum { THREADS = 256 };

// Adds 1 to count if the point (x+1/2, y+1/2) is not inside the circle of radius
// 2^32 around the origin: if x(x+1) + y(y+1) overflows 64 bits. The second of the
// two parts can not, and the carry of their sum comes out of the multiplier.
__device__ __forceinline__ void outside(u32 x, u32 y, u32 &count) {
	const u64 a = u64(x) * x, b = u64(y) * y + x + y;
	u64 sum;
	asm("add.cc.u64 %0, %2, %3;\n\t"
	    "addc.u32 %1, %1, 0;"
	    : "=l"(sum), "+r"(count)
	    : "l"(a), "l"(b));
	(void)sum;
}

// Adds to *inside the number of points inside among those of n blocks of random
// words, two points each, whose indices are high 2^32 + low and on. low + n is at
// most 2^32, and n below 2^31, so that a count has 32 bits.
extern "C" __global__ void __launch_bounds__(THREADS) pi(u64 *inside, u32 key0, u32 key1, u32 high, u32 low, u32 n) {
	const u32 all = gridDim.x * THREADS, me = blockIdx.x * THREADS + threadIdx.x;
	const u32 trips = n / all + (me < n % all);
	u32 index = low + me, count = 0;
#pragma unroll 4
	for (u32 t = 0; t < trips; t++, index += all) {
		const philox_words r = philox(key0, key1, index, high, 0, PHILOX_PI);
		outside(r.r0, r.r1, count);
		outside(r.r2, r.r3, count);
	}

	__shared__ u32 sums[THREADS / 32];
	const u32 sum = warp_sum(2 * trips - count);
	if (threadIdx.x % 32 == 0)
		sums[threadIdx.x / 32] = sum;
	__syncthreads();
	if (threadIdx.x == 0) {
		u32 all = 0;
		for (int w = 0; w < THREADS / 32; w++)
			all += sums[w];
		atomicAdd(inside, u64(all));
	}
}
