"""What is a number in a cell: with a decimal point or comma, and never with thousands separators."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qtkit.tasks.series.shortened import shortened

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # or three decimals
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(\D.*)?"  # 2024-01-31, 31.1.2024 12:00
    r"|\d{4}-(\d{2}|[QW]\d{1,2})"
    r"|\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?"
    r"|\d{1,2}[ .-]+[a-z]{3,9}[ .,-]+\d{2,4}(\D.*)?",  # 31 Jan 2024
    re.IGNORECASE | re.DOTALL,
)
_MISSING = {"NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None", "NaT"}


class CellError(ValueError):
    """A cell that is no number: `place` among those of its column, from 0, and what it holds, in words."""

    def __init__(self, place: int, what: str) -> None:
        super().__init__(what)
        self.place = place


def is_number(cell: str) -> bool:
    """Whether `cell` is a number, be its decimals after a point or a comma."""
    return bool(_NUMBER.fullmatch(_plain(cell)) or _INFINITE.fullmatch(cell))


def is_missing(cell: str) -> bool:
    """Whether `cell` says that there is no value."""
    return not cell or cell.lower() == "nan" or cell in _MISSING


def is_date(cell: str) -> bool:
    """Whether `cell` is a date or a time of day."""
    return bool(_DATE.fullmatch(cell))


def means_number(cell: str) -> bool:
    """Whether `cell` is a number, or would be one but for a unit, a thousands separator, a currency or the like."""
    return is_number(cell) or (bool(re.match(r"[^\w]*\d", cell)) and not is_date(cell))


def has_decimal_comma(cells: Iterable[str]) -> bool:
    """Whether one of `cells` is a number with a comma that separates no thousands."""
    return any("," in cell and is_number(cell) and not _THOUSANDS.fullmatch(_plain(cell)) for cell in cells)


def parse_numbers(cells: Sequence[str], *, comma_elsewhere: bool) -> NDArray[np.float64]:
    """The numbers in `cells`, `(T,)`.

    Arguments:
        comma_elsewhere: whether other columns have decimal commas.

    Raises:
        CellError: for the first cell that is empty, not a finite number, or may be more than one number.
    """
    comma = _has_comma(cells, comma_elsewhere=comma_elsewhere)
    values = np.empty(len(cells))
    for k, cell in enumerate(cells):
        number = is_number(cell) and ("." if comma else ",") not in cell
        values[k] = float(_plain(cell).replace(",", ".")) if number else math.nan
        if not math.isfinite(values[k]):
            raise CellError(k, _fault(cell, comma=comma))
    return values


def _plain(cell: str) -> str:
    return cell.replace("\N{MINUS SIGN}", "-")


def _has_comma(cells: Sequence[str], *, comma_elsewhere: bool) -> bool:
    """Whether the decimal mark of a column is the comma."""
    marked = [k for k, cell in enumerate(cells) if is_number(cell) and ("," in cell or "." in cell)]
    if not marked:
        return False
    comma = "," in cells[marked[0]]
    here = [cells[k] for k in marked if ("," in cells[k]) == comma]
    sure = not all(_THOUSANDS.fullmatch(_plain(cell)) for cell in here)
    if not sure and comma != comma_elsewhere:  # a point is the decimal mark unless something speaks against it
        cell = here[0]
        readings = f"{cell.replace(',', '.')} or {re.sub('[.,]', '', cell)}"
        what = f"holds {shortened(cell)}, which may be {readings}: write it without thousands separators"
        raise CellError(marked[0], what)
    return comma


def _fault(cell: str, *, comma: bool) -> str:
    if not cell:
        return "is empty"
    what = f"holds {shortened(cell)}, which is not a finite number"
    if is_number(cell) and not _INFINITE.fullmatch(cell):
        return f"{what} where decimals follow a {'comma' if comma else 'point'}"
    if means_number(cell) and not _INFINITE.fullmatch(cell):
        return f"{what}: thousands separators, units and other marks are not read"
    return what
