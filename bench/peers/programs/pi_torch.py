"""pi_torch: Monte Carlo pi on a GPU by PyTorch, 2^26 samples at once.

python pi_torch.py SAMPLES writes the seconds that they took, and pi.
"""

import sys
import time

import torch


def count(samples):
    inside = torch.zeros((), dtype=torch.int64, device="cuda")
    for lo in range(0, samples, 1 << 26):
        n = min(1 << 26, samples - lo)
        x, y = torch.rand(n, device="cuda"), torch.rand(n, device="cuda")
        inside += (x * x + y * y < 1).sum()
    return inside.item()


samples = int(sys.argv[1])
torch.manual_seed(1)
count(1 << 20)
start = time.perf_counter()
inside = count(samples)
print(f"{time.perf_counter() - start:.9f} {4 * inside / samples:.17g}")
