"""Tables of records as DataFrames, structural weights in columns of their own."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pyarrow as pa

from qtkit.records import candidate_name

LISTS = {"weights": "w", "value_weights": "v"}
"""The records' lists of structural weights, and the letter of their columns: the policy's are `w`, the value's `v`."""

WEIGHT = re.compile(r"[wv]([0-9]+|[A-Z]+)")
"""The name of such a column."""


def weight_names(settings: Any, letter: str = "w") -> list[str]:
    """The columns of the structural weights: `w1` for config 1 and so on, `wA`, `wB`, ... for circuits of one's own."""
    candidates = getattr(settings, "ansatze", ())
    return [f"{letter}{candidate_name(candidate, candidates)}" for candidate in candidates]


def to_frame(table: pa.Table, settings: Any) -> pd.DataFrame:
    """A row a record. `weights` and `value_weights` become a column a candidate where there are as many as candidates.

    Others stay as they are, but for empty ones.
    """
    frame = table.to_pandas()
    for column, letter in LISTS.items():
        names = weight_names(settings, letter)
        if column in frame and len(frame) and len(frame[column].iloc[0]) == len(names):
            weights = pd.DataFrame(frame.pop(column).tolist(), columns=names, index=frame.index)
            frame = pd.concat([frame, weights], axis=1)
        elif column in frame and not frame[column].map(len).any():
            frame = frame.drop(columns=column)
    return frame
