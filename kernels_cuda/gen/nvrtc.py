"""Compiles the CUDA source on standard input into PTX on standard output.

    nvrtc.py NAME OPTION...

Errors and warnings of the compiler go to standard error. libnvrtc is the one of
the wheel nvidia-cuda-nvrtc-cu11 beside this Python.
"""
import ctypes
import os
import sys
import sysconfig

folder = os.path.join(sysconfig.get_path("purelib"), "nvidia", "cuda_nvrtc", "lib")
rtc = ctypes.CDLL(os.path.join(folder, "libnvrtc.so.11.2"))


def call(name, *args):
    status = getattr(rtc, name)(*args)
    if status and name != "nvrtcCompileProgram":
        rtc.nvrtcGetErrorString.restype = ctypes.c_char_p
        sys.exit(f"{name}: {rtc.nvrtcGetErrorString(status).decode()}")
    return status


def text(program, what):
    size = ctypes.c_size_t()
    call(f"nvrtcGet{what}Size", program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    call(f"nvrtcGet{what}", program, buffer)
    return buffer.value


name, options = sys.argv[1], [o.encode() for o in sys.argv[2:]]
program = ctypes.c_void_p()
call("nvrtcCreateProgram", ctypes.byref(program), sys.stdin.buffer.read(), name.encode(), 0, None, None)
failed = call("nvrtcCompileProgram", program, len(options), (ctypes.c_char_p * len(options))(*options))
sys.stderr.buffer.write(text(program, "ProgramLog"))
if failed:
    sys.exit(1)
sys.stdout.buffer.write(text(program, "PTX"))
