"""Reads answers as they come: numbers and arrays of Python, numpy or PyTorch, of any precision; and ranks them."""

from __future__ import annotations

import math
import operator
from numbers import Rational
from typing import Any

import numpy as np
from torch import Tensor

from qtkit.labs.checking import Wrong

_REAL = "iuf"  # the kinds of numpy's types that are real numbers: whole, from 0 on, floating-point


def whole(got: Any, expected: str) -> int:
    """A whole number: an int, numpy's or PyTorch's too.

    Raises:
        Wrong: for anything else, a float or a bool too; `expected` begins the sentence.
    """
    if not isinstance(got, bool | np.bool_):
        try:
            return operator.index(got)
        except TypeError:
            pass
    raise Wrong(f"{expected} is a whole number (int), but you return {shown(got)}.")


def number(got: Any, expected: str) -> float:
    """A finite real number, or an array that holds a single one.

    Raises:
        Wrong: for anything else, a bool too; `expected` begins the sentence.
    """
    try:
        value = np.asarray(float(got) if isinstance(got, Rational) and not isinstance(got, bool) else _plain(got))
    except (TypeError, ValueError, OverflowError):  # a whole number may be too long for a float
        value = np.array(math.nan)
    if value.size == 1 and value.dtype.kind in _REAL and np.isfinite(value).all():
        return float(value.reshape(-1)[0])
    raise Wrong(f"{expected} is a number, but you return {shown(got)}.")


def numbers(got: Any, shape: tuple[int, ...], expected: str) -> np.ndarray:
    """Real numbers of this shape: an array, a tensor with or without gradients, or lists of either; as float64.

    Raises:
        Wrong: for anything else; `expected` begins the sentence.
    """
    try:
        values = np.asarray(_plain(got))
        if np.iscomplexobj(values):
            raise Wrong(f"{expected}: real numbers are expected, yours are complex.")
        if values.dtype.kind not in _REAL:
            raise TypeError
    except (TypeError, ValueError):
        raise Wrong(f"{expected}: an array of numbers is expected, you return {shown(got)}.") from None
    if values.shape != shape:
        raise Wrong(f"{expected}: shape {shape} is expected, yours has shape {values.shape}.")
    if not np.isfinite(values).all():
        raise Wrong(f"{expected}: not all of your numbers are finite.")
    return values.astype(float)


def close(got: np.ndarray, right: np.ndarray) -> bool:
    """Whether they agree as far as 32-bit floating-point numbers do."""
    return np.allclose(got, right, rtol=1e-4, atol=1e-6)


def _plain(got: Any) -> Any:
    if isinstance(got, Tensor):
        return got.detach().cpu().numpy()
    return [_plain(value) for value in got] if isinstance(got, list | tuple) else got


def shown(got: Any) -> str:
    """How an answer is told: its type and the beginning of it if it is long."""
    text = " ".join(repr(got).split())  # tensors have lines
    return text if len(text) <= 60 else f"{type(got).__name__} {text[:57]}..."


def ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each of `values` `(K,)` among them, from 0 on."""
    return np.argsort(np.argsort(values))
