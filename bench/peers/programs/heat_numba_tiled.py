"""heat_numba_tiled: the loop of heat_numba.py, blocked in time as in heat_tiled.c.

Diamonds of HEIGHT steps over the rows, which threads share, and in them
parallelograms of WIDTH columns; heat_tiled.c says more.

python heat_numba_tiled.py POINTS STEPS (NUMBA_NUM_THREADS sets the threads) writes
the seconds that the steps took, compilation and the choice of the tiles left out,
and the interior's mean.
"""

import sys
import time

import numba
import numpy as np


@numba.njit(fastmath=True)
def row(u, v, rx, ry, k, i, start, stop):
    # Slices, whose indices are counted from 0, or numba looks for negative ones.
    centre, to = u[i, start - 1 : stop + 1], v[i, start:stop]
    north, south = u[i - 1, start:stop], u[i + 1, start:stop]
    for j in range(to.size):
        to[j] = k * centre[j + 1] + ry * (north[j] + south[j]) + rx * (centre[j] + centre[j + 2])


@numba.njit(fastmath=True)
def tile(u, v, rx, ry, k, first, height, width, top, top_slope, end, end_slope):
    """Rows [top + s top_slope, end + s end_slope) through step first + s."""
    rows, cols = u.shape
    for left in range(1, cols - 1 + height, width):
        for s in range(height):
            start, stop = max(left - s, 1), min(left - s + width, cols - 1)
            if start >= stop:
                continue
            for i in range(max(top + s * top_slope, 1), min(end + s * end_slope, rows - 1)):
                if (first + s) % 2 == 0:
                    row(u, v, rx, ry, k, i, start, stop)
                else:
                    row(v, u, rx, ry, k, i, start, stop)


@numba.njit(parallel=True, fastmath=True)
def advance(u, v, rx, ry, k, steps, height, width):
    """u holds the even steps, v the odd ones."""
    n = u.shape[0] - 2
    base = 2 * height
    tiles = (n + base - 1) // base
    for first in range(0, steps, height):
        h = min(height, steps - first)
        for t in numba.prange(tiles):  # which get narrower
            end = 1 + (t + 1) * base
            # The ring is no neighbour: a tile at it keeps its side.
            tile(u, v, rx, ry, k, first, h, width, 1 + t * base, min(t, 1), min(end, n + 1), -1 if end <= n else 0)
        for t in numba.prange(1, tiles):  # which get wider
            tile(u, v, rx, ry, k, first, h, width, 1 + t * base, -1, 1 + t * base, 1)


def initial(n):
    """The problem's field: a cold disc inside a fixed ring."""
    w = n + 2
    centre = w // 2 - 2
    y = np.arange(w, dtype=np.float64)[:, None] - centre
    x = np.arange(w, dtype=np.float64)[None, :] - centre
    u = np.where(y * y + x * x < (n / 6) ** 2, 5.0, 65.0)
    u[:, 0], u[:, -1] = 20, 70
    u[0, :], u[-1, :] = 85, 5
    return u


def main():
    n, steps = int(sys.argv[1]), int(sys.argv[2])
    alpha, d = 0.5, 0.01
    dt = 1 / (2 * alpha * (1 / d**2 + 1 / d**2))
    r = alpha * dt / d**2
    u = initial(n)
    v = u.copy()

    def seconds(u, v, steps, height, width):
        start = time.perf_counter()
        advance(u, v, r, r, 1 - 4 * r, steps, height, width)
        return time.perf_counter() - start

    seconds(u[:8, :8].copy(), v[:8, :8].copy(), 1, 1, 8)  # compiles
    choices = [(height, width) for height in (16, 32, 64) for width in (256, 512, 1024, 2048)]
    best = min(choices, key=lambda c: seconds(u.copy(), v.copy(), 64, *c))
    took = seconds(u, v, steps, *best)
    u = (u, v)[steps % 2]
    print(f"{took:.9f} {u[1:-1, 1:-1].mean():.17g}")


main()
