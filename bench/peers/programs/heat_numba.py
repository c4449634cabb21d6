"""heat_numba: the loop of heat_openmp.c in Python, compiled by numba, parallel.

python heat_numba.py POINTS STEPS (NUMBA_NUM_THREADS sets the threads) writes
the seconds that the steps took, compilation left out, and the interior's mean.
"""

import sys
import time

import numba
import numpy as np


@numba.njit(parallel=True, fastmath=True, cache=False)
def advance(u, v, rx, ry, k, steps):
    rows, cols = u.shape
    for _ in range(steps):
        for i in numba.prange(1, rows - 1):
            for j in range(1, cols - 1):
                v[i, j] = (
                    k * u[i, j]
                    + ry * (u[i - 1, j] + u[i + 1, j])
                    + rx * (u[i, j - 1] + u[i, j + 1])
                )
        u, v = v, u
    return u


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
    advance(u[:8, :8].copy(), v[:8, :8].copy(), r, r, 1 - 4 * r, 1)
    start = time.perf_counter()
    u = advance(u, v, r, r, 1 - 4 * r, steps)
    seconds = time.perf_counter() - start
    print(f"{seconds:.9f} {u[1:-1, 1:-1].mean():.17g}")


main()
