// Radix sort of unsigned integers, and of keys that an order maps to them, as package
// radix does. After Onesweep (Adinets and Merrill, arXiv:2206.01784): the keys are read
// once to count all digits, and read and written once for each digit of 8 bits, from
// the lowest up.
//
// loop: sort_count_u32 ATOMS
// loop: sort_count_u64 ATOMS
// loop: sort_pass_u32 VOTE
// loop: sort_pass_u64 VOTE
#include "warp.cuh"

using u32 = unsigned;
using u64 = unsigned long long;

enum { THREADS = 256, WARPS = THREADS / 32, BITS = 8, BINS = 1 << BITS }; // a thread for every bin

__device__ __forceinline__ u32 sign(u32 x) { return int(x) >> 31; }
__device__ __forceinline__ u64 sign(u64 x) { return (long long)(x) >> 63; }

// The map from the bits of a key to its rank, an unsigned integer that orders as the
// keys do, and back: see package radix.
template <typename U>
struct order {
	U both, flip, shift; // And, Or and Sub there

	__device__ __forceinline__ U rank(U bits) const { return (bits ^ ((sign(bits) & both) | flip)) - shift; }
	__device__ __forceinline__ U bits(U rank) const {
		const U top = rank + shift;
		return top ^ ((sign(U(top ^ flip)) & both) | flip);
	}
};

template <typename U>
__device__ __forceinline__ u32 digit(U rank, u32 at) {
	return u32(rank >> at) % BINS;
}

// Adds to counts[d BINS + b] how many of n keys have b as digit d, the lowest being digit
// 0. n is below 2^32. A thread adds up equal digits that follow each other before it
// tells the block, so that digits that never change cost next to nothing.
template <typename U>
__device__ __forceinline__ void count(const U *keys, u32 n, u64 *counts, order<U> in) {
	enum { DIGITS = sizeof(U) };
	__shared__ u32 all[DIGITS * BINS];
	for (u32 i = threadIdx.x; i < DIGITS * BINS; i += THREADS)
		all[i] = 0;
	__syncthreads();
	u32 last[DIGITS], run[DIGITS];
#pragma unroll
	for (u32 d = 0; d < DIGITS; d++)
		last[d] = run[d] = 0;
	const u32 step = gridDim.x * THREADS, me = blockIdx.x * THREADS + threadIdx.x;
	const u32 trips = n / step + (me < n % step);
	for (u32 t = 0, i = me; t < trips; t++, i += step) {
		const U key = in.rank(keys[i]);
#pragma unroll
		for (u32 d = 0; d < DIGITS; d++) {
			const u32 now = digit(key, BITS * d);
			if (now != last[d]) {
				atomicAdd(&all[d * BINS + last[d]], run[d]);
				last[d] = now;
				run[d] = 0;
			}
			run[d]++;
		}
	}
#pragma unroll
	for (u32 d = 0; d < DIGITS; d++)
		atomicAdd(&all[d * BINS + last[d]], run[d]);
	__syncthreads();
	for (u32 i = threadIdx.x; i < DIGITS * BINS; i += THREADS)
		if (all[i] > 0)
			atomicAdd(&counts[i], u64(all[i]));
}

// What a tile tells the later ones of each bin is one word, so that it is there as a
// whole or not at all, and needs no fence: nothing yet, how many keys of its own the bin
// has, or how many it has up to the tile's end.
enum : u32 { OWN = 1u << 30, UP_TO = 2u << 30, NUMBER = OWN - 1 };

__device__ __forceinline__ void tell(u32 *word, u32 what) { *(volatile u32 *)word = what; }

// How many keys a bin has in the tiles before one: words are those of the bin, a tile's
// BINS after the one before. Tiles are numbered as they begin, so those before this one
// have their blocks, and will tell.
__device__ __forceinline__ u32 look_back(const u32 *words, u32 tile) {
	u32 sum = 0;
	while (tile > 0) {
		const u32 word = *(const volatile u32 *)&words[(tile - 1) * BINS];
		sum += word & NUMBER;
		if (word >= UP_TO)
			break;
		if (word >= OWN)
			tile--;
	}
	return sum;
}

// The lanes with this lane's digit. All 32 must be there.
__device__ __forceinline__ u32 peers(u32 digit) {
	u32 same = ~0u;
#pragma unroll
	for (u32 b = 0; b < BITS; b++) {
		const bool one = digit >> b & 1;
		const u32 ones = __ballot_sync(~0u, one);
		same &= one ? ones : ~ones;
	}
	return same;
}

// Sorts n keys by the digit at bit at, those that have it in common in the order in
// which they are: into the places from starts[b] on for digit b. ends[b] is where those
// of further keys go, if n is a multiple of the tile. n is at most 2^30. ticket and words,
// BINS for every tile, are 0.
//
//	load   a tile: each warp a run of it, in rows of 32
//	rank   each key among the warp's with its digit: lanes by a vote, rows by a count
//	tell   the tiles behind how many keys each bin has here
//	move   the keys into the order of their digits, in shared memory
//	look   back how many keys each bin has in the tiles before
//	store  neighbours of a bin side by side
template <typename U, int ROWS>
__device__ __forceinline__ void pass(const U *from, U *to, u32 n, u32 at, const u64 *starts, u64 *ends, u32 *ticket,
                                     u32 *words, order<U> in, order<U> out) {
	enum { TILE = ROWS * THREADS };
	__shared__ union {
		u32 counts[WARPS][BINS];
		U keys[TILE];
	} room;
	__shared__ u64 places[BINS];
	__shared__ u32 sums[WARPS], number;
	const u32 me = threadIdx.x, warp = me / 32, lane = me % 32;

	if (me == 0)
		number = atomicAdd(ticket, 1u);
#pragma unroll
	for (u32 w = 0; w < WARPS; w++)
		room.counts[w][me] = 0;
	__syncthreads();
	const u32 tile = number, first = tile * TILE, valid = min(n - first, u32(TILE));

	// Beyond the last key are others that are behind it in any order.
	U keys[ROWS];
	u32 ranks[ROWS];
#pragma unroll
	for (u32 r = 0; r < ROWS; r++) {
		const u32 i = (warp * ROWS + r) * 32 + lane;
		keys[r] = i < valid ? in.rank(from[first + i]) : ~U(0);
	}
	const u32 below = (1u << lane) - 1;
#pragma unroll
	for (u32 r = 0; r < ROWS; r++) {
		const u32 d = digit(keys[r], at), same = peers(d), before = __popc(same & below);
		const u32 count = room.counts[warp][d];
		__syncwarp();
		if (before == 0)
			room.counts[warp][d] = count + __popc(same);
		__syncwarp();
		ranks[r] = count + before;
	}
	__syncthreads();

	// A thread is its bin's from here on: the counts become where each warp's keys begin.
	u32 own = 0;
#pragma unroll
	for (u32 w = 0; w < WARPS; w++) {
		const u32 count = room.counts[w][me];
		room.counts[w][me] = own;
		own += count;
	}
	u32 *word = &words[tile * BINS + me];
	tell(word, (tile > 0 ? OWN : UP_TO) + own);
	u32 start = warp_prefix(own);
	if (lane == 31)
		sums[warp] = start;
	__syncthreads();
	start -= own;
#pragma unroll
	for (u32 w = 0; w < WARPS; w++)
		start += w < warp ? sums[w] : 0;
#pragma unroll
	for (u32 w = 0; w < WARPS; w++)
		room.counts[w][me] += start;
	__syncthreads();
#pragma unroll
	for (u32 r = 0; r < ROWS; r++)
		ranks[r] += room.counts[warp][digit(keys[r], at)];
	__syncthreads();
#pragma unroll
	for (u32 r = 0; r < ROWS; r++)
		room.keys[ranks[r]] = keys[r];

	const u32 earlier = look_back(&words[me], tile);
	if (tile > 0)
		tell(word, UP_TO + earlier + own);
	places[me] = starts[me] + earlier - start;
	if (tile == gridDim.x - 1)
		ends[me] = starts[me] + earlier + own;
	__syncthreads();
#pragma unroll
	for (u32 r = 0; r < ROWS; r++) {
		const u32 i = r * THREADS + me;
		if (i < valid) {
			const U key = room.keys[i];
			to[places[digit(key, at)] + i] = out.bits(key);
		}
	}
}

#define SORT(name, U, ROWS)                                                                                            \
	extern "C" __global__ void __launch_bounds__(THREADS)                                                              \
	sort_count_##name(const U *keys, u32 n, u64 *counts, U both, U flip, U shift) {                                    \
		count<U>(keys, n, counts, {both, flip, shift});                                                                \
	}                                                                                                                  \
	extern "C" __global__ void __launch_bounds__(THREADS, 3)                                                           \
	sort_pass_##name(const U *from, U *to, u32 n, u32 at, const u64 *starts, u64 *ends, u32 *ticket, u32 *words,       \
	                 U in_both, U in_flip, U in_shift, U out_both, U out_flip, U out_shift) {                          \
		pass<U, ROWS>(from, to, n, at, starts, ends, ticket, words, {in_both, in_flip, in_shift},                      \
		              {out_both, out_flip, out_shift});                                                                \
	}

SORT(u32, u32, 14)
SORT(u64, u64, 10)
