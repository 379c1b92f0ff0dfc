"""How large an effect would have to be for these seeds to see it: `detectable`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from qtkit.claims.statistics.signed_ranks import Tails, signed_rank
from qtkit.claims.statistics.words import MIN_SEEDS, SIGNIFICANCE

POWER = 0.8
"""How often an effect must be seen to be called one that can be seen."""

_PATTERNS, _HALVINGS = 256, 12


def detectable(differences: npt.ArrayLike, combine: Callable[[Tails], Tails] = lambda tails: tails) -> float:
    """The smallest shift that makes the claim "hold" in 80 % of such trials; infinite with fewer than six seeds.

    A trial without an effect is made of the differences found: their means are taken away and each seed's signs turned
    at random, all comparisons of a seed alike, for they share a run. Then all are shifted by the same amount. Few seeds
    know their own spread badly; it is taken as large as the variance of Student's t allows for.

    Arguments:
        differences: `(..., seeds)`, positive where a comparison is true.
        combine: from the p-values `(..., comparisons)` to those of the claim; the leading axes of `differences` are
            what it sees last.
    """
    trials = turned_spreads(differences)
    if not trials.size:
        return np.inf

    def seen(shift: float) -> bool:
        return bool((combine(signed_rank(trials + shift)).above <= SIGNIFICANCE / 2).mean() >= POWER)

    low, high = 0.0, float(np.abs(trials).max()) * (1 + 1e-9)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high


def turned_spreads(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Trials without an effect, `(trials, ..., seeds)`, made of `values` `(..., seeds)` as `detectable` says.

    With fewer than six seeds there is none.
    """
    values = np.asarray(values, dtype=np.float64)
    seeds = values.shape[-1]
    if seeds < MIN_SEEDS:
        return np.empty((0, *values.shape))
    spread = (values - values.mean(axis=-1, keepdims=True)) * np.sqrt(seeds / (seeds - 3))
    signs = _signs(seeds).reshape(-1, *[1] * (values.ndim - 1), seeds)
    trials: npt.NDArray[np.float64] = signs * spread
    return trials


def _signs(seeds: int) -> npt.NDArray[np.float64]:
    """All patterns of signs where they are few, else some of them at random: `(patterns, seeds)`."""
    if 2**seeds <= _PATTERNS:
        return np.where(np.arange(2**seeds)[:, None] >> np.arange(seeds) & 1, 1.0, -1.0)
    return np.random.default_rng(0).choice([-1.0, 1.0], (_PATTERNS, seeds))
