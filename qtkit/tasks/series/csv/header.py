"""Whether the first row of a CSV file names the columns or is one of values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qtkit.tasks.series.csv.numbers import is_missing, is_number, parse_numbers
from qtkit.tasks.series.csv.text import Rows
from qtkit.tasks.series.shortened import shortened


def find_names(rows: Rows, asked: str | None) -> tuple[list[str], int]:
    """The names of the columns, and how many of the rows they took (1, or 0).

    Arguments:
        asked: the column that is wanted, if one is named: it decides where a first row may be either.

    Raises:
        ValueError: if the first row may be either and the two readings give other values.
    """
    first = rows.cells[0]
    decide = _words_are_names if any(_is_word(cell) for cell in first) else _numbers_are_names
    named = decide(rows, asked)
    if rows.comment is not None:
        return _comment_or_first(rows, asked, named=bool(named))
    if named is None:
        raise ValueError(
            f"the first row, {shortened(first)}, may hold names or values: asking for a column by its name makes it "
            f"one of names, by its place ({shortened(rows.places)}) one of values; what may be both needs a header"
        )
    return (first, 1) if named else (rows.places, 0)


def _comment_or_first(rows: Rows, asked: str | None, *, named: bool) -> tuple[list[str], int]:
    """As `find_names`, where a comment of as many cells as there are columns stands before the first row."""
    first, comment = rows.cells[0], rows.comment or []
    if not named or (asked in comment and asked not in first):
        return comment, 0
    if asked in first or not first[0] or (len(first) == 1 and _is_word(first[0])):
        return first, 1
    raise ValueError(
        f"the comment before the first row, {shortened(comment)}, and the first row, {shortened(first)}, may both hold "
        "the names: remove the comment"
    )


def are_mostly_numbers(cells: Sequence[str]) -> bool:
    """Whether at least half of the cells of a column are numbers."""
    return 2 * sum(is_number(cell) for cell in cells) >= len(cells) > 0


def counts_evenly(cells: Sequence[str]) -> bool:
    """Whether a column rises in even steps, as indices and times do."""
    try:
        steps = np.diff(parse_numbers(cells, comma_elsewhere=False))
    except ValueError:
        return False
    return len(steps) > 0 and bool(steps[0] > 0) and bool(np.allclose(steps, steps[0], rtol=1e-3, atol=0))


def _is_word(cell: str) -> bool:
    return not is_missing(cell) and not is_number(cell)


def _words_are_names(rows: Rows, asked: str | None) -> bool | None:
    """Whether a first row that holds words holds names; None if it cannot be told."""
    first, below = rows.cells[0], rows.cells[1:]
    numeric = [are_mostly_numbers([row[k] for row in below]) for k in range(len(first))]
    words = [k for k, cell in enumerate(first) if _is_word(cell)]
    if any(numeric[k] and not _alike(first[k], below[0][k]) for k in words):
        return True
    if not any(is_number(cell) and numeric[k] for k, cell in enumerate(first)):
        return not (below and any(_alike(first[k], below[0][k]) for k in words))
    # Words over words and numbers over numbers: `country,2020` over `A,3`, or `mon,2` over `tue,3`.
    if asked in first and asked not in rows.places:
        return True
    if any(_alike(first[k], below[0][k]) for k in words) or (asked in rows.places and asked not in first):
        return False
    return None


def _alike(cell: str, other: str) -> bool:
    """Whether two cells differ in digits alone, as dates and numbered labels do."""
    return any(c.isdigit() for c in cell) and re.sub(r"\d", "0", cell) == re.sub(r"\d", "0", other)


def _numbers_are_names(rows: Rows, asked: str | None) -> bool | None:
    """Whether a first row without words holds names; None if it cannot be told."""
    first, below, places = rows.cells[0], rows.cells[1:], rows.places
    if not below:
        return False
    if len(first) > 1 and not first[0] and all(first[1:]) and all(row[0] for row in below):
        return True  # over an index, as pandas and R write it
    if first == [str(k) for k in range(len(first))]:  # names that were never given, as pandas writes them
        if asked not in places:
            return True
        if asked not in first:
            return False
        return None if counts_evenly([row[0] for row in rows.cells]) else True
    if asked not in first:
        return False
    if asked in places:
        return False if first[places.index(asked)] == asked and first.count(asked) == 1 else None
    return True
