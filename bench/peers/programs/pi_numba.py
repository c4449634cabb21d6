"""pi_numba: Monte Carlo pi in Python, compiled by numba, parallel.

python pi_numba.py SAMPLES (NUMBA_NUM_THREADS sets the threads) writes the
seconds that the samples took, compilation left out, and pi.
"""

import sys
import time

import numba
import numpy as np


@numba.njit(parallel=True, fastmath=True, cache=False)
def count(samples):
    inside = 0
    for _ in numba.prange(samples):
        x = np.random.random()
        y = np.random.random()
        if x * x + y * y < 1.0:
            inside += 1
    return inside


def main():
    samples = int(sys.argv[1])
    count(1000)
    start = time.perf_counter()
    inside = count(samples)
    seconds = time.perf_counter() - start
    print(f"{seconds:.9f} {4 * inside / samples:.17g}")


main()
