// What the lanes of a warp do together.
#pragma once

// The sum of x over the lanes, in lane 0. All 32 must be there. In the other
// lanes it is the sum of some.
template <typename T> __device__ __forceinline__ T warp_sum(T x) {
#pragma unroll
	for (int d = 16; d > 0; d /= 2)
		x += __shfl_down_sync(~0u, x, d);
	return x;
}

// The sum of x over the lanes up to this one. All 32 must be there.
template <typename T> __device__ __forceinline__ T warp_prefix(T x) {
#pragma unroll
	for (int d = 1; d < 32; d *= 2) {
		const T before = __shfl_up_sync(~0u, x, d);
		if (threadIdx.x % 32 >= d)
			x += before;
	}
	return x;
}
