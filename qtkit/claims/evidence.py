"""What stands beside a verdict: the runs' own numbers in words, without any draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from qtkit.names import BASELINES, OURS

Centre = Callable[[np.ndarray], np.floating]
"""What sums up the seeds of a model: `np.mean` or `np.median`."""


def count_passed(values: Mapping[str, np.ndarray], centre: Centre, *, lower: bool = False) -> int:
    """How many baselines the search is above, or below."""
    ours, others = centre(values[OURS]), [centre(values[label]) for label in BASELINES]
    return sum(bool(ours < other if lower else ours > other) for other in others)


def describe_place(values: Mapping[str, np.ndarray], centre: Centre, *, lower: bool = False) -> str:
    """How many baselines the search is above (or below), its value and range, and what is usual."""
    ours = values[OURS]
    usual = np.median([centre(values[label]) for label in BASELINES])
    return (
        f"{'below' if lower else 'above'} {count_passed(values, centre, lower=lower)} of {len(BASELINES)}; "
        f"{centre(ours):.3f} ({ours.min():.3f} to {ours.max():.3f} over {len(ours)} seeds), "
        f"the baselines' median {usual:.3f}"
    )


def describe_rival(values: Mapping[str, np.ndarray], centre: Centre, *, lower: bool = False) -> str:
    """The search's value beside that of the baseline with the highest (or lowest)."""
    best = (min if lower else max)(BASELINES, key=lambda label: centre(values[label]))
    return f"{centre(values[OURS]):.3f}, the best baseline is {best} with {centre(values[best]):.3f}"
