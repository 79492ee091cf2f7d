"""Kernels compute alike on every machine: what numpy and OpenBLAS would choose by the processor is chosen for them."""

import sys

import pytest

from helpers.runner.determinism import deterministic_environment, instructions
from tests.conftest import run

CHOSEN = """
import contextlib, ctypes, pathlib, numpy, scipy.linalg
from numpy._core._multiarray_umath import __cpu_features__ as can, __cpu_dispatch__ as known
print(*(name for name in known if can.get(name)))
for package in (numpy, scipy):
    folder = pathlib.Path(package.__file__).parent.with_name(f"{package.__name__}.libs")
    (library,) = folder.glob("*openblas*")
    for name in ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename"):
        with contextlib.suppress(AttributeError):
            call = getattr(ctypes.CDLL(library), name)
            call.restype = ctypes.c_char_p
            print(call().decode())
"""


@pytest.mark.skipif(
    not instructions().endswith("AVX2"), reason="this machine's processor has an arithmetic of its own"
)
def test_numpy_and_both_copies_of_openblas_take_what_every_such_processor_has():
    """A new numpy may name its instructions anew: then the list in ``AVX2`` must be told."""
    said = run(sys.executable, "-c", CHOSEN, **deterministic_environment()).stdout
    assert said.split() == ["X86_V3", "Haswell", "Haswell"]
