// Package matmul multiplies dense matrices, C = A·B, on any number of ranks and
// threads, with the same bits on all of them. No rank ever holds a whole matrix.
//
// # How it is cut up
//
// The ranks stand on a grid of P rows and Q columns, and the rank at p, q has
// block p, q of each matrix: of C, m x n, and of A, m x k, and B, k x n.
//
//	A      k ->            B      n ->            C      n ->
//	m  | A00 A01 A02 |     k  | B00 B01 B02 |     m  | C00 C01 C02 |
//	|  | A10 A11 A12 |     |  | B10 B11 B12 |     |  | C10 C11 C12 |
//	v                      v                      v
//
// k is cut into panels that lie in one block of A and one of B each. In ascending
// order the owners of a panel pass it on, A's along the rows of the grid and B's
// along its columns, from rank to rank in a ring, and everybody takes the chains
// of its block of C on by the panel's steps: SUMMA, van de Geijn and Watts,
// "SUMMA: scalable universal matrix multiplication algorithm", Concurrency 9(4),
// 1997. The next panel is on its way while a panel is multiplied with.
//
// A rank multiplies on its processor or on a device, which has as much of the blocks
// as fits: all of them, C alone, or bands of C's rows. Its blocks and panels lie in the
// host's memory, from where MPI sends them, and cross to the device on a stream of their
// own, through 32 MiB of pinned memory in each direction. Where C is on the device the
// last panel takes it on in up to 8 parts of rows, and a part is copied back while the
// next ones are multiplied.
//
// # Numbers
//
// Element i, j is one chain of fused multiply-adds, p ascending from 0,
//
//	x = fma(A[i, p], B[p, j], x)
//
// beginning with x = 0, whatever the grid, panels, threads, instruction set and
// device: see package gemm. On tensor cores, which have to be asked for, C has the
// error that kernels.Arithmetic states. Matrices at random are functions of the
// global index.
package matmul
