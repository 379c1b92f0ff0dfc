"""Checks of values: each gives the value in its proper type, or a ValueError with what came and what fits."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Choice = TypeVar("Choice", bound=str)


def checked_whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    """`value` as an int, whatever library's whole number it is; True and False are none.

    Raises:
        ValueError: unless it is a whole number from `least` to `most`.
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        extent = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise ValueError(f"{name} must be a whole number {extent}, got {value!r}")
    return int(value)


def checked_whole_or_none(name: str, value: Any, least: int, most: int | None = None) -> int | None:
    """As `checked_whole`, and None stays None."""
    if value is None:
        return None
    try:
        return checked_whole(name, value, least, most)
    except ValueError as error:
        raise ValueError(str(error).replace(", got", " or None, got", 1)) from None


def checked_qubits(n_qubits: Any) -> int:
    """A number of qubits, from 1 on, as an int.

    Raises:
        ValueError: for anything else.
    """
    return checked_whole("n_qubits", n_qubits, 1)


def checked_depth(depth: Any) -> int:
    """A number of layers, from 0 on, as an int.

    Raises:
        ValueError: for anything else.
    """
    return checked_whole("depth", depth, 0)


def checked_positive(name: str, value: Any) -> float:
    """`value` as a float.

    Raises:
        ValueError: unless it is a positive, finite number.
    """
    if not _is_real(value) or not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be a positive number, got {value!r}")
    return float(value)


def checked_finite(name: str, value: Any) -> float:
    """`value` as a float.

    Raises:
        ValueError: unless it is a finite number.
    """
    if not _is_real(value) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return float(value)


def checked_between(name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float.

    Raises:
        ValueError: unless it is a number from `low` to `high`.
    """
    if not _is_real(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low} to {high}, got {value!r}")
    return float(value)


def checked_bool(name: str, value: Any) -> bool:
    """`value` itself.

    Raises:
        ValueError: unless it is True or False.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, got {value!r}")
    return value


def checked_choice(name: str, value: Any, choices: Iterable[Choice]) -> Choice:
    """The choice that `value` is.

    Raises:
        ValueError: unless it is one of `choices`.
    """
    choices = tuple(choices)
    if value not in choices:
        raise ValueError(f"{name} must be one of {choices}, got {value!r}")
    return choices[choices.index(value)]


def check_columns(
    frame: pd.DataFrame, needed: Iterable[str], lacks: str = "the table lacks", has: str = "it has"
) -> None:
    """Check that a table has these columns.

    Arguments:
        lacks, has: how the error begins and goes on.

    Raises:
        ValueError: if it lacks one, with those it has.
    """
    if missing := [name for name in needed if name not in frame.columns]:
        raise ValueError(f"{lacks} the columns {missing}; {has} {list(frame.columns)}")


def _is_real(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)
