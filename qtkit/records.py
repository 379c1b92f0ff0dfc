"""Records of a run as a table, and stored runs as Parquet files."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from qtkit.ansatz import CANDIDATES, Ansatz
from qtkit.files import whole_file


def frame(records: Iterable[Any], candidates: Sequence[Ansatz] = CANDIDATES) -> pd.DataFrame:
    """Records as a table: a row a record, a column a field, and a column `w1..w12` a structural weight.

    Arguments:
        records: dataclasses with a field `weights`, as the trainings yield them.
        candidates: the circuits the weights belong to; circuits of one's own are called `wA`, `wB`, ...
    """
    names = [f"w{candidate_name(candidate, candidates)}" for candidate in candidates]
    rows = []
    for record in records:
        row = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        weights = row.pop("weights", ())
        if len(weights) == len(names):
            row |= dict(zip(names, weights, strict=True))
        rows.append(row)
    table = pd.DataFrame(rows)
    measured = [c for c in table.columns if c.endswith(("loss", "accuracy"))]
    return table.astype(dict.fromkeys(measured, "float64"))  # None becomes NaN, also where a column has nothing else


def save(table: pd.DataFrame, path: str | Path, **facts: Any) -> Path:
    """Write a table as Parquet, whole or not at all.

    Arguments:
        facts: what the run is, such as `seed=0`: one more column each, so that several files can be joined; lists and
            dictionaries are written as JSON text.
    """
    path = Path(path)
    plain = {k: json.dumps(v) if isinstance(v, dict | list | tuple) else v for k, v in facts.items()}
    with whole_file(path) as temporary:
        table.assign(**plain).to_parquet(temporary, index=False)
    return path


def load(folder: str | Path) -> pd.DataFrame:
    """All Parquet files of a folder as one table, in the order of their names, with the column `file`.

    Raises:
        FileNotFoundError: if the folder has none.
        ValueError: if a file cannot be read.
    """
    files = sorted(Path(folder).glob("*.parquet"))
    if not files:
        raise FileNotFoundError(f"no stored run in {folder}: expected *.parquet files there")
    tables = []
    for file in files:
        try:
            tables.append(pd.read_parquet(file).assign(file=file.name))
        except Exception as error:  # pyarrow has many of its own
            raise ValueError(f"{file} cannot be read as Parquet: {error}") from error
    return pd.concat(tables, ignore_index=True)


def candidate_name(ansatz: Ansatz, candidates: Sequence[Ansatz] = ()) -> str:
    """A candidate's short name: its number in Table I, or a letter for one's own, by their order in `candidates`."""
    if ansatz.config:
        return str(ansatz.config)
    own = [other for other in candidates if not other.config]
    return chr(ord("A") + own.index(ansatz)) if ansatz in own else "A"
