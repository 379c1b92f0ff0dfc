"""The mean of trials that are made at will, and how sure it is: `mean_interval`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qtkit.claims.statistics.words import SIGNIFICANCE

RESAMPLES = 2_000


class MeanInterval(NamedTuple):
    """A mean, and the bounds between which it lies with 95 %."""

    centre: float
    low: float
    high: float


def mean_interval(values: npt.ArrayLike) -> MeanInterval:
    """The mean of `values` `(trials,)` and its bounds, by the bootstrap: trials drawn anew with replacement.

    For what simulated trials have in many, such as regrets, of which most may be 0. Of a few seeds it says too little:
    there `typical` has bounds that hold. The same values give the same bounds.

    Raises:
        ValueError: if a value is not finite, or there is none.

    Example:
        >>> mean_interval([0.0, 0.0, 0.0, 1.0]).centre
        0.25
    """
    found = np.asarray(values, dtype=np.float64).reshape(-1)
    if not found.size or not np.isfinite(found).all():
        raise ValueError(f"values must be finite and at least one, got {found.tolist()}")
    drawn = np.random.default_rng(0).integers(len(found), size=(RESAMPLES, len(found)))
    low, high = np.quantile(found[drawn].mean(axis=1), (SIGNIFICANCE / 2, 1 - SIGNIFICANCE / 2))
    return MeanInterval(float(found.mean()), float(low), float(high))
