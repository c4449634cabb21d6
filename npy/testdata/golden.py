"""Writes the golden files of package npy. numpy 2.4.6, from this folder:  python3 golden.py"""
import numpy as np
from numpy.lib import format as npf


def grid(dtype, shape=(3, 4)):
    # 0, 1, 2, ... and, in the last element, the type's smallest value (floats: -1/3 rounded to the type)
    a = np.arange(np.prod(shape)).astype(dtype).reshape(shape)
    if a.size:
        a.flat[-1] = -1 / 3 if a.dtype.kind == "f" else np.iinfo(a.dtype).min
    return a


for dtype in ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    np.save(f"{dtype}.npy", grid("<" + dtype))
np.save("line.npy", grid("<f8", (11,)))
np.save("scalar.npy", np.float64(2.5))
np.save("empty.npy", np.empty((0, 5), "<f4"))
np.save("cube.npy", grid("<i2", (2, 3, 4)))
for major in (2, 3):
    with open(f"version{major}.npy", "wb") as f:
        npf.write_array(f, grid("<f8"), version=(major, 0))

# What the reader refuses.
np.save("bigendian.npy", grid(">f8"))
np.save("fortran.npy", np.asfortranarray(grid("<f8")))
np.save("bool.npy", np.eye(3, dtype=bool))
np.save("complex.npy", np.eye(2, dtype="<c16"))
np.save("half.npy", np.eye(2, dtype="<f2"))
np.save("text.npy", np.array(["\u03b1", "bc"]))
np.save("bytes.npy", np.array([b"ab", b"c"]))
np.save("struct.npy", np.zeros(2, dtype=[("t", "<f8"), ("n", "<i4")]))
with open("structv3.npy", "wb") as f:
    npf.write_array(f, np.zeros(2, dtype=[("\u03b1", "<f8")]), version=(3, 0))
np.save("object.npy", np.array([None, 1], dtype=object))
np.save("date.npy", np.array(["2020-01-01"], dtype="<M8[D]"))
np.savez("archive.npz", a=np.eye(2))
