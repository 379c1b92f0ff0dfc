"""`read_column`: the column that is asked for, or the only one that can be meant."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qtkit.tasks.series.csv.header import are_mostly_numbers, counts_evenly, find_names
from qtkit.tasks.series.csv.numbers import CellError, has_decimal_comma, is_date, means_number, parse_numbers
from qtkit.tasks.series.csv.text import read_rows
from qtkit.tasks.series.shortened import shortened


def read_column(path: str | os.PathLike[str], column: str | None = None) -> tuple[NDArray[np.float64], str]:
    """The numbers of a column, `(T,)`, and the column's name.

    The file is text in UTF-8, or in UTF-16 with a byte order mark. Its cells are separated by semicolons, tabs, bars or
    commas, or by what a first line such as `sep=;` says; decimals follow a point or a comma. Blank lines, comments
    (`#`) and nameless columns without content are left out. Numbers with thousands separators or units are refused.

    The first row names the columns if a column of numbers starts with a word there, if its first cell alone is empty,
    or if it is 0, 1, ..., k-1, as pandas writes (a series that starts with a 0 of its own needs a name, or is asked for
    by its place, "1"); and a column asked for by a name in it makes it the header. Else the comment before it names
    them, if it has as many cells, or they are called by their places, "1", "2", ... What may be read in two ways is
    refused.

    Arguments:
        column: its name; not needed if only one column holds anything like a number.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not such a text, has no column of numbers or several, or the column has a cell that is
            empty or not a finite number.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"no such file: {path}")
    table = read_rows(path)
    try:
        names, taken = find_names(table, column)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    lines, rows = table.lines[taken:], table.cells[taken:]
    columns = [[row[k] for row in rows] for k in range(len(names))]
    if column is None:
        place = _choose(path, names, columns, lines)
    elif column not in names:
        raise ValueError(f"{path.name} has no column {shortened(column)}; it has {shortened(names)}")
    else:
        place = names.index(column)
    name = names[place]
    if names.count(name) > 1:
        raise ValueError(f"{path.name} has more than one column of the name {shortened(name)}")
    if not taken and table.comment is None and table.ragged is not None:
        raise ValueError(f"{path.name}: line {lines[table.ragged]} has fewer cells than there are columns")
    comma = any(has_decimal_comma(cells) for k, cells in enumerate(columns) if k != place)
    try:
        return parse_numbers(columns[place], comma_elsewhere=comma), name
    except CellError as error:
        raise ValueError(f"column {shortened(name)} of {path.name}: line {lines[error.place]} {error}") from None


def _choose(path: Path, names: Sequence[str], columns: Sequence[Sequence[str]], lines: Sequence[int]) -> int:
    """The place of the only column that can be meant."""
    places = range(len(names))
    index = {0} if len(names) > 1 and not names[0] else set()
    numeric = [k for k in places if k not in index and are_mostly_numbers(columns[k])]
    if len(numeric) > 1:
        several = shortened([names[k] for k in numeric])
        raise ValueError(f"{path.name} has several columns of numbers: choose one of {several} by column=")
    digits = [k for k in places if k not in index and k not in numeric and any(map(means_number, columns[k]))]
    if not digits and numeric and counts_evenly(columns[numeric[0]]):  # an index beside, say, "EUR 5"
        digits = [k for k in places if k not in (*index, *numeric) and any(map(_has_digits, columns[k]))]
    if len(digits) == 1 and not numeric:
        return digits[0]  # what is wrong with it is said where it is read
    if digits:
        other = digits[0]
        means = means_number if any(map(means_number, columns[other])) else _has_digits
        row = next(k for k, cell in enumerate(columns[other]) if means(cell))
        candidates = [names[k] for k in sorted((*numeric, *digits))]
        raise ValueError(
            f"{path.name}: column {shortened(names[other])} holds digits, too, such as "
            f"{shortened(columns[other][row])} in line {lines[row]}: choose one of {shortened(candidates)} by column="
        )
    if not numeric:
        raise ValueError(f"{path.name} has no column of numbers; its columns are {shortened(list(names))}")
    return numeric[0]


def _has_digits(cell: str) -> bool:
    return bool(re.search(r"\d", cell)) and not is_date(cell)
