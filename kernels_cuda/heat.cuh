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
// A pipeline takes a tile through W times as many steps: a block of W warps, of which
// each does L. What a warp makes is read by the next one out of shared memory, three
// turns later: they have two places for three rows, and a barrier after three turns.
//
//	row read by   warp 0   k         from the field
//	              warp 1   k-2L-3    warp 0 made it three turns ago
//	                ...
//	row written by the last   k-2LW-3(W-1)
//
// As many registers hold W times as many levels, each read and write of the field
// serves W times as many steps, and tiles overlap W times as far: for large fields, on
// devices whose memory holds back arithmetic (Zhang et al., "EBISU", ICS 2023, stream
// through shared memory so; FastStencil, SC 2026, pipelines warps).
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

// A walk of W warps down their tile.
template <typename T, bool NARROW, int V, int L, int W, bool FLUSH> struct Walk {
	typedef typename Vector<T>::type Piece;
	enum {
		SHARED = 16 / sizeof(T),                    // values of a Piece in shared memory
		PIECE = NARROW ? 1 : 16 / sizeof(T),        // and in the field's
		HALO = (L * W + PIECE - 1) / PIECE * PIECE, // columns lost on each side
		WIDTH = 32 * V - 2 * HALO,                  // columns made
		BATCH = 3,                                  // turns from barrier to barrier
		LATER = 2 * L + BATCH,                      // turns by which a warp is behind the one before
		PIECES = V / SHARED * 32,                   // of a row
	};

	const Pass<T> &p;
	int warp, lane;
	int column;   // the lane's first
	int from, to; // rows made
	int k, last;  // row read next, and the row after the last that is read
	bool made[V]; // which of the lane's columns are the tile's, the same for a Piece
	int at[NARROW ? V : 1]; // where a narrow tile's columns lie in a row
	Piece *in, *out;        // rows from the warp before and to the one behind

	T held[L][3][V]; // rows of levels 0 to L-1

	// Walk is over the WIDTH columns from start on, of which it makes lo to hi - 1.
	// links are the shared memory of a pipeline, W - 1 times 2 BATCH PIECES.
	__device__ __forceinline__ Walk(const Pass<T> &pass, const Rows &rows, int chunk, int start, int lo, int hi, Piece *links)
		: p(pass) {
		warp = W == 1 ? 0 : threadIdx.x / 32;
		lane = W == 1 ? threadIdx.x : threadIdx.x % 32;
		out = links + warp * (2 * BATCH * PIECES) + lane;
		in = out - 2 * BATCH * PIECES;
		column = start - HALO + V * lane;
		from = rows.first + chunk * rows.stride;
		to = min(from + rows.size, rows.end);
		k = max(from - L * W, p.top);
		last = min(to + L * W, p.bottom + 1);
#pragma unroll
		for (int v = 0; v < V; v++) {
			int c = column + v / PIECE * PIECE;
			made[v] = c >= lo && c < hi;
		}
		if (NARROW)
#pragma unroll
			for (int v = 0; v < V; v++) {
				int c = (column + v) % p.n;
				// Where the ring ends nothing depends on what is beyond.
				at[NARROW ? v : 0] = p.boundary == PERIODIC ? (c < 0 ? c + p.n : c) : min(max(column + v, 0), p.n - 1);
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
		int turns = to + 2 * L * W + (W - 1) * BATCH - k; // the same for all warps
		k -= warp * LATER;
		const T *src = p.src + k * p.pitch + (NARROW ? 0 : column);
		T *dst = p.dst + (k - 2 * L) * p.pitch + column;
		bool even = true;
		for (int t = 0; t < turns; t += BATCH) {
			turn<0>(src, dst, t, even);
			turn<1>(src, dst, t, even);
			turn<2>(src, dst, t, even);
			if (W > 1)
				__syncthreads();
			even = !even;
		}
	}

	// turn makes a row of each level, the oldest rows being those with index OLD,
	// and reads one. src and dst are where the lane's columns begin in rows k and
	// k - 2L. Batches of turns, of which the first is t = 0, take the two places of
	// shared memory in turn.
	template <int OLD> __device__ __forceinline__ void turn(const T *&src, T *&dst, int t, bool even) {
		int place = (even ? 0 : BATCH * PIECES) + OLD * PIECES, other = (even ? BATCH * PIECES : 0) + OLD * PIECES;
#pragma unroll
		for (int l = L - 1; l >= 0; l--) {
			T y[V];
			make(y, held[l][OLD], held[l][(OLD + 1) % 3], held[l][(OLD + 2) % 3], k - 2 * l - 2, FLUSH && p.flush >> (warp * L + l) & 1);
			if (l < L - 1)
				copy(held[l + 1 < L ? l + 1 : l][OLD], y);
			else if (warp < W - 1)
				give(out + place, y);
			else if (k - 2 * L >= from && k - 2 * L < to)
				write(dst, y);
		}
		if (warp == 0) {
			if (k < last)
				read(held[0][OLD], src);
			if (!NARROW && k + AHEAD < last)
				asm volatile("prefetch.global.L2 [%0];" ::"l"(src + AHEAD * p.pitch));
		} else if (t > 0) {
			take(held[0][OLD], in + other);
		}
		k++;
		src += p.pitch;
		dst += p.pitch;
	}

	// make computes row i of the next level, and flushes it if it is to.
	__device__ __forceinline__ void make(T (&y)[V], T (&north)[V], T (&centre)[V], T (&south)[V], int i, bool flush) {
		T left = __shfl_up_sync(0xffffffff, centre[V - 1], 1);
		T right = __shfl_down_sync(0xffffffff, centre[0], 1);
#pragma unroll
		for (int v = 0; v < V; v++) {
			T w = v > 0 ? centre[v > 0 ? v - 1 : 0] : left;
			T e = v < V - 1 ? centre[v < V - 1 ? v + 1 : 0] : right;
			T n = north[v], s = south[v];
			if (NARROW && p.boundary == NEUMANN) {
				w = column + v == 1 ? centre[v] : w;
				e = column + v == p.n - 2 ? centre[v] : e;
				n = i == p.top + 1 ? centre[v] : n;
				s = i == p.bottom - 1 ? centre[v] : s;
			}
			y[v] = fma(p.rx, w + e, fma(p.ry, n + s, p.k * centre[v]));
		}
		if (flush)
#pragma unroll
			for (int v = 0; v < V; v++)
				y[v] = fabs(y[v]) < p.zero ? 0 : y[v];
		if (NARROW && p.boundary == DIRICHLET)
#pragma unroll
			for (int v = 0; v < V; v++)
				y[v] = i == p.top || i == p.bottom || column + v == 0 || column + v == p.n - 1 ? centre[v] : y[v];
	}

	static __device__ __forceinline__ void copy(T (&to)[V], const T (&from)[V]) {
#pragma unroll
		for (int v = 0; v < V; v++)
			to[v] = from[v];
	}

	__device__ __forceinline__ void read(T (&x)[V], const T *row) {
#pragma unroll
		for (int v = 0; v < V; v += PIECE) {
			if (NARROW)
				x[v] = row[at[NARROW ? v : 0]];
			else
				*reinterpret_cast<Piece *>(&x[v]) = *reinterpret_cast<const Piece *>(row + v);
		}
	}

	// give and take move a row through shared memory, where pieces of neighbouring
	// lanes lie side by side.
	static __device__ __forceinline__ void give(Piece *row, const T (&x)[V]) {
#pragma unroll
		for (int v = 0; v < V; v += SHARED)
			row[v / SHARED * 32] = *reinterpret_cast<const Piece *>(&x[v]);
	}
	static __device__ __forceinline__ void take(T (&x)[V], const Piece *row) {
#pragma unroll
		for (int v = 0; v < V; v += SHARED)
			*reinterpret_cast<Piece *>(&x[v]) = row[v / SHARED * 32];
	}

	__device__ __forceinline__ void write(T *row, const T (&x)[V]) {
#pragma unroll
		for (int v = 0; v < V; v += PIECE) {
			if (!made[v])
				continue;
			if (NARROW)
				row[v] = x[v];
			else
				*reinterpret_cast<Piece *>(row + v) = *reinterpret_cast<const Piece *>(&x[v]);
		}
	}
};

// pass is a block of one warp, or of a pipeline's: conditions on its number are the
// same for all threads, and the compiler sees that they are. VN are the columns of a
// lane in narrow tiles, V in wide ones.
template <typename T, int VN, int V, int L, int W, bool FLUSH> __device__ __forceinline__ void pass(const Pass<T> &p) {
	typedef Walk<T, true, VN, L, W, FLUSH> Narrow;
	typedef Walk<T, false, V, L, W, FLUSH> Wide;
	typename Vector<T>::type *links = 0;
	if (W > 1) {
		__shared__ typename Vector<T>::type memory[W > 1 ? (W - 1) * 2 * Wide::BATCH * Wide::PIECES : 1];
		links = memory;
	}
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
		Narrow(p, rows, chunk, lo, lo, hi, links).run();
		return;
	}
	block -= border + side;
	int chunk = block / p.inner.tiles, tile = block % p.inner.tiles;
	int lo = p.column + tile * Wide::WIDTH;
	// The last tile ends with the inner columns, so it may begin in the one before.
	int start = min(lo, p.last);
	Wide(p, p.inner, chunk, start, lo, start + Wide::WIDTH, links).run();
}

// columns copies a rectangle, a value a thread: columns of the halo, whose few values a
// row a copy engine would take row by row, and their message, where they lie one after the
// other.
template <typename T>
__device__ __forceinline__ void columns(T *dst, long long dst_pitch, const T *src, long long src_pitch, int rows, int width) {
	long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x, row = i / width, column = i % width;
	if (row < rows)
		dst[row * dst_pitch + column] = src[row * src_pitch + column];
}

#define COLUMNS(name, T)                                                                                               \
	extern "C" __global__ void __launch_bounds__(256)                                                                  \
		name(T *dst, long long dst_pitch, const T *src, long long src_pitch, int rows, int width) {                    \
		columns<T>(dst, dst_pitch, src, src_pitch, rows, width);                                                       \
	}

#define KERNEL(name, T, VN, V, L, W, FLUSH)                                                                                   \
	extern "C" __global__ void __launch_bounds__(32 * W, 8 / W)                                                                 \
		name(const T *src, T *dst, long long pitch, int n, int boundary, T rx, T ry, T k, T zero, int flush, int top,   \
			 int bottom, int border_first, int border_size, int border_stride, int border_end, int border_chunks,       \
			 int border_tiles, int inner_first, int inner_size, int inner_stride, int inner_end, int inner_chunks,      \
			 int inner_tiles, int column, int last) {                                                                   \
		Rows border = {border_first, border_size, border_stride, border_end, border_chunks, border_tiles};              \
		Rows inner = {inner_first, inner_size, inner_stride, inner_end, inner_chunks, inner_tiles};                     \
		pass<T, VN, V, L, W, FLUSH>(Pass<T>{src, dst, pitch, n, boundary, rx, ry, k, zero, flush, top, bottom, border, inner,  \
									 column, last});                                                                    \
	}
