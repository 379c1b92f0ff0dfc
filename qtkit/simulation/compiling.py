"""How functions are compiled."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numba

# Sums may be reordered and products fused, but NaN and infinity keep their meaning.
_FASTMATH = {"reassoc", "contract", "nsz"}


def compiled(function: Callable) -> Callable:
    """`function`, compiled on its first call with arrays of a kind, and kept on disk; it releases the GIL."""
    try:
        return numba.njit(nogil=True, cache=True, fastmath=_FASTMATH)(function)
    except RuntimeError as error:  # Numba: "no locator available": nowhere to write
        warnings.warn(f"kernels are compiled anew in each process: {error}", RuntimeWarning, stacklevel=2)
        return numba.njit(nogil=True, fastmath=_FASTMATH)(function)
