"""Tables of records as DataFrames, structural weights in columns of their own."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from qtkit.records import candidate_name


def weight_names(settings: Any) -> list[str]:
    """The columns of the structural weights: `w1` for config 1 and so on, `wA`, `wB`, ... for circuits of one's own."""
    candidates = getattr(settings, "ansatze", ())
    return [f"w{candidate_name(candidate, candidates)}" for candidate in candidates]


def to_frame(table: pa.Table, settings: Any) -> pd.DataFrame:
    """A row a record. The list `weights` becomes a column a candidate where there are as many as candidates."""
    frame = table.to_pandas()
    names = weight_names(settings)
    if "weights" in frame and len(frame) and len(frame["weights"].iloc[0]) == len(names):
        weights = pd.DataFrame(frame.pop("weights").tolist(), columns=names, index=frame.index)
        return pd.concat([frame, weights], axis=1)
    return frame.drop(columns=[name for name in ("weights",) if name in frame and not frame[name].map(len).any()])
