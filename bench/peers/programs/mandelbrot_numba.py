"""mandelbrot_numba: the Mandelbrot set in Python, compiled by numba, rows in parallel.

python mandelbrot_numba.py WIDTH HEIGHT MAX_ITER (NUMBA_NUM_THREADS sets the threads)
writes the seconds of the picture of [-2, 1] x [-1, 1], compilation left out, and the
sum of the counts.
"""

import sys
import time

import numba
import numpy as np


@numba.njit(parallel=True, fastmath=True, cache=False)
def mandelbrot(width, height, limit, counts):
    s = 3 / width
    for j in numba.prange(height):
        cy = (height / 2 - j - 0.5) * s
        for i in range(width):
            cx = -0.5 + (i + 0.5 - width / 2) * s
            x = y = 0.0
            n = limit
            for k in range(1, limit + 1):
                x, y = x * x - y * y + cx, 2 * x * y + cy
                if x * x + y * y > 4:
                    n = k
                    break
            counts[j, i] = n


width, height, limit = (int(a) for a in sys.argv[1:4])
counts = np.zeros((height, width), np.int32)
mandelbrot(16, 16, limit, np.zeros((16, 16), np.int32))
start = time.perf_counter()
mandelbrot(width, height, limit, counts)
print(f"{time.perf_counter() - start:.9f} {counts.sum(dtype=np.int64)}")
