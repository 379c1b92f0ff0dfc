"""One column of numbers out of a CSV file."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def read_column(path: str | os.PathLike[str], column: str | None = None) -> tuple[NDArray[np.float64], str]:
    """The numbers of a column, `(T,)`, and the column's name.

    The file is UTF-8 text, its cells separated by commas, semicolons or tabs. Its first line names the columns if it
    holds anything that is not a number; else they are called "1", "2", ... A column counts as numbers if at least half
    of its cells are; then all of them must be.

    Arguments:
        column: its name; not needed if only one column holds numbers.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not such a text, has no column of numbers or several, or the column has a cell that is
            empty or not a finite number.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"no such file: {path}")
    names, lines, rows = _table(path)
    if column is None:
        column = _only_numeric(path, names, rows)
    elif column not in names:
        raise ValueError(f"{path.name} has no column {column!r}; it has {names}")
    for line, row in zip(lines, rows, strict=True):
        if len(row) > len(names):
            raise ValueError(
                f"{path.name}: line {line} has more cells ({len(row)}) than there are columns ({len(names)})"
            )
    place = names.index(column)
    values = np.empty(len(rows))
    for k, (line, row) in enumerate(zip(lines, rows, strict=True)):
        cell = row[place].strip() if place < len(row) else ""
        values[k] = _number(cell)
        if not math.isfinite(values[k]):
            what = f"holds {cell!r}, which is not a finite number" if cell else "is empty"
            raise ValueError(f"column {column!r} of {path.name}: line {line} {what}")
    return values, column


def _table(path: Path) -> tuple[list[str], list[int], list[list[str]]]:
    """Names of the columns; the line each row ends at; the rows, blank lines left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except ValueError:
        raise ValueError(f"{path.name} is not a text in UTF-8") from None
    first = text.lstrip().partition("\n")[0]
    separator = next((mark for mark in ";\t" if mark in first), ",")
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    lines, rows = [], []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                lines.append(reader.line_num)
                rows.append(row)
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {reader.line_num}: not a CSV file ({error})") from None
    if not rows:
        raise ValueError(f"{path.name} is empty")
    if _has_words(rows[0]):
        names = [cell.strip() for cell in rows[0]]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{path.name} has more than one column of the name {twice[0]!r}")
        return names, lines[1:], rows[1:]
    return [str(k + 1) for k in range(max(map(len, rows)))], lines, rows


def _has_words(row: list[str]) -> bool:
    return any(cell.strip() and math.isnan(_number(cell)) and cell.strip().lower() != "nan" for cell in row)


def _only_numeric(path: Path, names: list[str], rows: list[list[str]]) -> str:
    cells = {name: [row[k] for row in rows if k < len(row)] for k, name in enumerate(names)}
    numeric = [
        name for name, column in cells.items() if 2 * sum(not math.isnan(_number(c)) for c in column) >= len(rows) > 0
    ]
    if not numeric:
        raise ValueError(f"{path.name} has no column of numbers; its columns are {names}")
    if len(numeric) > 1:
        raise ValueError(f"{path.name} has several columns of numbers: choose one of {numeric} by column=")
    return numeric[0]


def _number(cell: str) -> float:
    """The number in a cell, NaN if there is none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan
