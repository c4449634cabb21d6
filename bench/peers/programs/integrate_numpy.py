"""integrate_numpy: the integral of 4/(1+x^2) by midpoints in numpy, on one thread.

python integrate_numpy.py POINTS writes the seconds that the points took, and pi. They
are taken in pieces of 2^15, which keep the arrays in cache.
"""

import sys
import time

import numpy as np


def integral(n):
    h, piece = 1.0 / n, 1 << 15
    total = 0.0
    for lo in range(0, n, piece):
        x = (np.arange(lo, min(lo + piece, n)) + 0.5) * h
        total += np.sum(4.0 / (1.0 + x * x))
    return h * total


n = int(sys.argv[1])
integral(1000)
start = time.perf_counter()
value = integral(n)
print(f"{time.perf_counter() - start:.9f} {value:.17g}")
