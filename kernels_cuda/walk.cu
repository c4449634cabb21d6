// Random walks on the integers, for solvers/montecarlo.WalkProblem. A step is a
// random bit, so a walk of so many steps ends at 2 ones - steps.
//
// loop: walk_ones IMAD.WIDE
#include "philox.cuh"
#include "warp.cuh"

enum { THREADS = 256, STEPS = 128 };

// How many of the words' first n bits are ones.
__device__ __forceinline__ u32 popcount(const philox_words &r, u32 n) {
	const u32 words[4] = {r.r0, r.r1, r.r2, r.r3};
	u32 ones = 0;
#pragma unroll
	for (u32 w = 0; w < 4; w++) {
		const u32 bits = min(max(n, 32 * w) - 32 * w, 32);
		ones += __popc(words[w] & u32((1ull << bits) - 1));
	}
	return ones;
}

// Adds to ones[i] the ones among some steps of walk high 2^32 + low + i, for i
// below n: those of so many whole blocks of random words from sub on, and the
// first rest bits of the block after them, if rest is not 0.
//
// The threads of x have a walk each, those of one y a part of its blocks, each of
// them at most 2^24.
extern "C" __global__ void __launch_bounds__(THREADS)
	walk_ones(u64 *ones, u32 key0, u32 key1, u32 high, u32 low, u32 n, u32 sub, u32 blocks, u32 each, u32 rest) {
	const u32 i = blockIdx.x * THREADS + threadIdx.x;
	if (i >= n)
		return;
	const u32 from = blockIdx.y * each, some = min(blocks - from, each);
	u32 count = 0;
#pragma unroll 2
	for (u32 b = sub + from; b != sub + from + some; b++) {
		const philox_words r = philox(key0, key1, low + i, high, b, PHILOX_WALK);
		count += __popc(r.r0) + __popc(r.r1) + __popc(r.r2) + __popc(r.r3);
	}
	if (rest > 0 && from + some == blocks)
		count += popcount(philox(key0, key1, low + i, high, sub + blocks, PHILOX_WALK), rest);
	atomicAdd(&ones[i], u64(count));
}

// Where n walks have ended, from their ones, which become 0 for the next: adds to
// sums[0] the end positions, to sums[1], sums[2] and sums[3] the lowest 32 bits,
// the next ones and the rest of their squares, and counts them in a histogram.
//
// An end belongs into bin (ones - least) / width, worked out as a product with
// inverse = ceil(2^63 / width); below 0 it is counted in all[bins], beyond the last
// bin in all[bins+1]. Where there are local bytes of shared memory for them, a
// block counts for itself first.
extern "C" __global__ void __launch_bounds__(THREADS)
	walk_ends(u64 *ones, u32 n, u64 steps, long long least, u64 inverse, u32 bins, u64 *sums, u64 *all, u32 local) {
	extern __shared__ u32 counts[];
	if (local) {
		for (u32 b = threadIdx.x; b < bins + 2; b += THREADS)
			counts[b] = 0;
		__syncthreads();
	}
	u64 sum = 0, low = 0, middle = 0, high = 0;
	for (u32 i = blockIdx.x * THREADS + threadIdx.x; i < n; i += gridDim.x * THREADS) {
		const u64 up = ones[i];
		ones[i] = 0;
		const u64 end = 2 * up - steps, far = (long long)end < 0 ? -end : end;
		sum += end;
		const u64 square = far * far;
		low += u32(square);
		middle += square >> 32;
		high += __umul64hi(far, far);
		const long long from = (long long)up - least;
		const u64 quotient = __umul64hi(2 * u64(from), inverse);
		const u32 bin = from < 0 ? bins : u32(quotient < bins ? quotient : bins + 1);
		if (local)
			atomicAdd(&counts[bin], 1u);
		else
			atomicAdd(&all[bin], 1ull);
	}
	sum = warp_sum(sum);
	low = warp_sum(low);
	middle = warp_sum(middle);
	high = warp_sum(high);
	if (threadIdx.x % 32 == 0) {
		atomicAdd(&sums[0], sum);
		atomicAdd(&sums[1], low);
		atomicAdd(&sums[2], middle);
		atomicAdd(&sums[3], high);
	}
	if (local) {
		__syncthreads();
		for (u32 b = threadIdx.x; b < bins + 2; b += THREADS)
			if (counts[b] > 0)
				atomicAdd(&all[b], u64(counts[b]));
	}
}
