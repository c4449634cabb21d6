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
