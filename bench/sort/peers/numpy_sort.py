"""numpy_sort: sort the numbers on standard input with numpy.

    numpy_sort.py DTYPE ROUNDS < numbers

writes the seconds of every round, on the same unsorted numbers, and then the
bytes of the sorted ones at nine places, in hexadecimal.
"""

import sys
import time

import numpy as np

keys = np.frombuffer(sys.stdin.buffer.read(), dtype=sys.argv[1])
x = np.empty_like(keys)
for _ in range(int(sys.argv[2])):
    x[:] = keys
    start = time.perf_counter()
    x.sort()
    print(f"{time.perf_counter() - start:.9f}")
print(np.array([x[(len(x) - 1) * q // 8] for q in range(9)], dtype=sys.argv[1]).tobytes().hex())
