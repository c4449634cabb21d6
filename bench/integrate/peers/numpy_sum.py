"""numpy_sum: the integral of 4/(1+x^2) by midpoints in numpy.

python numpy_sum.py FIRST LAST ALL PIECE writes the seconds that the points FIRST to
LAST of ALL take, and their part of pi. They are taken in pieces of so many points:
all at once, as one would write it, or 2^15, which keep the arrays in cache.
"""

import sys
import time

import numpy as np


def part(first, last, n, piece):
    h = 1.0 / n
    total = 0.0
    for lo in range(first, last, piece):
        x = (np.arange(lo, min(lo + piece, last)) + 0.5) * h
        total += np.sum(4.0 / (1.0 + x * x))
    return h * total


def main():
    first, last, n, piece = (int(a) for a in sys.argv[1:5])
    part(0, 1000, n, piece)
    start = time.perf_counter()
    value = part(first, last, n, piece)
    print(f"{time.perf_counter() - start:.9f} {value:.17g}")


main()
