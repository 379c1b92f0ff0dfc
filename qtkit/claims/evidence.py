"""What stands beside a verdict: the runs' own numbers in words, without any test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qtkit.claims.seeds import DISTINCT_BASELINES
from qtkit.names import OURS

Centre = Callable[[np.ndarray], np.floating]
"""What sums up the seeds of a model: `np.mean` or `np.median`."""


def join(*parts: str) -> str:
    """The parts of the evidence that say anything."""
    return "; ".join(filter(None, parts))


def count_passed(table: pd.DataFrame, centre: Centre, *, lower: bool = False) -> int:
    """How many distinct baselines the search is above, or below; `table` as `qtkit.claims.seeds.by_seed` gives it."""
    ours, others = centre(table[OURS].to_numpy()), [centre(table[label].to_numpy()) for label in DISTINCT_BASELINES]
    return sum(bool(ours < other if lower else ours > other) for other in others)


def describe_place(table: pd.DataFrame, centre: Centre, *, lower: bool = False) -> str:
    """How many baselines the search is above (or below), its value and range, and what is usual."""
    ours = table[OURS].to_numpy()
    seeds = "in the one seed" if len(ours) == 1 else f"over {len(ours)} seeds"
    usual = np.median([centre(table[label].to_numpy()) for label in DISTINCT_BASELINES])
    return (
        f"{'below' if lower else 'above'} {count_passed(table, centre, lower=lower)} of {len(DISTINCT_BASELINES)}; "
        f"{centre(ours):.3f} ({ours.min():.3f} to {ours.max():.3f} {seeds}), "
        f"the distinct baselines' median {usual:.3f}"
    )


def describe_rival(table: pd.DataFrame, centre: Centre, *, lower: bool = False) -> str:
    """The search's value beside that of the baseline with the highest (or lowest)."""
    best = (min if lower else max)(DISTINCT_BASELINES, key=lambda label: centre(table[label].to_numpy()))
    ours, theirs = centre(table[OURS].to_numpy()), centre(table[best].to_numpy())
    return f"{ours:.3f}, the best baseline is {best} with {theirs:.3f}"
