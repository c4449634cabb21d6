"""The Mandelbrot set as one would write it with numba: a parallel loop over rows.

    numba_loop.py WIDTH HEIGHT RE IM ZOOM MAX_ITER

prints the seconds of the second call and the sum of the counts.
"""
import sys
import time

import numba
import numpy as np


@numba.njit(parallel=True, fastmath=True)
def mandelbrot(width, height, re, im, zoom, limit, counts):
    s = 3 / (zoom * width)
    for j in numba.prange(height):
        cy = im + (height / 2 - j - 0.5) * s
        for i in range(width):
            cx = re + (i + 0.5 - width / 2) * s
            x = y = 0.0
            n = limit
            for k in range(1, limit + 1):
                x, y = x * x - y * y + cx, 2 * x * y + cy
                if x * x + y * y > 4:
                    n = k
                    break
            counts[j, i] = n


width, height, limit = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[6])
re, im, zoom = float(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
counts = np.zeros((height, width), np.int32)
mandelbrot(16, 16, re, im, zoom, limit, np.zeros((16, 16), np.int32))
began = time.perf_counter()
mandelbrot(width, height, re, im, zoom, limit, counts)
print(time.perf_counter() - began, counts.sum(dtype=np.int64))
