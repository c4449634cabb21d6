// Steps of z <- z^2 + c out of the circle of radius 2: the counts of package
// escape, with its roundings.
//
// loop: mandelbrot_f64 DMUL
// loop: mandelbrot_f32 FMUL
#include "warp.cuh"

enum { side = 64, part = 16, threads = part * part, block = 8 };

template <typename T>
struct point {
	T x, y;

	__device__ __forceinline__ void step(T cx, T cy) {
		const T xx = x * x, yy = y * y;
		y = fma(T(2), x * y, cy); // doubling is exact, so this rounds as 2 (x y) + cy does
		x = (xx - yy) + cx;
	}
	__device__ __forceinline__ bool within() const { return x * x + y * y <= T(4); }
};

// The count of a point. A block of steps does not look for an escape before its
// end, and is done again from its beginning if there is one; where |c| >= 1.99 a
// point may come back, and every step looks. A point that has a value that it had
// before never escapes.
template <typename T>
__device__ __forceinline__ unsigned count(T cx, T cy, unsigned limit) {
	point<T> z = {0, 0}, before = z, saved = z;
	unsigned k = 0, save = 2 * block;
	if (cx * cx + cy * cy < T(3.96)) {
		while (k < limit) {
			before = z;
#pragma unroll
			for (int i = 0; i < block; i++)
				z.step(cx, cy);
			if (!z.within())
				break;
			k += block;
			if (z.x == saved.x && z.y == saved.y)
				return limit;
			if (k == save) {
				saved = z;
				save *= 2;
			}
		}
		if (k >= limit)
			return limit;
		z = before;
	}
	while (k < limit) {
		z.step(cx, cy);
		k++;
		if (!z.within())
			break;
	}
	return k;
}

// Sets counts to those of the tiles first, first+1, ... of a picture: side x side
// pixels for each tile, row by row, of which those outside of the picture are left
// alone. What a tile's counts add up to is added to its element of sums. cols is the
// number of tiles in a row of them; re and im are the real parts of the columns and
// the imaginary parts of the rows of pixels. A block has part x part pixels, a warp
// 8 x 4, which tend to have like counts.
template <typename T>
__device__ __forceinline__ void tiles(int *counts, unsigned long long *sums, const T *re, const T *im, unsigned limit,
                                      unsigned width, unsigned height, unsigned cols, unsigned long long first) {
	const unsigned parts = side / part;
	const unsigned tile = blockIdx.x / (parts * parts), piece = blockIdx.x % (parts * parts);
	const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
	const unsigned x = piece % parts * part + warp % 2 * 8 + lane % 8;
	const unsigned y = piece / parts * part + warp / 2 * 4 + lane / 8;
	const unsigned long long i = (first + tile) % cols * side + x, j = (first + tile) / cols * side + y;
	unsigned long long sum = 0;
	if (i < width && j < height)
		counts[(tile * side + y) * side + x] = sum = count(re[i], im[j], limit);
	sum = warp_sum(sum);
	if (lane == 0)
		atomicAdd(&sums[tile], sum);
}

#define TILES(name, T)                                                                                            \
	extern "C" __global__ void __launch_bounds__(threads)                                                         \
	name(int *counts, unsigned long long *sums, const T *re, const T *im, unsigned limit, unsigned width,         \
	     unsigned height, unsigned cols, unsigned long long first) {                                              \
		tiles<T>(counts, sums, re, im, limit, width, height, cols, first);                                        \
	}

TILES(mandelbrot_f64, double)
TILES(mandelbrot_f32, float)
