"""solve: the loops of solve.c in Python, compiled by numba, or the formulas by py-pde or Devito.

python solve.py numba|pde|devito MODEL CELLS STEPS (NUMBA_NUM_THREADS, OMP_NUM_THREADS set the
threads) writes the seconds that the steps took, compilation and Devito's choice of tiles left
out, and the mean plus the largest value of the last field.
"""

import sys
import time

import numba
import numpy as np

parallel = numba.njit(parallel=True, fastmath=True)


@numba.njit(inline="always")
def laplacian(u, i, j):
    return u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4 * u[i, j]


@parallel
def ghosts(u, sign):
    """sign 1: derivative 0, -1: value 0, 0: periodic"""
    n = u.shape[0] - 2
    near, far = (1, n) if sign else (n, 1)
    s = sign if sign else 1
    for i in numba.prange(1, n + 1):
        u[i, 0] = s * u[i, near]
        u[i, n + 1] = s * u[i, far]
        u[0, i] = s * u[near, i]
        u[n + 1, i] = s * u[far, i]


@parallel
def heat(u, nu, v, nv, steps):
    n = u.shape[0] - 2
    for _ in range(steps):
        ghosts(u, -1)
        for i in numba.prange(1, n + 1):
            for j in range(1, n + 1):
                nu[i, j] = u[i, j] + 0.2 * laplacian(u, i, j)
        u, nu = nu, u
    return u


@parallel
def wave(u, nu, v, nv, steps):
    n = u.shape[0] - 2
    for _ in range(steps):
        ghosts(u, -1)
        for i in numba.prange(1, n + 1):
            for j in range(1, n + 1):
                nu[i, j] = 2 * u[i, j] - nu[i, j] + 0.25 * laplacian(u, i, j)
        u, nu = nu, u
    return u


@parallel
def grayscott(u, nu, v, nv, steps):
    n = u.shape[0] - 2
    for _ in range(steps):
        ghosts(u, 0)
        ghosts(v, 0)
        for i in numba.prange(1, n + 1):
            for j in range(1, n + 1):
                r = u[i, j] * v[i, j] * v[i, j]
                nu[i, j] = u[i, j] + 0.16 * laplacian(u, i, j) - r + 0.055 * (1 - u[i, j])
                nv[i, j] = v[i, j] + 0.08 * laplacian(v, i, j) + r - (0.055 + 0.062) * v[i, j]
        u, nu = nu, u
        v, nv = nv, v
    return v


@parallel
def cahnhilliard(u, mu, v, nv, steps):
    n = u.shape[0] - 2
    for _ in range(steps):
        ghosts(u, 0)
        for i in numba.prange(1, n + 1):
            for j in range(1, n + 1):
                mu[i, j] = u[i, j] ** 3 - u[i, j] - laplacian(u, i, j)
        ghosts(mu, 0)
        for i in numba.prange(1, n + 1):
            for j in range(1, n + 1):
                u[i, j] += 0.02 * laplacian(mu, i, j)
    return u


@parallel
def heat3d(u, nu, v, nv, steps):
    n = u.shape[0] - 2
    for _ in range(steps):
        for k in numba.prange(1, n + 1):
            u[k, :, 0] = u[k, :, 1]
            u[k, :, n + 1] = u[k, :, n]
            u[k, 0, :] = u[k, 1, :]
            u[k, n + 1, :] = u[k, n, :]
        for i in numba.prange(0, n + 2):
            u[0, i, :] = u[1, i, :]
            u[n + 1, i, :] = u[n, i, :]
        for k in numba.prange(1, n + 1):
            for i in range(1, n + 1):
                for j in range(1, n + 1):
                    nu[k, i, j] = u[k, i, j] + 0.15 * (
                        u[k - 1, i, j]
                        + u[k + 1, i, j]
                        + u[k, i - 1, j]
                        + u[k, i + 1, j]
                        + u[k, i, j - 1]
                        + u[k, i, j + 1]
                        - 6 * u[k, i, j]
                    )
        u, nu = nu, u
    return u


def initial(model, n):
    """The fields of a model, without ghost cells."""
    at = np.arange(n) + 0.5
    z = at[:, None, None] / n - 0.5 if model == "heat3d" else 0
    y, x = at[:, None] / n - 0.6, at / n - 0.35
    bump = 1 / (1 + 100 * (z * z + y * y + x * x))
    if model == "grayscott":
        return 1 - 0.5 * bump, 0.25 * bump
    if model == "cahnhilliard":
        bump = 0.1 * np.sin(0.3 * at) * np.sin(0.2 * at[:, None]) + 0.1 * bump
    return bump, bump


def by_numba(model, fields, steps):
    step = globals()[model]
    small = [np.zeros((4,) * fields[0].ndim) for _ in range(4)]
    step(*small, 1)
    u, v = (np.pad(f, 1) for f in fields)
    start = time.perf_counter()
    last = step(u, u.copy(), v, v.copy(), steps)
    seconds = time.perf_counter() - start
    return seconds, last[(slice(1, -1),) * last.ndim]


FORMULAS = {
    "heat": ({"u": "laplace(u)"}, 0.2),
    "grayscott": (
        {
            "u": "0.16*laplace(u) - u*v**2 + 0.055*(1 - u)",
            "v": "0.08*laplace(v) + u*v**2 - 0.117*v",
        },
        1.0,
    ),
    "cahnhilliard": ({"u": "laplace(u**3 - u - laplace(u))"}, 0.02),
    "heat3d": ({"u": "laplace(u)"}, 0.15),
}


def by_pde(model, fields, steps):
    import pde

    formulas, dt = FORMULAS[model]
    periodic = model in ("grayscott", "cahnhilliard")
    n, dims = fields[0].shape[0], fields[0].ndim
    grid = pde.CartesianGrid([[0, n]] * dims, n, periodic=periodic)
    bc = {"value": 0} if model == "heat" else {"derivative": 0}
    equation = pde.PDE(formulas, bc="auto_periodic_neumann" if periodic else bc)
    state = pde.FieldCollection(
        [pde.ScalarField(grid, f, label=name) for name, f in zip(formulas, fields)]
    )
    solver = pde.ExplicitSolver(equation, scheme="euler", backend="numba")
    advance = solver.make_stepper(state, dt)
    advance(state.copy(), 0, dt)
    start = time.perf_counter()
    advance(state, 0, steps * dt)
    return time.perf_counter() - start, state[-1].data


def by_devito(model, fields, steps):
    import devito

    devito.configuration["language"] = "openmp"
    devito.configuration["log-level"] = "ERROR"
    n, dims = fields[0].shape[0], fields[0].ndim
    sign = {"heat": -1, "wave": -1, "heat3d": 1}.get(model, 0)  # of ghost cells, as ghosts has it
    grid = devito.Grid(shape=(n + 2,) * dims, extent=(n + 1.0,) * dims, dtype=np.float64)
    order = 2 if model == "wave" else 1
    u, v, mu = (
        devito.TimeFunction(name=s, grid=grid, space_order=2, time_order=order)
        for s in ("u", "v", "mu")
    )
    after = grid.stepping_dim + 1

    def around(f):
        """Equations of the ghost cells of f after the step."""
        made = []
        for axis in range(dims):
            for to, near, far in ((0, 1, n), (n + 1, n, 1)):
                at = list(grid.dimensions)
                at[axis] = to
                ghost = f[(after, *at)]
                at[axis] = near if sign else far
                made.append(devito.Eq(ghost, (sign or 1) * f[(after, *at)]))
        return made

    def step(f, value):
        return devito.Eq(f, value, subdomain=grid.interior)

    equations = {
        "heat": lambda: [step(u.forward, u + 0.2 * u.laplace)],
        "wave": lambda: [step(u.forward, 2 * u - u.backward + 0.25 * u.laplace)],
        "grayscott": lambda: [
            step(u.forward, u + 0.16 * u.laplace - u * v**2 + 0.055 * (1 - u)),
            step(v.forward, v + 0.08 * v.laplace + u * v**2 - 0.117 * v),
            *around(v),
        ],
        "cahnhilliard": lambda: [
            step(mu.forward, u**3 - u - u.laplace),
            *around(mu),
            step(u.forward, u + 0.02 * mu.forward.laplace),
        ],
        "heat3d": lambda: [step(u.forward, u + 0.15 * u.laplace)],
    }[model]()
    advance = devito.Operator(equations + around(u), opt=("advanced", {"openmp": True}))

    def begin():
        for f, field in zip((u, v), fields):
            f.data[:] = np.pad(field, 1)
            for axis in range(1, dims + 1):
                d = np.moveaxis(f.data, axis, 0)
                d[0], d[-1] = (sign * d[1], sign * d[-2]) if sign else (d[-2], d[1])

    first = order - 1
    begin()
    advance.apply(time_m=first, time_M=first + 15, autotune="aggressive")
    begin()
    start = time.perf_counter()
    advance.apply(time_m=first, time_M=first + steps - 1, autotune="off")
    seconds = time.perf_counter() - start
    last = v if model == "grayscott" else u
    return seconds, np.asarray(last.data[(first + steps) % (order + 1)])[(slice(1, -1),) * dims]


def main():
    how, model, n, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    take = {"numba": by_numba, "pde": by_pde, "devito": by_devito}[how]
    seconds, last = take(model, initial(model, n), steps)
    print(f"{seconds:.9f} {last.mean() + last.max():.17g}")


main()
