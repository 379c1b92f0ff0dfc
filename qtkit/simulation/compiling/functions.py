"""How functions are compiled, and what types they keep."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numba.extending
import numpy as np
from numba.core.typing.templates import Signature
from numpy.typing import NDArray

from qtkit.simulation.compiling.cache import KernelCache

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]
"""Arrays of kernels: float32 or float64, all of one call alike; indices, masks and codes of gates."""

Emitted = tuple[Signature, Callable[..., Any]]
"""What an intrinsic gives to the compiler: its signature and what writes its code."""

Function = TypeVar("Function", bound=Callable[..., Any])

KERNELS: list[Any] = []
"""All functions that are compiled so, as Numba's dispatchers."""

# Sums may be reordered and products fused, but NaN and infinity keep their meaning.
_FASTMATH = {"reassoc", "contract", "nsz"}


def compiled(function: Function) -> Function:
    """`function`, compiled on its first call with arrays of a kind, and kept on disk; it releases the GIL."""
    return _compiled(function, _FASTMATH)


def compiled_as_written(function: Function) -> Function:
    """As `compiled`, every operation rounded as it stands: results are the same on every processor.

    They would depend even on whether a function that is called was compiled before or with this one, where the compiler
    may choose the order of sums: so do kernels of circuits, whose sums have an order of their own.
    """
    return _compiled(function, set())


def _compiled(function: Function, fastmath: set[str]) -> Function:
    dispatcher: Any = numba.njit(nogil=True, fastmath=fastmath)(function)
    with contextlib.suppress(OSError):  # without a source file to read, nothing is kept
        dispatcher._cache = KernelCache(function)
    KERNELS.append(dispatcher)
    return cast("Function", dispatcher)


def caches() -> list[KernelCache]:
    """What is kept of all kernels that were imported so far."""
    return [kernel._cache for kernel in KERNELS if isinstance(kernel._cache, KernelCache)]


def intrinsic(emitter: Callable[..., Emitted]) -> Callable[..., None]:
    """Code for kernels as LLVM IR: `emitter` gets a typing context and the types of what kernels call it with."""
    called: Callable[..., None] = numba.extending.intrinsic(emitter)
    return called
