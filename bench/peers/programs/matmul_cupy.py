"""matmul_cupy: a matrix product on a GPU by CuPy, which calls cuBLAS.

python matmul_cupy.py A.npy B.npy writes the median seconds of some products, and the
Frobenius norm of A B. float32 is multiplied as float32 (CUPY_TF32 is not set).
"""

import sys
import time

import cupy as cp
import numpy as np

a, b = (cp.asarray(np.load(name)) for name in sys.argv[1:3])
c = a @ b
times = []
while sum(times) < 0.25:
    cp.cuda.Device().synchronize()
    start = time.perf_counter()
    cp.matmul(a, b, out=c)
    cp.cuda.Device().synchronize()
    times.append(time.perf_counter() - start)
print(f"{np.median(times):.9f} {float(cp.linalg.norm(c.astype(cp.float64))):.17g}")
