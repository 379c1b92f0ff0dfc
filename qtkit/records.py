"""Records of a run as tables: plain rows with a schema (Arrow), and DataFrames with a column a structural weight."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import sys
import types
import typing
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from qtkit.names import candidate_name

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from qtkit.circuits.ansatz import Ansatz
    from qtkit.tasks.protocols import Settings

LISTS = {"weights": "w", "value_weights": "v"}
"""The records' lists of structural weights, and the letter of their columns: the policy's are `w`, the value's `v`."""

_MEASURED = ("train_", "test_")
"""How the names of what was measured begin, those of metrics of one's own too."""

WEIGHT = re.compile(r"[wv]([0-9]+|[A-Z]+)")
"""The name of such a column."""


def frame(
    records: Iterable[DataclassInstance], candidates: Sequence[Ansatz] | None = None, *, own: Sequence[Ansatz] = ()
) -> pd.DataFrame:
    """Records as a table: a row a record, a column a field, and a column `w1..w12` a structural weight.

    Records of two networks, as of reinforcement learning, give those of the second as `v1..v12`. Where a record holds
    the `returns` and `lengths` of the episodes that ended, `mean_return` and `mean_length` are added.

    Arguments:
        records: dataclasses with a field `weights`, as the trainings yield them.
        candidates: the circuits the weights belong to, by default those of Table I; circuits of one's own are called
            `wA`, `wB`, ...
        own: those that have a letter already, A first; by default in the order in which they take part.
    """
    rows = []
    for record in records:
        row = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        for each in ("return", "length"):
            if f"{each}s" in row:
                row[f"mean_{each}"] = _mean(row[f"{each}s"])
        rows.append(row)
    table = _with_weight_columns(pd.DataFrame(rows), _candidate_names(candidates, own))
    table = table.drop(columns=list(LISTS), errors="ignore")  # those of no candidates
    measured = [c for c in table.columns if c.endswith(("loss", "accuracy", "entropy")) or c.startswith(_MEASURED)]
    return table.astype(dict.fromkeys(measured, "float64"))  # None becomes NaN, also where a column has nothing else


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def row_of(record: DataclassInstance) -> dict[str, Any]:
    """A record's fields as plain values."""
    return {field.name: _plain(getattr(record, field.name)) for field in dataclasses.fields(record)}


@functools.cache
def schema_of(record_class: type) -> pa.Schema:
    """The columns for records of a dataclass, from the types of its fields.

    Raises:
        TypeError: for a class that is no dataclass, or a field of a type that a table cannot hold.
    """
    if not dataclasses.is_dataclass(record_class):
        raise TypeError(f"a record must be a dataclass, got {record_class.__name__}")
    hints = typing.get_type_hints(record_class)
    names = [field.name for field in dataclasses.fields(record_class)]
    return pa.schema([(name, _arrow_type(hints[name], f"{record_class.__name__}.{name}")) for name in names])


_SCALARS = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}


def _arrow_type(hint: Any, where: str) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint in (np.ndarray, *_tensors()):
        return pa.list_(pa.float64())
    origin, arguments = typing.get_origin(hint), [a for a in typing.get_args(hint) if a not in (type(None), Ellipsis)]
    if origin in (typing.Union, types.UnionType) and len(arguments) == 1:
        return _arrow_type(arguments[0], where)
    if origin in (tuple, list) and len(set(arguments)) == 1:
        return pa.list_(_arrow_type(arguments[0], where))
    raise TypeError(f"{where} is of type {hint}, which a table of records cannot hold")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic) or any(isinstance(value, each) for each in _tensors()):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _tensors() -> tuple[type[Any], ...]:
    """PyTorch's type, once PyTorch is there: before, nothing is a tensor, and stored runs are read without it."""
    torch = sys.modules.get("torch")
    return (torch.Tensor,) if torch else ()


def to_frame(table: pa.Table, settings: Settings) -> pd.DataFrame:
    """A row a record. `weights` and `value_weights` become a column a candidate where there are as many as candidates.

    Others stay as they are, but for empty ones.
    """
    frame = _with_weight_columns(table.to_pandas(), _candidate_names(settings.ansatze))
    empty = [column for column in LISTS if column in frame and not frame[column].map(len).any()]
    return frame.drop(columns=empty)


def _with_weight_columns(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Each list of weights, if it has one a candidate, as columns: `w1`, ...; `wA`, ... for circuits of one's own."""
    for column, letter in LISTS.items():
        if column in frame and len(frame) and len(frame[column].iloc[0]) == len(names):
            columns = [f"{letter}{name}" for name in names]
            weights = pd.DataFrame(frame.pop(column).tolist(), columns=columns, index=frame.index)
            frame = pd.concat([frame, weights], axis=1)
    return frame


def _candidate_names(candidates: Sequence[Ansatz] | None, own: Sequence[Ansatz] = ()) -> list[str]:
    if candidates is None:
        return [str(k) for k in range(1, 13)]
    return [candidate_name(candidate, (*own, *candidates)) for candidate in candidates]


def epoch_rows(table: pa.Table, settings: Settings) -> pd.DataFrame:
    """The records that measured something over all data: those in which more than the batch's loss is given."""
    frame = to_frame(table, settings)
    sometimes = [name for name in table.column_names if name != "loss" and table.column(name).null_count]
    if sometimes:
        frame = frame[frame[sometimes].notna().any(axis=1)]
    # A list that is left over here belongs to no candidates, as that of the mapping alone.
    return frame.drop(columns=list(LISTS), errors="ignore").reset_index(drop=True)
