"""Does a search choose well? Its weights against what its candidates are worth alone: `agreements`, `regrets`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau

Floats = npt.NDArray[np.float64]


def agreements(shares: npt.ArrayLike, merits: npt.ArrayLike) -> Floats:
    """Kendall's τ_b of each seed, `(seeds,)`: 1 if the order of the weights is the order of merit, 0 if by chance.

    Over seeds, `typical` bounds it and `signed_rank` tests it.

    Arguments:
        shares: of each distinct candidate, `(seeds, N)`, such as `qtkit.analysis.weight_shares`.
        merits: what each is worth alone, high is good, `(seeds, N)`.

    Raises:
        ValueError: for shapes that differ, or a seed whose shares or merits are all equal, so that they have no order.
    """
    shares, merits = _checked(shares, merits)
    found = np.array([kendalltau(*pair).statistic for pair in zip(shares, merits, strict=True)])
    if np.isnan(found).any():
        raise ValueError(f"row {int(np.isnan(found).argmax())} has no order: its shares or its merits are all equal")
    return found


def regrets(shares: npt.ArrayLike, merits: npt.ArrayLike) -> tuple[Floats, Floats]:
    """What the largest weight loses against the best candidate, and what one picked by chance would: `(seeds,)` each.

    Candidates that share the largest weight are picked equally often.

    Arguments:
        shares, merits: as for `agreements`.

    Raises:
        ValueError: for shapes that differ.
    """
    shares, merits = _checked(shares, merits)
    largest = shares == shares.max(axis=1, keepdims=True)
    chosen = (merits * largest).sum(axis=1) / largest.sum(axis=1)
    best: Floats = merits.max(axis=1)
    return best - chosen, best - merits.mean(axis=1)


def _checked(shares: npt.ArrayLike, merits: npt.ArrayLike) -> tuple[Floats, Floats]:
    shares, merits = np.asarray(shares, dtype=np.float64), np.asarray(merits, dtype=np.float64)
    if shares.shape != merits.shape or shares.ndim != 2:
        raise ValueError(f"shares and merits must both have shape (seeds, N), got {shares.shape} and {merits.shape}")
    return shares, merits
