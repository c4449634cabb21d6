"""integrate_numba: the integral of 4/(1+x^2) by midpoints, compiled by numba, parallel.

python integrate_numba.py POINTS (NUMBA_NUM_THREADS sets the threads) writes the seconds
that the points took, compilation left out, and pi.
"""

import sys
import time

import numba


@numba.njit(parallel=True, fastmath=True, cache=False)
def integral(n):
    h = 1.0 / n
    total = 0.0
    for i in numba.prange(n):
        x = (i + 0.5) * h
        total += 4.0 / (1.0 + x * x)
    return h * total


def main():
    n = int(sys.argv[1])
    integral(1000)
    start = time.perf_counter()
    value = integral(n)
    print(f"{time.perf_counter() - start:.9f} {value:.17g}")


main()
