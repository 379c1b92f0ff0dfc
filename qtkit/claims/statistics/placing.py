"""Ranks of models: `average_ranks`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def average_ranks(values: npt.ArrayLike, *, lower: bool) -> npt.NDArray[np.float64]:
    """Ranks along the last axis, 1 the best; equal values share the mean of their places.

    A share of the better place would favour models that are there twice.

    Arguments:
        values: `(..., models)`.
        lower: whether the lowest is the best.
    """
    from scipy.stats import rankdata  # here, for it takes half as long to import as PyTorch

    values = np.asarray(values, dtype=np.float64)
    ranks: npt.NDArray[np.float64] = rankdata(values if lower else -values, axis=-1, nan_policy="omit")
    return ranks
