"""How functions are compiled, and what types they keep."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numba.extending
import numpy as np
from numba.core.typing.templates import Signature
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]
"""Arrays of kernels: float32 or float64, all of one call alike; indices, masks and codes of gates."""

Emitted = tuple[Signature, Callable[..., Any]]
"""What an intrinsic gives to the compiler: its signature and what writes its code."""

Function = TypeVar("Function", bound=Callable[..., Any])

# Sums may be reordered and products fused, but NaN and infinity keep their meaning.
_FASTMATH = {"reassoc", "contract", "nsz"}


def compiled(function: Function) -> Function:
    """`function`, compiled on its first call with arrays of a kind, and kept on disk; it releases the GIL."""
    return _compiled(function, _FASTMATH)


def compiled_as_written(function: Function) -> Function:
    """As `compiled`, every operation rounded as it stands: a product of many factors is the same on every processor."""
    return _compiled(function, set())


def _compiled(function: Function, fastmath: set[str]) -> Function:
    try:
        return cast("Function", numba.njit(nogil=True, cache=True, fastmath=fastmath)(function))
    except RuntimeError as error:  # Numba: "no locator available": nowhere to write
        warnings.warn(f"kernels are compiled anew in each process: {error}", RuntimeWarning, stacklevel=3)
        return cast("Function", numba.njit(nogil=True, fastmath=fastmath)(function))


def cache_folder(kernel: Any) -> str:
    """Where a compiled function is kept on disk, empty if nowhere."""
    return str(kernel.stats.cache_path or "")


def intrinsic(emitter: Callable[..., Emitted]) -> Callable[..., None]:
    """Code for kernels as LLVM IR: `emitter` gets a typing context and the types of what kernels call it with."""
    called: Callable[..., None] = numba.extending.intrinsic(emitter)
    return called
