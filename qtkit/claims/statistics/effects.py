"""How large a difference is, and between which bounds: `typical`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qtkit.claims.statistics.signed_ranks import upper_tail
from qtkit.claims.statistics.words import SIGNIFICANCE


class Typical(NamedTuple):
    """The typical difference, and the bounds between which it lies with 95 %."""

    centre: float
    low: float
    high: float


def typical(differences: npt.ArrayLike) -> Typical:
    """The typical one of `differences` `(seeds,)`: the median of the means of any two (Hodges and Lehmann).

    The bounds are those of the values that `signed_rank` would not refuse; with fewer than six seeds there are none,
    and they are infinite.
    """
    values = np.asarray(differences, dtype=np.float64)
    first, second = np.triu_indices(len(values))
    means = np.sort((values[first] + values[second]) / 2)
    chances = upper_tail(np.arange(1, len(values) + 1))  # of sums of ranks
    left_out = int((chances[: len(means) + 1] <= SIGNIFICANCE / 2).sum())
    if not left_out:
        return Typical(float(np.median(means)), -np.inf, np.inf)
    return Typical(float(np.median(means)), float(means[left_out - 1]), float(means[-left_out]))
