// Steps of the heat equation, several in one pass over device memory:
//
//	u'[i][j] = fma(rx, w + e, fma(ry, n + s, k * c))
//
// with west w, east e, north n, south s and centre c, the neighbours of u[i][j]
// and itself.
//
// A warp has a tile of 32 V columns, V neighbouring ones a lane, and walks down a
// chunk of rows. It holds three rows of each of L levels in registers, level l
// being the field after l steps of the pass; turn k makes a row of every level
// from three of the level before, all independent of each other, and reads row k:
//
//	level 0   k-3 k-2 k-1 | k           read
//	level 1   k-5 k-4 k-3 | k-2         made of level 0's k-3 to k-1
//	level 2   k-7 k-6 k-5 | k-4         made of level 1's k-5 to k-3
//	  ...
//	level L               | k-2L        written
//
// The new row takes the registers of the oldest one, whose place goes round with
// the turns, so that three turns move nothing from register to register. A row
// that is read has a whole turn to arrive. West and east come from the lanes
// beside, which is all that lanes exchange: no shared memory, no barrier. A tile
// loses a column on each side with each level, a chunk a row at each end, so tiles
// overlap by 2 HALO columns and chunks by 2 L rows: overlapped tiling
// (Krishnamoorthy et al., "Effective automatic parallelization of stencil
// computations", PLDI 2007), streamed along one dimension (Matsumura et al.,
// "AN5D", CGO 2020) at low occupancy (Zhang et al., "Revisiting temporal blocking
// stencil optimizations", ICS 2023).
//
// The ring and the edges of a periodic field are left to narrow tiles of one column
// a lane, which look where each row and column is; wide tiles need not look:
//
//	+---------------------+
//	|       border        |     border   narrow tiles side by side
//	+--+---------------+--+     side     a narrow tile at each end of the rows
//	|s |     inner     |s |     inner    wide tiles
//	+--+---------------+--+
//	|       border        |
//	+---------------------+
//
// A kernel that flushes puts 0 in the place of what is below a bound in magnitude,
// behind those steps of the pass that the flags say, as package heat defines it
// (Absolute zero). The others have no test of the flags to pay for.
#pragma once

// What the ring is, as package heat numbers it.
enum { DIRICHLET, NEUMANN, PERIODIC };

// The row so far ahead of the one that is read goes to the second-level cache.
enum { AHEAD = 5 };

template <typename T> struct Vector;
template <> struct Vector<float> { typedef float4 type; };
template <> struct Vector<double> { typedef double2 type; };

// Chunk c of some rows is from first + c * stride on, size of them, but none from
// end on. Each is of so many tiles.
struct Rows {
	int first, size, stride, end, chunks, tiles;
};

// What is to be done. Columns and rows are counted in the memory of the field; a
// row is pitch values after the one before, and begins on 16 bytes.
template <typename T> struct Pass {
	const T *src;
	T *dst;
	long long pitch;
	int n; // columns; of a periodic field those of the interior alone
	int boundary;
	T rx, ry, k;
	T zero;    // what is below it in magnitude becomes 0 ...
	int flush; // ... behind step i + 1 of the pass where bit i is set
	int top, bottom; // rows of the ring, far outside where there is none
	Rows border, inner; // of narrow tiles, of wide ones
	int column, last;   // the first that wide tiles make, and where the last tile begins to
};

// A warp's walk down its tile.
template <typename T, int V, int L, bool FLUSH> struct Walk {
	typedef typename Vector<T>::type Piece;
	enum {
		NARROW = V == 1,
		PIECE = NARROW ? 1 : 16 / sizeof(T),    // values of a Piece
		HALO = (L + PIECE - 1) / PIECE * PIECE, // columns lost on each side
		WIDTH = 32 * V - 2 * HALO,              // columns made
	};

	const Pass<T> &p;
	int column;   // the lane's first
	int from, to; // rows made
	int k, last;  // row read next, and the row after the last that is read
	bool made[V]; // which of the lane's columns are the tile's, the same for a Piece

	T held[L][3][V]; // rows of levels 0 to L-1

	// Walk is over the WIDTH columns from start on, of which it makes lo to hi - 1.
	__device__ __forceinline__ Walk(const Pass<T> &pass, const Rows &rows, int chunk, int start, int lo, int hi)
		: p(pass) {
		column = start - HALO + V * threadIdx.x;
		from = rows.first + chunk * rows.stride;
		to = min(from + rows.size, rows.end);
		k = max(from - L, p.top);
		last = min(to + L, p.bottom + 1);
#pragma unroll
		for (int v = 0; v < V; v++) {
			int c = column + v / PIECE * PIECE;
			made[v] = c >= lo && c < hi;
		}
#pragma unroll
		for (int l = 0; l < L; l++)
#pragma unroll
			for (int i = 0; i < 3; i++)
#pragma unroll
				for (int v = 0; v < V; v++)
					held[l][i][v] = 0;
	}

	__device__ __forceinline__ void run() {
		const T *src = p.src + k * p.pitch;
		T *dst = p.dst + (k - 2 * L) * p.pitch;
		if (NARROW && p.boundary == PERIODIC) {
			int c = column % p.n;
			src += c < 0 ? c + p.n : c;
		} else if (NARROW) {
			src += min(max(column, 0), p.n - 1); // where the ring ends nothing depends on it
		} else {
			src += column;
		}
		dst += column;
		while (k < to + 2 * L) {
			turn<0>(src, dst);
			turn<1>(src, dst);
			turn<2>(src, dst);
		}
	}

	// turn makes a row of each level, the oldest rows being those with index OLD,
	// and reads one. src and dst are where the lane's columns begin in rows k and
	// k - 2L.
	template <int OLD> __device__ __forceinline__ void turn(const T *&src, T *&dst) {
#pragma unroll
		for (int l = L - 1; l >= 0; l--) {
			T y[V];
			make(y, held[l][OLD], held[l][(OLD + 1) % 3], held[l][(OLD + 2) % 3], k - 2 * l - 2, FLUSH && p.flush >> l & 1);
			if (l < L - 1)
				copy(held[l + 1 < L ? l + 1 : l][OLD], y);
			else if (k - 2 * L >= from && k - 2 * L < to)
				write(dst, y);
		}
		if (k < last)
			read(held[0][OLD], src);
		if (!NARROW && k + AHEAD < last)
			asm volatile("prefetch.global.L2 [%0];" ::"l"(src + AHEAD * p.pitch));
		k++;
		src += p.pitch;
		dst += p.pitch;
	}

	// make computes row i of the next level, and flushes it if it is to.
	__device__ __forceinline__ void make(T (&y)[V], T (&north)[V], T (&centre)[V], T (&south)[V], int i, bool flush) {
		T left = __shfl_up_sync(0xffffffff, centre[V - 1], 1);
		T right = __shfl_down_sync(0xffffffff, centre[0], 1);
		if (NARROW && p.boundary == NEUMANN) {
			left = column == 1 ? centre[0] : left;
			right = column == p.n - 2 ? centre[0] : right;
			north[0] = i == p.top + 1 ? centre[0] : north[0];
			south[0] = i == p.bottom - 1 ? centre[0] : south[0];
		}
#pragma unroll
		for (int v = 0; v < V; v++) {
			T w = v > 0 ? centre[v > 0 ? v - 1 : 0] : left;
			T e = v < V - 1 ? centre[v < V - 1 ? v + 1 : 0] : right;
			y[v] = fma(p.rx, w + e, fma(p.ry, north[v] + south[v], p.k * centre[v]));
		}
		if (flush)
#pragma unroll
			for (int v = 0; v < V; v++)
				y[v] = fabs(y[v]) < p.zero ? 0 : y[v];
		if (NARROW && p.boundary == DIRICHLET)
			y[0] = i == p.top || i == p.bottom || column == 0 || column == p.n - 1 ? centre[0] : y[0];
	}

	static __device__ __forceinline__ void copy(T (&to)[V], const T (&from)[V]) {
#pragma unroll
		for (int v = 0; v < V; v++)
			to[v] = from[v];
	}

	static __device__ __forceinline__ void read(T (&x)[V], const T *row) {
		if (NARROW)
			x[0] = row[0];
		else
#pragma unroll
			for (int v = 0; v < V; v += PIECE)
				*reinterpret_cast<Piece *>(&x[v]) = *reinterpret_cast<const Piece *>(row + v);
	}

	__device__ __forceinline__ void write(T *row, const T (&x)[V]) {
#pragma unroll
		for (int v = 0; v < V; v += PIECE) {
			if (!made[v])
				continue;
			if (NARROW)
				row[0] = x[0];
			else
				*reinterpret_cast<Piece *>(row + v) = *reinterpret_cast<const Piece *>(&x[v]);
		}
	}
};

// pass is a block of one warp: conditions on its number are the same for all
// threads, and the compiler sees that they are.
template <typename T, int V, int L, bool FLUSH> __device__ __forceinline__ void pass(const Pass<T> &p) {
	typedef Walk<T, 1, L, FLUSH> Narrow;
	typedef Walk<T, V, L, FLUSH> Wide;
	int sides = p.inner.tiles > 0 ? 2 : 0;
	int border = p.border.chunks * p.border.tiles, side = p.inner.chunks * sides;
	int block = blockIdx.x;
	if (block < border + side) {
		bool above = block < border;
		Rows rows = above ? p.border : p.inner;
		int across = above ? p.border.tiles : sides;
		block -= above ? 0 : border;
		int chunk = block / across, tile = block % across;
		int lo = tile * Narrow::WIDTH, hi = min(lo + Narrow::WIDTH, p.n);
		if (!above) { // what the wide tiles leave at each end
			lo = tile == 0 ? 0 : p.last + Wide::WIDTH;
			hi = tile == 0 ? p.column : p.n;
		}
		Narrow(p, rows, chunk, lo, lo, hi).run();
		return;
	}
	block -= border + side;
	int chunk = block / p.inner.tiles, tile = block % p.inner.tiles;
	int lo = p.column + tile * Wide::WIDTH;
	// The last tile ends with the inner columns, so it may begin in the one before.
	int start = min(lo, p.last);
	Wide(p, p.inner, chunk, start, lo, start + Wide::WIDTH).run();
}

#define KERNEL(name, T, V, L, FLUSH)                                                                                    \
	extern "C" __global__ void __launch_bounds__(32, 8)                                                                 \
		name(const T *src, T *dst, long long pitch, int n, int boundary, T rx, T ry, T k, T zero, int flush, int top,   \
			 int bottom, int border_first, int border_size, int border_stride, int border_end, int border_chunks,       \
			 int border_tiles, int inner_first, int inner_size, int inner_stride, int inner_end, int inner_chunks,      \
			 int inner_tiles, int column, int last) {                                                                   \
		Rows border = {border_first, border_size, border_stride, border_end, border_chunks, border_tiles};              \
		Rows inner = {inner_first, inner_size, inner_stride, inner_end, inner_chunks, inner_tiles};                     \
		pass<T, V, L, FLUSH>(Pass<T>{src, dst, pitch, n, boundary, rx, ry, k, zero, flush, top, bottom, border, inner,  \
									 column, last});                                                                    \
	}
