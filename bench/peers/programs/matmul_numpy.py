"""matmul_numpy: a matrix product by numpy, which calls OpenBLAS.

python matmul_numpy.py A.npy B.npy (OPENBLAS_NUM_THREADS sets the threads) writes the
median seconds of the products that fit into a quarter of a second, the first one
left out, and the Frobenius norm of A B.
"""

import sys
import time

import numpy as np

a, b = np.load(sys.argv[1]), np.load(sys.argv[2])
c = np.matmul(a, b)
times = []
while sum(times) < 0.25:
    start = time.perf_counter()
    np.matmul(a, b, out=c)
    times.append(time.perf_counter() - start)
print(f"{np.median(times):.9f} {np.linalg.norm(c.astype(np.float64)):.17g}")
