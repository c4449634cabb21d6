"""matmul_torch: a matrix product on a GPU by PyTorch, which calls cuBLAS.

python matmul_torch.py A.npy B.npy writes the median seconds of some products, and the
Frobenius norm of A B. TF32 is off: float32 is multiplied as float32.
"""

import sys
import time

import numpy as np
import torch

torch.backends.cuda.matmul.allow_tf32 = False
a, b = (torch.from_numpy(np.load(name)).cuda() for name in sys.argv[1:3])
c = a @ b
times = []
while sum(times) < 0.25:
    torch.cuda.synchronize()
    start = time.perf_counter()
    torch.matmul(a, b, out=c)
    torch.cuda.synchronize()
    times.append(time.perf_counter() - start)
print(f"{np.median(times):.9f} {torch.linalg.norm(c.double()).item():.17g}")
