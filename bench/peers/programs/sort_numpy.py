"""sort_numpy: sort the numbers of a file with numpy, on one thread.

python sort_numpy.py KEYS.npy writes the median seconds of three sorts, each of the
unsorted numbers in memory that was used before, and the CRC-32 of the sorted bytes.
"""

import sys
import time
import zlib

import numpy as np

keys = np.load(sys.argv[1])
x = keys.copy()
x.sort()
times = []
for _ in range(3):
    x[:] = keys
    start = time.perf_counter()
    x.sort()
    times.append(time.perf_counter() - start)
print(f"{np.median(times):.9f} {zlib.crc32(x)}")
