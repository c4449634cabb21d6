"""Multiplies matrices with numpy on request.

Each line of standard input is "dtype m n k seconds": the product is repeated
for so long, and the seconds of the fastest call are written once the library's
threads rest: they look out for more work for a tenth of a second, on a core that
whoever comes next would miss. The number of threads is OPENBLAS_NUM_THREADS. The
first line written names the library.
"""

import sys
import time

import numpy as np

blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
print("numpy", np.__version__, blas["name"], blas["version"], flush=True)

rng = np.random.default_rng(1)
made = None
for line in sys.stdin:
    dtype, m, n, k, seconds = line.split()
    m, n, k, seconds = int(m), int(n), int(k), float(seconds)
    if made != (dtype, m, n, k):
        made = (dtype, m, n, k)
        a = rng.standard_normal((m, k)).astype(dtype)
        b = rng.standard_normal((k, n)).astype(dtype)
        c = np.empty((m, n), dtype)
        np.matmul(a, b, out=c)
    best = float("inf")
    end = time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        np.matmul(a, b, out=c)
        now = time.perf_counter()
        best = min(best, now - began)
        if now >= end:
            break
    rested = False
    while not rested:
        used = time.process_time()
        time.sleep(0.02)
        rested = time.process_time() - used < 0.002
    print(best, flush=True)
