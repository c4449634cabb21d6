"""walk_numba: random walks in Python, compiled by numba, walks in parallel.

python walk_numba.py WALKS STEPS (NUMBA_NUM_THREADS sets the threads) writes the
seconds that they took, compilation left out, and the mean of the squares of where
they end.
"""

import sys
import time

import numba
import numpy as np


@numba.njit(parallel=True, fastmath=True, cache=False)
def walk(walks, steps):
    position = np.empty(walks, np.int64)
    for w in numba.prange(walks):
        here = 0
        for _ in range(steps):
            here += 1 if np.random.random() < 0.5 else -1
        position[w] = here
    return position


walks, steps = int(sys.argv[1]), int(sys.argv[2])
walk(10, 10)
start = time.perf_counter()
position = walk(walks, steps)
print(f"{time.perf_counter() - start:.9f} {(position.astype(np.float64) ** 2).mean():.17g}")
