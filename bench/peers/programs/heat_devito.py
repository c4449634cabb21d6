"""heat_devito: the problem of heat_openmp.c stated to Devito, which writes C for it.

python heat_devito.py POINTS STEPS (OMP_NUM_THREADS sets the threads) writes the
seconds that the steps took, code generation, compilation and the choice of tiles
left out, and the interior's mean. Devito tiles space and not time.
"""

import sys
import time

import devito
import numpy as np

devito.configuration["language"] = "openmp"
devito.configuration["log-level"] = "ERROR"


def set_initial(u, n):
    """The problem's field: a cold disc inside a fixed ring."""
    w = n + 2
    centre = w // 2 - 2
    y = np.arange(w, dtype=np.float64)[:, None] - centre
    x = np.arange(w, dtype=np.float64)[None, :] - centre
    f = np.where(y * y + x * x < (n / 6) ** 2, 5.0, 65.0)
    f[:, 0], f[:, -1] = 20, 70
    f[0, :], f[-1, :] = 85, 5
    u.data[:] = f


def main():
    n, steps = int(sys.argv[1]), int(sys.argv[2])
    alpha, d = 0.5, 0.01
    dt = 1 / (2 * alpha * (1 / d**2 + 1 / d**2))
    w = n + 2
    grid = devito.Grid(shape=(w, w), extent=((w - 1) * d, (w - 1) * d), dtype=np.float64)
    u = devito.TimeFunction(name="u", grid=grid, space_order=2)
    update = devito.Eq(u.forward, u + dt * alpha * u.laplace, subdomain=grid.interior)
    advance = devito.Operator([update], opt=("advanced", {"openmp": True}))
    set_initial(u, n)
    advance.apply(time_M=15, dt=dt, autotune="aggressive")
    set_initial(u, n)
    start = time.perf_counter()
    advance.apply(time_M=steps - 1, dt=dt, autotune="off")
    seconds = time.perf_counter() - start
    print(f"{seconds:.9f} {np.asarray(u.data[steps % 2])[1:-1, 1:-1].mean():.17g}")


main()
