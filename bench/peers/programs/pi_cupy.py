"""pi_cupy: Monte Carlo pi on a GPU by CuPy, whose numbers are cuRAND's, 2^26 samples at once.

python pi_cupy.py SAMPLES writes the seconds that they took, and pi.
"""

import sys
import time

import cupy as cp


def count(generator, samples):
    inside = cp.zeros((), dtype=cp.int64)
    for lo in range(0, samples, 1 << 26):
        n = min(1 << 26, samples - lo)
        x = generator.random(n, dtype=cp.float32)
        y = generator.random(n, dtype=cp.float32)
        inside += (x * x + y * y < 1).sum()
    return int(inside)


samples = int(sys.argv[1])
# Philox4x32-10, as hybrid's.
generator = cp.random.Generator(cp.random.Philox4x3210(1))
count(generator, 1 << 20)
start = time.perf_counter()
inside = count(generator, samples)
print(f"{time.perf_counter() - start:.9f} {4 * inside / samples:.17g}")
