"""walk_numpy: random walks in numpy, all walks of a step at once, on one thread.

python walk_numpy.py WALKS STEPS writes the seconds that they took, and the mean of
the squares of where they end. A random number below 1/2 is a step up; the walks are
taken in pieces that stay in cache.
"""

import sys
import time

import numpy as np


def walk(walks, steps, rng):
    position = np.zeros(walks, dtype=np.int64)
    piece = 1 << 14
    for lo in range(0, walks, piece):
        here = position[lo : lo + piece]
        for _ in range(steps):
            here += np.where(rng.random(len(here)) < 0.5, 1, -1)
    return position


walks, steps = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(1)
walk(1000, 10, rng)
start = time.perf_counter()
position = walk(walks, steps, rng)
print(f"{time.perf_counter() - start:.9f} {(position.astype(np.float64) ** 2).mean():.17g}")
