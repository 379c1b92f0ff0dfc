"""`RecordLog`: the records of a run on disk, in Parquet parts that a checkpoint vouches for."""

from __future__ import annotations

import io
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from qtkit.files import remove_old, sha256_of, write_bytes
from qtkit.records import row_of, schema_of
from qtkit.runs.store.shapes import Part

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PART_ROWS = 5_000
"""Rows after which a part is closed; until then each checkpoint writes the last part anew."""


class RecordLog:
    """The records of one run, in order, in a folder of its own.

    Nothing that `parts` names is ever changed: a part that grows is written under a new name, and the shorter one goes
    with the next `sweep`. So a checkpoint that names its parts stays valid until the next one is written.

    Arguments:
        folder: where the parts are; made by the first `flush`.
        parts: those of the checkpoint to go on from; none for a new run.

    Raises:
        FileNotFoundError, ValueError: if a part is missing or damaged.
    """

    def __init__(self, folder: Path, parts: Sequence[Part] = ()) -> None:
        self.folder = folder
        self._parts = [part.copy() for part in parts]
        self._open: list[dict[str, Any]] = []  # rows of the part that still grows
        self._schema: pa.Schema | None = None
        tables = read_parts(folder, self._parts)
        if tables:
            self._schema = tables[-1].schema
            if len(tables[-1]) < PART_ROWS:
                self._open = tables[-1].to_pylist()
        self._fresh = 0  # rows of the open part that are not on disk
        self._last = tables[-1].slice(len(tables[-1]) - 1).to_pylist()[0] if tables else {}

    def __len__(self) -> int:
        return sum(part["rows"] for part in self._parts) + self._fresh

    def append(self, record: DataclassInstance) -> None:
        """Take a record, a dataclass; it is in memory until `flush`.

        Raises:
            TypeError: for a record with a field that a table cannot hold.
        """
        if self._schema is None:
            self._schema = schema_of(type(record))
        self._last = row_of(record)
        self._open.append(self._last)
        self._fresh += 1

    def last(self, name: str, default: Any = None) -> Any:
        """The last record's field `name`; `default` without a record, or without such a field."""
        return self._last.get(name, default)

    def flush(self) -> list[Part]:
        """Write what is new; the parts that now hold all records."""
        if self._fresh:
            if self._parts and len(self._open) > self._fresh:
                self._parts.pop()  # it goes on in the part that is written now
            start = sum(part["rows"] for part in self._parts)
            content = to_parquet(pa.Table.from_pylist(self._open, schema=self._schema))
            name = f"{start:09d}-{start + len(self._open):09d}.parquet"
            write_bytes(self.folder / name, content)
            self._parts.append({"file": name, "rows": len(self._open), "sha256": sha256_of(content)})
            self._fresh = 0
            if len(self._open) >= PART_ROWS:
                self._open = []
        return [part.copy() for part in self._parts]

    def sweep(self) -> None:
        """Remove files that no part of the last `flush` names; one that another process has open goes the next time."""
        named = {part["file"] for part in self._parts}
        for path in self.folder.glob("*.parquet"):
            if path.name not in named:
                remove_old(path)

    def table(self) -> pa.Table:
        """All records that were flushed."""
        return concatenate(read_parts(self.folder, self._parts))


def read_parts(folder: Path, parts: Iterable[Part]) -> list[pa.Table]:
    """The rows of each part.

    Raises:
        FileNotFoundError: if one is missing.
        ValueError: if one is damaged, or has other columns than the first.
    """
    tables: list[pa.Table] = []
    for part in parts:
        path = folder / part["file"]
        table = read_table(path, part["sha256"])
        if len(table) != part["rows"]:
            raise ValueError(f"{path} is damaged: it has {len(table):,} rows, where {part['rows']:,} were written")
        if tables and table.schema != tables[0].schema:
            raise ValueError(f"{path} is damaged: its columns are not those of the parts before")
        tables.append(table)
    return tables


def read_table(path: Path, sha256: str) -> pa.Table:
    """The Parquet file `path`, if it is what it was.

    Raises:
        FileNotFoundError: if it is missing.
        ValueError: if its content has another SHA-256, or is no Parquet.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing")
    content = path.read_bytes()
    if sha256_of(content) != sha256:
        raise ValueError(f"{path} is damaged: its content is not what was written")
    return parse_parquet(content, path)


def parse_parquet(content: bytes, path: Path) -> pa.Table:
    """The table that a Parquet file holds.

    Raises:
        ValueError: if it is none; `path` names it.
    """
    try:
        # On this thread: the native threads of Arrow's pool would outlive the reading and may abort the process
        # as the interpreter ends; for such small files they bring nothing.
        with pq.ParquetFile(pa.BufferReader(content), pre_buffer=False) as file:
            table = file.read(use_threads=False)
        table = table.replace_schema_metadata(None)  # which is there for pandas and tells nothing of the rows
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    return table


def check_columns(table: pa.Table, record_class: type, where: object) -> None:
    """Check that these are the records of a class: a column a field, of its type, and no gaps but where it allows None.

    Raises:
        ValueError: if they are not; `where` names the file.
    """
    expected, hints = schema_of(record_class), typing.get_type_hints(record_class)
    if set(table.column_names) != set(expected.names) or len(table.column_names) != len(expected.names):
        raise ValueError(f"{where} is damaged: its columns are {table.column_names}, expected are {expected.names}")
    for field in expected:
        column, name = table.column(field.name), field.name
        if column.type != field.type:
            raise ValueError(f"{where} is damaged: its column {name!r} is of {column.type}, expected is {field.type}")
        gaps = 0 if type(None) in typing.get_args(hints[name]) else column.null_count
        if pa.types.is_list(column.type):
            gaps += sum(chunk.flatten().null_count for chunk in column.chunks)
        if gaps:
            raise ValueError(f"{where} is damaged: its column {name!r} has {gaps:,} gaps")


def concatenate(tables: Iterable[pa.Table]) -> pa.Table:
    """One table of all rows; without columns if there are none."""
    tables = list(tables)
    return pa.concat_tables(tables) if tables else pa.table({})


def to_parquet(table: pa.Table) -> bytes:
    """`table` as the content of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
