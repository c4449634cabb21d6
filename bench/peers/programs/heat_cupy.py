"""heat_cupy: the loop of heat_openmp.c on a GPU with CuPy, as one would write it.

python heat_cupy.py POINTS STEPS writes the seconds that the steps took, the first
ones left out, and the interior's mean. One kernel a step, made by fuse.
"""

import sys
import time

import cupy as cp


@cp.fuse()
def update(c, n, s, w, e, k, r):
    return k * c + r * (n + s) + r * (w + e)


def advance(u, v, k, r, steps):
    for _ in range(steps):
        v[1:-1, 1:-1] = update(u[1:-1, 1:-1], u[:-2, 1:-1], u[2:, 1:-1], u[1:-1, :-2], u[1:-1, 2:], k, r)
        u, v = v, u
    return u


def initial(n):
    """The problem's field: a cold disc inside a fixed ring."""
    w = n + 2
    centre = w // 2 - 2
    y = cp.arange(w, dtype=cp.float64)[:, None] - centre
    x = cp.arange(w, dtype=cp.float64)[None, :] - centre
    u = cp.where(y * y + x * x < (n / 6) ** 2, 5.0, 65.0)
    u[:, 0], u[:, -1] = 20, 70
    u[0, :], u[-1, :] = 85, 5
    return u


def main():
    n, steps = int(sys.argv[1]), int(sys.argv[2])
    alpha, d = 0.5, 0.01
    dt = 1 / (2 * alpha * (1 / d**2 + 1 / d**2))
    r = alpha * dt / d**2
    u = initial(n)
    advance(u.copy(), u.copy(), 1 - 4 * r, r, 2)
    v = u.copy()
    cp.cuda.Device().synchronize()
    start = time.perf_counter()
    u = advance(u, v, 1 - 4 * r, r, steps)
    cp.cuda.Device().synchronize()
    seconds = time.perf_counter() - start
    print(f"{seconds:.9f} {float(u[1:-1, 1:-1].mean()):.17g}")


main()
