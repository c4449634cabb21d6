"""sort_mpi4py: sort the numbers of a file by sample sort, with numpy and mpi4py.

mpirun -n 2 python sort_mpi4py.py KEYS.npy writes, on rank 0, the median seconds of
three sorts on the slowest rank, and the CRC-32 of the sorted bytes. Each rank sorts
its keys, all agree on splitters from samples, every key goes to the rank that its
splitters say, and each rank sorts what it has got.
"""

import sys
import zlib

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, size = comm.rank, comm.size


def sample_sort(keys):
    own = np.sort(keys)
    every = max(1, len(own) // (64 * size))
    samples = np.sort(np.concatenate(comm.allgather(own[::every])))
    splitters = samples[[len(samples) * r // size for r in range(1, size)]]
    at = np.concatenate(([0], np.searchsorted(own, splitters), [len(own)]))
    send = np.diff(at)
    receive = np.empty_like(send)
    comm.Alltoall(send, receive)
    got = np.empty(receive.sum(), own.dtype)
    comm.Alltoallv((own, send), (got, receive))
    got.sort()
    return got


def main():
    keys = np.load(sys.argv[1], mmap_mode="r")
    n = len(keys)
    keys = np.array(keys[n * rank // size : n * (rank + 1) // size])
    sample_sort(keys)
    times = []
    for _ in range(3):
        comm.Barrier()
        start = MPI.Wtime()
        own = sample_sort(keys)
        times.append(comm.allreduce(MPI.Wtime() - start, MPI.MAX))
    parts = comm.gather(own)
    if rank == 0:
        crc = 0
        for part in parts:
            crc = zlib.crc32(part, crc)
        print(f"{np.median(times):.9f} {crc}")


main()
