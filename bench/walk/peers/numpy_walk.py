"""numpy_walk: random walks in numpy, all walks of a step at once.

python numpy_walk.py WALKS STEPS SEED writes the seconds that they took, and the
sum of the squares of where they end.
"""

import sys
import time

import numpy as np


def walk(walks, steps, rng):
    position = np.zeros(walks, dtype=np.int64)
    piece = 1 << 14  # walks whose numbers stay in cache
    for lo in range(0, walks, piece):
        here = position[lo : lo + piece]
        for _ in range(steps):
            here += np.where(rng.random(len(here)) < 0.5, 1, -1)
    return position


def main():
    walks, steps, seed = (int(a) for a in sys.argv[1:4])
    rng = np.random.default_rng(seed)
    walk(1000, 10, rng)
    start = time.perf_counter()
    position = walk(walks, steps, rng)
    print(f"{time.perf_counter() - start:.9f} {int((position * position).sum())}")


main()
