// C = op(A)·op(B), or the chains that C holds taken on by op(A)·op(B).
//
// op(A) is m x k, op(B) is k x n; op(X) is X or its transpose, as the flags say:
// what they tell is along which index a matrix lies in one piece.
//
//	              j ->
//	            +---+---+---+     A block of threads has one tile, BM x BN, of C
//	          p | B |[B]| B |     and runs through k in steps of BK. While it
//	          v +---+---+---+     multiplies with a step of A and B in shared
//	     p ->                     memory, k first, the next ones are on their way:
//	   +-----+  +---+---+---+     by cp.async from 8.0 on, before through
//	 i |  A  |  | C | C | C |     registers. Each thread has TM x TN elements of
//	 | +-----+  +---+---+---+     C in registers.
//	 v | [A] |  | C |[C]| C |
//	   +-----+  +---+---+---+
//
// Element i, j is one chain, p ascending: x = fma(op(A)[i, p], op(B)[p, j], x),
// from x = 0 or from C. Neither tiles nor steps cut it: where k is not a multiple
// of BK the last loop is shorter, for even a product of zeros added to x would
// turn -0 into 0.
//
// The kernels on tensor cores, from 8.0 on, leave the order within 4 or 8 values
// of p to the hardware, and fill the last step up with zeros.
#pragma once

#if __CUDA_ARCH__ >= 800
#define ASYNC 1
#else
#define ASYNC 0
#endif

// How an operand lies in memory, and what C begins with.
enum {
	A_ALONG_I = 1, // op(A)'s columns are contiguous; else its rows
	A_VECTORS = 2, // and in whole, aligned vectors of 16 bytes
	B_ALONG_J = 4, // op(B)'s rows are contiguous; else its columns
	B_VECTORS = 8,
	C_VECTORS = 16, // C's rows are contiguous and in whole, aligned vectors
	RESUME = 32,    // the chains begin with C
};

template <typename T> struct Args {
	int m, n, k, flags;
	const T *a, *b;
	T *c;
	long long lda, ldb;         // from row to row or column to column
	long long c_row, c_col;     // from row to row and from column to column of C
};

template <typename T, int N> struct Vector;
template <> struct Vector<float, 4> { typedef float4 type; };
template <> struct Vector<float, 2> { typedef float2 type; };
template <> struct Vector<float, 1> { typedef float type; };
template <> struct Vector<double, 2> { typedef double2 type; };
template <> struct Vector<double, 1> { typedef double type; };

template <int N, typename T> __device__ __forceinline__ void move(T *to, const T *from) {
	typedef typename Vector<T, N>::type V;
	*reinterpret_cast<V *>(to) = *reinterpret_cast<const V *>(from);
}

__device__ __forceinline__ float fma(float x, float y, float z) { return __fmaf_rn(x, y, z); }
__device__ __forceinline__ double fma(double x, double y, double z) { return __fma_rn(x, y, z); }

#if ASYNC
// Copies BYTES bytes to shared memory; only the first `size` of them are read, the
// others become 0.
template <int BYTES> __device__ __forceinline__ void copy(void *to, const void *from, int size = BYTES) {
	unsigned s = static_cast<unsigned>(__cvta_generic_to_shared(to));
	asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(s), "l"(from), "n"(BYTES), "r"(size) : "memory");
}
template <int BYTES> __device__ __forceinline__ void copy_all(void *to, const void *from) {
	unsigned s = static_cast<unsigned>(__cvta_generic_to_shared(to));
	asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(s), "l"(from), "n"(BYTES) : "memory");
}
__device__ __forceinline__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int LEFT> __device__ __forceinline__ void await() { asm volatile("cp.async.wait_group %0;" ::"n"(LEFT) : "memory"); }
#endif

// How an operand lies: as the flags say, along p, or along x in whole vectors.
enum { ANY, ALONG_P, VECTORS };

// A Side brings steps of one operand to shared memory, where element x, p of the
// step is at p * LD + x; x is i for A and j for B.
template <typename T, int BX, int BK, int PAD, int KL, int THREADS, int LIES> struct Side {
	static const int V = 16 / sizeof(T), LD = BX + PAD, SIZE = BK * LD;
	// With vectors, VX threads side by side take the vectors of one p.
	static const int VX = BX / V, VP = THREADS / VX, NV = (BK + VP - 1) / VP;
	// Where p is contiguous, KL neighbouring threads take neighbouring p, so that
	// neither the reads nor the writes to shared memory get in each other's way.
	static const int RX = THREADS / KL, NR = (BX + RX - 1) / RX, NK = BK / KL;

	const T *base;   // of the step that is fetched next
	const T *origin; // of the first
	long long ld;
	long long row[NR]; // where p is contiguous, this thread's rows
	int x0, last, k;
	bool along, vectors;
#if !ASYNC
	__align__(16) T hold[NV * V > NR * NK ? NV * V : NR * NK];
	int step;
#endif

	__device__ __forceinline__ Side(const T *base, long long ld, int x0, int count, int k, bool along, bool vectors)
		: base(base), origin(base), ld(ld), x0(x0), last(count - 1), k(k), along(LIES == ANY ? along : LIES == VECTORS),
		  vectors(LIES == ANY ? vectors : LIES == VECTORS) {
		const int t = threadIdx.x;
		// An x beyond the last one reads what is there instead: nobody uses it.
		if (vectors) {
			row[0] = t / VX * ld + min(x0 + t % VX * V, last / V * V);
#pragma unroll
			for (int r = 1; r < NR; r++) row[r] = row[0]; // not used
		} else {
#pragma unroll
			for (int r = 0; r < NR; r++) row[r] = min(x0 + t / KL + r * RX, last) * ld + t % KL;
		}
	}
	__device__ __forceinline__ int pe(int e) const { return along ? e / BX : e % BK; }
	__device__ __forceinline__ int xe(int e) const { return along ? e % BX : e / BK; }
	__device__ __forceinline__ const T *single(int e, int p0) const {
		const long long x = min(x0 + xe(e), last), p = min(p0 + pe(e), k - 1);
		return origin + (along ? p * ld + x : x * ld + p);
	}
	// Brings the step from p0 on, of which there may be only a part, element by
	// element. What there is not is 0, or before 8.0 something that nobody uses.
	__device__ __forceinline__ void bring(int p0, T *s) const {
#pragma unroll 1
		for (int e = threadIdx.x; e < BX * BK; e += THREADS) {
			T *to = s + pe(e) * LD + xe(e);
#if ASYNC
			copy<sizeof(T)>(to, single(e, p0), p0 + pe(e) < k ? sizeof(T) : 0);
#else
			*to = *single(e, p0);
#endif
		}
	}

	// Fetches the whole step from p0 on, into s or, before 8.0, into registers.
	__device__ __forceinline__ void fetch(int p0, T *s) {
		const int t = threadIdx.x;
		if (along && !vectors) {
#if ASYNC
			bring(p0, s);
#else
			step = p0;
#endif
		} else if (vectors) {
			const T *from = base + row[0];
			T *to = s + t / VX * LD + t % VX * V;
#pragma unroll
			for (int v = 0; v < NV; v++) {
				if (BK % VP == 0 || t / VX + v * VP < BK) {
#if ASYNC
					copy_all<16>(to + v * VP * LD, from + v * VP * ld);
#else
					move<V>(hold + v * V, from + v * VP * ld);
#endif
				}
			}
			base += BK * ld;
		} else {
			T *to = s + t % KL * LD + t / KL;
#pragma unroll
			for (int r = 0; r < NR; r++) {
				if (BX % RX == 0 || t / KL + r * RX < BX) {
					const T *from = base + row[r];
#pragma unroll
					for (int q = 0; q < NK; q++) {
#if ASYNC
						copy_all<sizeof(T)>(to + q * KL * LD + r * RX, from + q * KL);
#else
						hold[r * NK + q] = from[q * KL];
#endif
					}
				}
			}
			base += BK;
		}
	}

#if !ASYNC
	// Stores what was fetched last; single elements it only brings now.
	__device__ __forceinline__ void store(T *s) const {
		const int t = threadIdx.x;
		if (along && !vectors) {
			bring(step, s);
		} else if (vectors) {
			T *to = s + t / VX * LD + t % VX * V;
#pragma unroll
			for (int v = 0; v < NV; v++)
				if (BK % VP == 0 || t / VX + v * VP < BK) move<V>(to + v * VP * LD, hold + v * V);
		} else {
			T *to = s + t % KL * LD + t / KL;
#pragma unroll
			for (int r = 0; r < NR; r++)
				if (BX % RX == 0 || t / KL + r * RX < BX)
#pragma unroll
					for (int q = 0; q < NK; q++) to[q * KL * LD + r * RX] = hold[r * NK + q];
		}
	}
#endif
};

// Chains multiplies with fused multiply-adds. A warp has 4 x 8 threads, or 32 x 1; a thread has its
// TM rows in vectors of VM and its TN columns in vectors of VN, those of its
// neighbours between them, so that a warp reads A and B without bank conflicts:
//
//	          columns: 0  1  2  3  4  5  6  7
//	rows: 0            0  2  4  6  8 10 12 14     Lanes. A load of 16 bytes a lane is
//	      1            1  3  5  7  9 11 13 15     served half a warp at a time where lanes
//	      2           16 18 20 22 24 26 28 30     i and i ^ 1, or i and i ^ 2, read the
//	      3           17 19 21 23 25 27 29 31     same, and a quarter of one elsewhere.
template <typename T, int WARPS_N, int LN, int TM, int TN, int VM, int VN> struct Chains {
	static const int LM = 32 / LN, GROUPS = TM * TN / VN, WIDTH = VN;
	static const bool EXACT = true;
	__align__(16) T acc[TM][TN];
	int row0, col0;

	__device__ __forceinline__ Chains() {
		static_assert(LN == 8 || LN == 1, "the map of lanes");
		const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
		row0 = warp / WARPS_N * (LM * TM) + (LN == 1 ? lane : lane / 16 * 2 + lane % 2) * VM;
		col0 = warp % WARPS_N * (LN * TN) + (LN == 1 ? 0 : lane / 2 % 8) * VN;
	}
	__device__ __forceinline__ int row(int g) const { return row0 + g / (TN / VN) / VM * (LM * VM) + g / (TN / VN) % VM; }
	__device__ __forceinline__ int col(int g) const { return col0 + g % (TN / VN) * (LN * VN); }
	__device__ __forceinline__ T *group(int g) { return &acc[g / (TN / VN)][g % (TN / VN) * VN]; }

	// Goes on by p.
	__device__ __forceinline__ void step(const T *a, const T *b) {
		__align__(16) T x[TM];
		__align__(16) T y[TN];
#pragma unroll
		for (int i = 0; i < TM; i += VM) move<VM>(x + i, a + row0 + i * LM);
#pragma unroll
		for (int j = 0; j < TN; j += VN) move<VN>(y + j, b + col0 + j * LN);
#pragma unroll
		for (int i = 0; i < TM; i++)
#pragma unroll
			for (int j = 0; j < TN; j++) acc[i][j] = fma(x[i], y[j], acc[i][j]);
	}
	template <int BK, int LDA, int LDB> __device__ __forceinline__ void whole(const T *a, const T *b) {
#pragma unroll
		for (int p = 0; p < BK; p++) step(a + p * LDA, b + p * LDB);
	}
	template <int BK, int LDA, int LDB> __device__ __forceinline__ void part(const T *a, const T *b, int k) {
#pragma unroll 1
		for (int p = 0; p < k; p++) step(a + p * LDA, b + p * LDB);
	}
};

#if ASYNC
// Tile products of 16 x 8 x 8 on tensor cores. Lane l has of A rows l/4 and l/4 + 8,
// columns l%4 and l%4 + 4, of B those rows and column l/4, of C those of A's rows
// and columns 2(l%4) and 2(l%4) + 1 (PTX ISA, "Matrix fragments for mma.m16n8k8").
__device__ __forceinline__ void product(double *c, const double *a, const double *b) {
#if __CUDA_ARCH__ >= 900
	asm("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
		: "+d"(c[0]), "+d"(c[1]), "+d"(c[2]), "+d"(c[3])
		: "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(b[0]), "d"(b[1]));
#else
#pragma unroll
	for (int p = 0; p < 2; p++)
#pragma unroll
		for (int h = 0; h < 2; h++)
			asm("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};"
				: "+d"(c[2 * h]), "+d"(c[2 * h + 1])
				: "d"(a[2 * p + h]), "d"(b[p]));
#endif
}
__device__ __forceinline__ void product(float *c, const unsigned *a, const unsigned *b) {
	asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
		: "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
		: "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// What the tensor cores take: doubles as they are, floats rounded to TF32's 11
// binary digits.
template <typename T> struct Operand;
template <> struct Operand<double> {
	typedef double type;
	static __device__ __forceinline__ double of(double x) { return x; }
};
template <> struct Operand<float> {
	typedef unsigned type;
	static __device__ __forceinline__ unsigned of(float x) {
		unsigned r;
		asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(x));
		return r;
	}
};

// Tensor multiplies on tensor cores; a warp has WM x WN elements of C. Which rows of A
// are rows g and g + 8 of a tile product is free: they are 2g and 2g + 1, so that a lane
// reads both at once, and next to each other in registers as the product takes them.
template <typename T, int WARPS_N, int WM, int WN> struct Tensor {
	typedef typename Operand<T>::type O;
	static const int MI = WM / 16, NI = WN / 8, GROUPS = MI * NI * 2, WIDTH = 2;
	static const bool EXACT = false;
	__align__(16) T acc[MI][NI][4];
	int row0, col0, lane;

	__device__ __forceinline__ Tensor() {
		const int warp = threadIdx.x / 32;
		lane = threadIdx.x % 32;
		row0 = warp / WARPS_N * WM;
		col0 = warp % WARPS_N * WN;
	}
	__device__ __forceinline__ int row(int g) const { return row0 + g / (2 * NI) * 16 + lane / 4 * 2 + g % 2; }
	__device__ __forceinline__ int col(int g) const { return col0 + g / 2 % NI * 8 + lane % 4 * 2; }
	__device__ __forceinline__ T *group(int g) { return &acc[g / (2 * NI)][g / 2 % NI][g % 2 * 2]; }

	template <int BK, int LDA, int LDB> __device__ __forceinline__ void whole(const T *a, const T *b) {
		a += lane % 4 * LDA + row0 + lane / 4 * 2;
		b += lane % 4 * LDB + col0 + lane / 4;
#pragma unroll
		for (int p = 0; p < BK; p += 8) {
			O x[MI][4], y[NI][2];
#pragma unroll
			for (int i = 0; i < MI; i++)
#pragma unroll
				for (int q = 0; q < 4; q += 2) {
					__align__(16) T pair[2];
					move<2>(pair, a + (p + q * 2) * LDA + i * 16);
					x[i][q] = Operand<T>::of(pair[0]), x[i][q + 1] = Operand<T>::of(pair[1]);
				}
#pragma unroll
			for (int j = 0; j < NI; j++)
#pragma unroll
				for (int q = 0; q < 2; q++) y[j][q] = Operand<T>::of(b[(p + q * 4) * LDB + j * 8]);
#pragma unroll
			for (int i = 0; i < MI; i++)
#pragma unroll
				for (int j = 0; j < NI; j++) product(acc[i][j], x[i], y[j]);
		}
	}
	template <int BK, int LDA, int LDB> __device__ __forceinline__ void part(const T *a, const T *b, int) { whole<BK, LDA, LDB>(a, b); }
};
#endif

extern __shared__ __align__(16) unsigned char shared[];

template <typename T, int BM, int BN, int BK, int STAGES, int THREADS, int PAD, int KL, int LIES_A, int LIES_B, class Multiply>
__device__ __forceinline__ void matmul(const Args<T> &g) {
	typedef Side<T, BM, BK, PAD, KL, THREADS, LIES_A> SideA;
	typedef Side<T, BN, BK, PAD, KL, THREADS, LIES_B> SideB;
	static const int STAGE = SideA::SIZE + SideB::SIZE;
	T *buf = reinterpret_cast<T *>(shared);

	// Blocks that run at the same time have tiles near to each other, in bands of 8
	// rows of tiles, so that they find A and B in the second-level cache.
	const unsigned rows = (g.m + BM - 1) / BM, cols = (g.n + BN - 1) / BN;
	const unsigned band = blockIdx.x / (8 * cols), in = blockIdx.x % (8 * cols), high = min(rows - 8 * band, 8u);
	const int i0 = (8 * band + in % high) * BM, j0 = in / high * BN;

	SideA a(g.a, g.lda, i0, g.m, g.k, g.flags & A_ALONG_I, g.flags & A_VECTORS);
	SideB b(g.b, g.ldb, j0, g.n, g.k, g.flags & B_ALONG_J, g.flags & B_VECTORS);
	const int whole = g.k / BK, left = g.k % BK;
	Multiply x;
	const bool vectors = g.flags & C_VECTORS;
#pragma unroll
	for (int q = 0; q < Multiply::GROUPS; q++) {
		T *to = x.group(q);
		const int i = x.row(q), j = x.col(q);
		const T *from = g.c + (i0 + i) * g.c_row + (j0 + j) * g.c_col;
#pragma unroll
		for (int w = 0; w < Multiply::WIDTH; w++) to[w] = 0;
		if (g.flags & RESUME && i0 + i < g.m) {
			if (vectors) {
				if (j0 + j < g.n) move<Multiply::WIDTH>(to, from);
			} else {
#pragma unroll
				for (int w = 0; w < Multiply::WIDTH; w++)
					if (j0 + j + w < g.n) to[w] = from[w * g.c_col];
			}
		}
	}

	// One barrier a step: whoever is past it has done with the step before, whose
	// place the next one to be fetched takes. The first rounds only fetch.
	int stage = 0, next = 0;
#pragma unroll 1
	for (int s = 1 - STAGES; s < whole; s++) {
		if (s >= 0) {
#if ASYNC
			await<STAGES - 2>();
#endif
			__syncthreads();
		}
		if (s + STAGES - 1 < whole) {
			a.fetch((s + STAGES - 1) * BK, buf + next * STAGE);
			b.fetch((s + STAGES - 1) * BK, buf + next * STAGE + SideA::SIZE);
		}
#if ASYNC
		commit();
#endif
		if (s >= 0) {
			x.template whole<BK, SideA::LD, SideB::LD>(buf + stage * STAGE, buf + stage * STAGE + SideA::SIZE);
			stage = stage == STAGES - 1 ? 0 : stage + 1;
		}
#if !ASYNC
		if (s + 1 < whole) {
			a.store(buf + next * STAGE);
			b.store(buf + next * STAGE + SideA::SIZE);
		}
#endif
		next = next == STAGES - 1 ? 0 : next + 1;
	}
	if (left > 0) {
		a.bring(whole * BK, buf + stage * STAGE);
		b.bring(whole * BK, buf + stage * STAGE + SideA::SIZE);
#if ASYNC
		commit();
		await<0>();
#endif
		__syncthreads();
		x.template part<BK, SideA::LD, SideB::LD>(buf + stage * STAGE, buf + stage * STAGE + SideA::SIZE, left);
	}

#pragma unroll
	for (int q = 0; q < Multiply::GROUPS; q++) {
		const T *from = x.group(q);
		const int i = x.row(q), j = x.col(q);
		T *to = g.c + (i0 + i) * g.c_row + (j0 + j) * g.c_col;
		if (i0 + i < g.m) {
			if (vectors) {
				if (j0 + j < g.n) move<Multiply::WIDTH>(to, from);
			} else {
#pragma unroll
				for (int w = 0; w < Multiply::WIDTH; w++)
					if (j0 + j + w < g.n) to[w * g.c_col] = from[w];
			}
		}
	}
}

#define PARAMETERS(T) int m, int n, int k, int flags, const T *a, const T *b, T *c, long long lda, long long ldb, long long c_row, long long c_col
#define KERNEL(NAME, T, BM, BN, BK, STAGES, THREADS, BLOCKS, PAD, KL, LIES_A, LIES_B, ...)                                                  \
	extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) NAME(PARAMETERS(T)) {                                \
		const Args<T> args = {m, n, k, flags, a, b, c, lda, ldb, c_row, c_col};                                    \
		matmul<T, BM, BN, BK, STAGES, THREADS, PAD, KL, LIES_A, LIES_B, __VA_ARGS__>(args);                                        \
	}
