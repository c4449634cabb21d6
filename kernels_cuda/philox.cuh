// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC11), with the counter that
// package internal/philox gives it:
//
//	key      seed, low and high 32 bits
//	counter  index low | index high | sub-index | purpose
#pragma once

typedef unsigned int u32;
typedef unsigned long long u64;

enum philox_purpose : u32 { PHILOX_PI, PHILOX_MATRIX_A, PHILOX_MATRIX_B, PHILOX_WALK, PHILOX_SORT };

struct philox_words {
	u32 r0, r1, r2, r3;
};

// The block of a key and a counter. In a loop the compiler keeps the products and
// keys that do not change outside of it.
__device__ __forceinline__ philox_words philox(u32 k0, u32 k1, u32 c0, u32 c1, u32 c2, u32 c3) {
#pragma unroll
	for (int round = 0; round < 10; round++) {
		const u64 p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
		c0 = u32(p1 >> 32) ^ c1 ^ k0;
		c1 = u32(p1);
		c2 = u32(p0 >> 32) ^ c3 ^ k1;
		c3 = u32(p0);
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
	return {c0, c1, c2, c3};
}
