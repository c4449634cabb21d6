"""pi_numpy: Monte Carlo pi in numpy, in pieces that stay in cache, on one thread.

python pi_numpy.py SAMPLES writes the seconds that they took, and pi.
"""

import sys
import time

import numpy as np


def count(samples, rng):
    inside, piece = 0, 1 << 14
    for lo in range(0, samples, piece):
        x, y = rng.random((2, min(piece, samples - lo)))
        inside += np.count_nonzero(x * x + y * y < 1)
    return inside


samples, rng = int(sys.argv[1]), np.random.default_rng(1)
count(1000, rng)
start = time.perf_counter()
inside = count(samples, rng)
print(f"{time.perf_counter() - start:.9f} {4 * inside / samples:.17g}")
