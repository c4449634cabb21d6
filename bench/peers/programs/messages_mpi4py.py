"""messages_mpi4py: messages.c in Python with mpi4py, on numpy's arrays.

mpirun -n 2 python messages_mpi4py.py exchange|allreduce BYTES
"""

import sys

import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank = comm.rank
what, n = sys.argv[1], int(sys.argv[2]) // 8
out, received = np.full(n, rank + 1.0), np.zeros(n)
warmup, rounds = 100, 5000 if n < 8192 else 400
times = np.empty(rounds)
for k in range(-warmup, rounds):
    comm.Barrier()
    start = MPI.Wtime()
    if what == "allreduce":
        comm.Allreduce(out, received)
    else:
        comm.Sendrecv(out, 1 - rank, recvbuf=received, source=1 - rank)
    if k >= 0:
        times[k] = MPI.Wtime() - start
slower = np.empty(rounds)
comm.Allreduce(times, slower, MPI.MAX)
if rank == 0:
    print(f"{np.median(slower):.9f} {received.sum():.17g}")
