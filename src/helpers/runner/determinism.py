"""The same last digit on every machine: numpy and OpenBLAS else choose their instructions by the processor they find.

Sums in another order and another ``exp`` differ in the last digit, and a digest shows it. So kernels are told what to
choose: what every x86-64 processor with AVX2 can do. A machine that cannot do that is another arithmetic, and its name
says so.
"""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

LIBRARIES = ("OPENBLAS", "OMP", "MKL", "NUMEXPR")
STEADY = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}  # also: a fork is safe with one thread only
AVX2 = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_L2_SIZE": "512",  # KiB: how matrices are cut into blocks, and so the order of sums
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def instructions() -> str:
    """What this machine computes with.

    Examples
    --------
    >>> instructions().split()[0] == __import__("platform").machine()
    True
    """
    machine = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:  # not Linux: it keeps its own
        return machine
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return f"{machine} with AVX2" if {"avx2", "fma"} <= set(flags) else machine


@cache
def deterministic_environment() -> dict[str, str]:
    """The environment in which numpy and OpenBLAS, once imported, compute alike on all such machines.

    Examples
    --------
    >>> deterministic_environment()["OPENBLAS_NUM_THREADS"]
    '1'
    """
    return STEADY | (AVX2 if instructions().endswith("AVX2") else {})
