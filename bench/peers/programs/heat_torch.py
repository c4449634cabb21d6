"""heat_torch: the loop of heat_openmp.c on a GPU with PyTorch, compiled by TorchInductor.

python heat_torch.py POINTS STEPS writes the seconds that the steps took, compilation
left out, and the interior's mean.
"""

import sys
import time

import torch


@torch.compile
def update(u, k, r):
    return k * u[1:-1, 1:-1] + r * (u[:-2, 1:-1] + u[2:, 1:-1]) + r * (u[1:-1, :-2] + u[1:-1, 2:])


def advance(u, v, k, r, steps):
    for _ in range(steps):
        v[1:-1, 1:-1] = update(u, k, r)
        u, v = v, u
    return u


def initial(n):
    """The problem's field: a cold disc inside a fixed ring."""
    w = n + 2
    centre = w // 2 - 2
    y = torch.arange(w, dtype=torch.float64, device="cuda")[:, None] - centre
    x = torch.arange(w, dtype=torch.float64, device="cuda")[None, :] - centre
    u = torch.where(y * y + x * x < (n / 6) ** 2, 5.0, 65.0).double()
    u[:, 0], u[:, -1] = 20, 70
    u[0, :], u[-1, :] = 85, 5
    return u


@torch.no_grad()
def main():
    n, steps = int(sys.argv[1]), int(sys.argv[2])
    alpha, d = 0.5, 0.01
    dt = 1 / (2 * alpha * (1 / d**2 + 1 / d**2))
    r = alpha * dt / d**2
    u = initial(n)
    advance(u.clone(), u.clone(), 1 - 4 * r, r, 3)
    v = u.clone()
    torch.cuda.synchronize()
    start = time.perf_counter()
    u = advance(u, v, 1 - 4 * r, r, steps)
    torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    print(f"{seconds:.9f} {u[1:-1, 1:-1].mean().item():.17g}")


main()
