"""Work arrays that are used again: fresh pages from the system cost more than many a circuit."""

from __future__ import annotations

import collections

import numpy as np

_KEEP_BYTES = 256 * 2**20

_free: dict[tuple, collections.deque[np.ndarray]] = collections.defaultdict(collections.deque)


class Workspace:
    """An uninitialised array that goes back for reuse when nothing refers to this object any more."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._key = (shape, np.dtype(dtype))
        try:  # a deque's pop and append are atomic: no lock that a finaliser could find held
            self.array = _free[self._key].pop()
        except IndexError:
            self.array = np.empty(shape, dtype)

    def __del__(self) -> None:
        array = getattr(self, "array", None)
        if array is None or array.nbytes > _KEEP_BYTES:
            return
        if array.nbytes + sum(a.nbytes for arrays in list(_free.values()) for a in list(arrays)) > _KEEP_BYTES:
            _free.clear()  # mostly arrays of sizes that are in use no more
        _free[self._key].append(array)
