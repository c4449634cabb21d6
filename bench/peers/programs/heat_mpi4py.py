"""heat_mpi4py: the loop of heat_openmp.c with numpy, rows over the ranks of mpi4py.

mpirun -n 2 python heat_mpi4py.py POINTS STEPS writes, on rank 0, the seconds
that the steps took on the slowest rank and the interior's mean. Halo rows are
exchanged every step; the updates run in place on preallocated arrays.
"""

import sys

import numpy as np
from mpi4py import MPI


def initial(n, lo, hi):
    """Rows lo to hi, exclusive, of the field: a cold disc inside a fixed ring."""
    w = n + 2
    centre = w // 2 - 2
    y = np.arange(lo, hi, dtype=np.float64)[:, None] - centre
    x = np.arange(w, dtype=np.float64)[None, :] - centre
    u = np.where(y * y + x * x < (n / 6) ** 2, 5.0, 65.0)
    u[:, 0], u[:, -1] = 20, 70
    if lo == 0:
        u[0, :] = 85
    if hi == w:
        u[-1, :] = 5
    return u


def main():
    n, steps = int(sys.argv[1]), int(sys.argv[2])
    comm = MPI.COMM_WORLD
    rank, size = comm.rank, comm.size
    alpha, d = 0.5, 0.01
    dt = 1 / (2 * alpha * (1 / d**2 + 1 / d**2))
    rx = ry = alpha * dt / d**2
    k = 1 - 2 * rx - 2 * ry

    # This rank updates rows first to last, exclusive, and holds one more on
    # either side.
    first, last = 1 + n * rank // size, 1 + n * (rank + 1) // size
    u = initial(n, first - 1, last + 1)
    v = u.copy()
    sides = np.empty((last - first, n))
    north = rank - 1 if rank > 0 else MPI.PROC_NULL
    south = rank + 1 if rank < size - 1 else MPI.PROC_NULL

    comm.Barrier()
    start = MPI.Wtime()
    for _ in range(steps):
        comm.Sendrecv(u[1], north, recvbuf=u[-1], source=south)
        comm.Sendrecv(u[-2], south, recvbuf=u[0], source=north)
        inner = v[1:-1, 1:-1]
        np.add(u[:-2, 1:-1], u[2:, 1:-1], out=inner)
        inner *= ry
        np.add(u[1:-1, :-2], u[1:-1, 2:], out=sides)
        sides *= rx
        inner += sides
        np.multiply(u[1:-1, 1:-1], k, out=sides)
        inner += sides
        u, v = v, u
    seconds = comm.reduce(MPI.Wtime() - start, MPI.MAX)
    total = comm.reduce(u[1:-1, 1:-1].sum(), MPI.SUM)
    if rank == 0:
        print(f"{seconds:.9f} {total / n**2:.17g}")


main()
