"""From a file to rows of cells: encoding, separator, comments, columns that hold nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qtkit.tasks.series.csv.numbers import is_number
from qtkit.tasks.series.shortened import shortened

SEPARATORS = ";\t|,"
"""In the order in which they are preferred: in a cell between the former, a comma may be a decimal one."""

_ENCODINGS = (  # UTF-32 first: its mark for little-endian texts starts as UTF-16's
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=(.*?)"?', re.IGNORECASE)
_NO_COMMENT = re.compile(r"#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)")  # what spreadsheets write for errors

_Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Rows:
    """The rows of a file, all of the same length.

    Attributes:
        lines: the line each row ends at, from 1.
        cells: without the space around them; columns without any content are left out.
        places: of the columns that are left, "1" for the first in the file.
        comment: the cells of the last comment before the first row, if there are as many as columns.
        ragged: the first row that is shorter than the columns, if any.
    """

    lines: list[int]
    cells: list[list[str]]
    places: list[str]
    comment: list[str] | None
    ragged: int | None


def read_rows(path: Path) -> Rows:
    """The rows of a CSV file; blank lines and comments, which start with `#`, are left out.

    Raises:
        ValueError: if it is no text, holds no row, or its rows do not fit together.
    """
    lines = list(io.StringIO(_text(path), newline=""))
    separator = _said_separator(path, lines)
    if separator:
        lines[0] = "\n"
    body = ["\n" if _is_comment(line) else line for line in lines]  # blank, so that lines are still counted
    separator = separator or _guessed_separator(path, body)
    rows = _split(path, body, separator)
    if not rows:
        raise ValueError(f"{path.name} {'holds nothing but comments' if any(map(_is_comment, lines)) else 'is empty'}")
    rows, comment = _comments(path, lines, rows, separator)
    return _even(path, rows, comment)


def _text(path: Path) -> str:
    content = path.read_bytes()
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except ValueError:
        text = "\0"
    if "\0" in text:
        raise ValueError(
            f"{path.name} is not a text in UTF-8 (nor one in UTF-16 that says so): save it as CSV in UTF-8"
        )
    return text


def _said_separator(path: Path, lines: Sequence[str]) -> str:
    """That of a first line such as `sep=;`, which spreadsheets write and read; "" if there is none."""
    first = lines[0].rstrip("\r\n") if lines else ""
    said = _SEPARATOR_LINE.fullmatch(first)
    if said is None:
        return ""
    mark = said.group(1)
    if len(mark) != 1 or mark.isalnum() or mark in "\"'#+-.":
        raise ValueError(f"{path.name}: line 1, {shortened(first)}, names no separator")
    return mark


def _guessed_separator(path: Path, body: Sequence[str]) -> str:
    """The mark that cuts most rows into as many cells as the first; of several, the first of `SEPARATORS`."""
    found: dict[str, int] = {}
    for mark in SEPARATORS:
        if not any(mark in line for line in body):
            continue
        try:
            rows = [row for _, row in _split(path, body, mark)]
        except ValueError:
            continue
        if any(len(row) > 1 for row in rows):
            found[mark] = sum(_as_long(row, rows[0]) for row in rows[1:])
    if not found:
        return ","
    best = max(found, key=lambda mark: found[mark])
    if not found[best] and len(found) > 1:
        marks = " or ".join(shortened(mark) for mark in found)
        raise ValueError(f"{path.name}: cells may be separated by {marks}: say which in a first line such as sep=;")
    return best


def _split(path: Path, lines: Sequence[str], separator: str) -> _Rows:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ", strict=True)
    rows = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {reader.line_num}: not a CSV file ({error})") from None
    return rows


def _is_comment(line: str) -> bool:
    line = line.lstrip()
    return line.startswith("#") and not _NO_COMMENT.match(line)


def _comments(path: Path, lines: Sequence[str], rows: _Rows, separator: str) -> tuple[_Rows, list[str] | None]:
    """`rows`, with those among the comments that are rows, and the comment that may hold the names.

    `#1,5` may be a row whose first cell is `#1`, or one that was commented out.
    """
    width = _width(rows[0][1])
    names, alike = None, []
    for number, line in enumerate(lines, 1):
        if not _is_comment(line):
            continue
        try:
            ((_, cells),) = _split(path, [line], separator)
        except ValueError:  # a quotation mark somewhere
            continue
        if number < rows[0][0]:
            names = cells if _width(cells) == width else None
        elif width > 1 and _width(cells) == width and any(is_number(cell) for cell in cells[1:]):
            alike.append((number, cells))
    if alike and len(rows) > 1:
        raise ValueError(
            f"{path.name}: line {alike[0][0]} starts with #: if it is a comment, remove it; if not, put its first cell "
            "into quotation marks"
        )
    if names is not None:
        names = [names[0].removeprefix("# ").strip(), *names[1:]]
    return rows + alike, names


def _even(path: Path, rows: _Rows, comment: list[str] | None) -> Rows:
    width = len(rows[0][1])
    for line, row in rows:
        if _width(row) > width:
            raise ValueError(
                f"{path.name}: line {line} has more cells ({_width(row)}) than there are columns ({width})"
            )
    kept = [k for k in range(width) if any(row[k] for _, row in rows if k < len(row))]
    cells = [[row[k] if k < len(row) else "" for k in kept] for _, row in rows]
    ragged = next((k for k, (_, row) in enumerate(rows) if len(row) <= kept[-1]), None)
    if comment is not None and len(comment) < width:
        comment = comment + [""] * (width - len(comment))
    names = None if comment is None else [comment[k] for k in kept]
    return Rows([line for line, _ in rows], cells, [str(k + 1) for k in kept], names, ragged)


def _as_long(row: Sequence[str], first: Sequence[str]) -> bool:
    """Whether two rows are cut into as many cells, with the empty ones at their ends or without."""
    return (len(row) == len(first) > 1) or (_width(row) == _width(first) > 1)


def _width(row: Sequence[str]) -> int:
    """The number of cells up to the last that holds something."""
    return next((k for k in range(len(row), 0, -1) if row[k - 1]), 0)
