"""Work arrays that are used again: fresh pages from the system cost more than many a circuit."""

from __future__ import annotations

import collections
import math
from typing import ClassVar

import numpy as np

POOL_BYTES = 256 * 2**20
"""As much is kept for reuse, at the most."""

_CACHE_LINE = 64

_Key = tuple[tuple[int, ...], str]  # shape and kind of number


class Workspace:
    """An uninitialised array that goes back for reuse when nothing refers to this object any more."""

    __slots__ = ("_home", "array")

    # A deque's pop and append are atomic, so that no lock is needed that a finaliser could find held. The count of
    # bytes may go wrong by an array when two threads change it at once; it only decides when to start afresh.
    _free: ClassVar[collections.defaultdict[_Key, collections.deque[np.ndarray]]] = collections.defaultdict(
        collections.deque
    )
    _kept = 0

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._home = Workspace._free[shape, dtype.char]
        try:
            self.array = self._home.pop()
            Workspace._kept -= self.array.nbytes
        except IndexError:
            self.array = _aligned(shape, dtype)

    def __del__(self, most: int = POOL_BYTES) -> None:
        # No name of the module: as the interpreter ends it may have gone before the last array.
        try:
            array = self.array
        except AttributeError:  # the array could not be had
            return
        kind, size = type(self), array.nbytes
        if size > most:
            return
        if kind._kept + size > most:
            kind.release()  # mostly arrays of sizes that are in use no more
        self._home.append(array)
        kind._kept += size

    @classmethod
    def release(cls) -> None:
        """Give back what is kept for reuse: tens of megabytes for the circuits of an image training."""
        for arrays in list(cls._free.values()):
            arrays.clear()  # not the dictionary: arrays in use go back to where they came from
        cls._kept = 0


def _aligned(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array that starts where a cache line does, so that no vector lies across two."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + _CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % _CACHE_LINE
    return memory[start : start + size].view(dtype).reshape(shape)
