"""matmul_mpi4py: a matrix product by numpy and mpi4py, rows over the ranks.

mpirun -n 2 python matmul_mpi4py.py A.npy B.npy (OPENBLAS_NUM_THREADS=1) writes, on
rank 0, the median seconds of some products on the slowest rank, and the Frobenius
norm of A B. A rank has its rows of A, B and C; in every product the blocks of B go
round from rank to rank while they are multiplied, so that nobody holds all of B.
"""

import sys

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size


def cut(n):
    return [n * i // size for i in range(size + 1)]


def product(a, b, c, inner):
    """C = A B; b is this rank's block, rows inner[rank] to inner[rank + 1] of B."""
    rows = max(inner[i + 1] - inner[i] for i in range(size))
    spare = np.empty((rows, b.shape[1]), b.dtype)
    block = np.empty_like(spare)
    block[: len(b)] = b
    c[:] = 0
    for step in range(size):
        owner = (rank + step) % size
        requests = []
        if step + 1 < size:
            requests = [comm.Isend(block, (rank - 1) % size), comm.Irecv(spare, (rank + 1) % size)]
        lo, hi = inner[owner], inner[owner + 1]
        c += a[:, lo:hi] @ block[: hi - lo]
        MPI.Request.Waitall(requests)
        block, spare = spare, block


def main():
    a, b = (np.load(name, mmap_mode="r") for name in sys.argv[1:3])
    outer, inner = cut(a.shape[0]), cut(b.shape[0])
    a, b = np.array(a[outer[rank] : outer[rank + 1]]), np.array(b[inner[rank] : inner[rank + 1]])
    c = np.empty((len(a), b.shape[1]), a.dtype)
    product(a, b, c, inner)
    times = []
    while sum(times) < 0.25:
        comm.Barrier()
        start = MPI.Wtime()
        product(a, b, c, inner)
        times.append(comm.allreduce(MPI.Wtime() - start, MPI.MAX))
    squares = comm.reduce(float((c.astype(np.float64) ** 2).sum()), MPI.SUM)
    if rank == 0:
        print(f"{np.median(times):.9f} {squares**0.5:.17g}")


main()
