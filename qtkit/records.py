"""Records of a run as a table."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from qtkit.circuits.ansatz import CANDIDATES, Ansatz


def frame(records: Iterable[Any], candidates: Sequence[Ansatz] = CANDIDATES) -> pd.DataFrame:
    """Records as a table: a row a record, a column a field, and a column `w1..w12` a structural weight.

    Records of two networks, as of reinforcement learning, give those of the second as `v1..v12`. Where a record holds
    the `returns` and `lengths` of the episodes that ended, `mean_return` and `mean_length` are added.

    Arguments:
        records: dataclasses with a field `weights`, as the trainings yield them.
        candidates: the circuits the weights belong to; circuits of one's own are called `wA`, `wB`, ...
    """
    names = [candidate_name(candidate, candidates) for candidate in candidates]
    rows = []
    for record in records:
        row = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        for each in ("return", "length"):
            if f"{each}s" in row:
                row[f"mean_{each}"] = _mean(row[f"{each}s"])
        for letter, field in (("w", "weights"), ("v", "value_weights")):
            weights = row.pop(field, ())
            if len(weights) == len(names):
                row |= {f"{letter}{name}": weight for name, weight in zip(names, weights, strict=True)}
        rows.append(row)
    table = pd.DataFrame(rows)
    measured = [c for c in table.columns if c.endswith(("loss", "accuracy", "entropy"))]
    return table.astype(dict.fromkeys(measured, "float64"))  # None becomes NaN, also where a column has nothing else


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def candidate_name(ansatz: Ansatz, candidates: Sequence[Ansatz] = ()) -> str:
    """A candidate's short name: its number in Table I; one's own are A to Z, AA, AB, ... by their order."""
    if ansatz.config:
        return str(ansatz.config)
    own = [other for other in candidates if not other.config]
    return _letters(own.index(ansatz) if ansatz in own else 0)


def _letters(place: int) -> str:
    """As spreadsheets name their columns, from 0."""
    above, last = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + last)
