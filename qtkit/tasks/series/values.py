"""`real_values`: arrays, tensors, lists and columns of tables as real numbers, or what and where they are not."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from qtkit.tasks.series.shortened import shortened

_KINDS = {
    "c": "complex numbers: take .real, .imag or abs() of them",
    "m": "spans of time: divide them by a unit, such as np.timedelta64(1, 's')",
    "M": "dates: a series is its values alone, evenly spaced",
}


def real_values(values: ArrayLike) -> NDArray[np.float64]:
    """`values` in float64, of the same shape; tensors are detached.

    Raises:
        ValueError: for a masked or missing value, or anything that is no real number, with its place.
    """
    _check_order(values)
    _refuse_missing(values)
    try:
        values = _without_tensors(values)
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"the series must be numbers: {error}") from None
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    if array.dtype.kind in _KINDS:
        raise ValueError(f"the series must be real numbers, got {_KINDS[array.dtype.kind]}")
    if not array.ndim:
        raise ValueError(f"the series must have shape (T,), got one {type(values).__name__}")
    things = np.asarray(values, dtype=object)  # as they came: NumPy makes strings of numbers that stand beside one
    return np.array([_real(item, k, things.size) for k, item in enumerate(things.flat)]).reshape(things.shape)


def _without_tensors(values: Any) -> Any:
    if isinstance(values, Tensor):
        values = values.detach().cpu().resolve_conj().resolve_neg()
        values = values if values.is_complex() else values.double()
        return values.to_dense().numpy()[()]  # a number where there are no dimensions
    if isinstance(values, list | tuple):
        return [_without_tensors(item) for item in values]
    return values


def _check_order(values: Any) -> None:
    """A pandas series by dates is asked to be in their order: the oldest value stands first."""
    index: Any = getattr(values, "index", None)
    dtype = getattr(index, "dtype", None)
    by_time = getattr(dtype, "kind", "") in ("M", "m") or str(dtype).startswith("period")
    if by_time and not index.is_monotonic_increasing:
        raise ValueError("the series' index of times is not in order: sort it, by values.sort_index()")


def _refuse_missing(values: Any) -> None:
    """ValueError for what arrays and tables know to be missing, before it turns into a number."""
    if isinstance(values, np.ma.MaskedArray):
        missing = np.ma.getmaskarray(values)
    elif hasattr(values, "isna"):  # a pandas series, index, array or table
        missing = np.asarray(values.isna())
    elif isinstance(values, list | tuple):
        missing = np.array([item is np.ma.masked for item in values], dtype=bool)
    else:
        return
    places = np.flatnonzero(missing)
    if len(places):
        raise _missing_error(int(places[0]), missing.size, len(places))


def _real(item: Any, place: int, size: int) -> float:
    import pandas as pd  # only here: it takes long to import

    if item is None or item is pd.NA or item is pd.NaT or item is np.ma.masked:
        raise _missing_error(place, size)
    if not isinstance(item, numbers.Real | Decimal | np.bool_):
        raise ValueError(
            f"the series must be numbers, got {shortened(item)}, a {type(item).__name__}, at place {place} of "
            f"0..{size - 1}"
        )
    try:
        return float(item)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"the series has {shortened(item)} at place {place} of 0..{size - 1}: {error}") from None


def _missing_error(place: int, size: int, count: int = 1) -> ValueError:
    more = f" ({count} such values in all)" if count > 1 else ""
    return ValueError(f"the series has a missing value at place {place} of 0..{size - 1}{more}")
