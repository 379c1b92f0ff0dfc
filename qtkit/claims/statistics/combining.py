"""Of many comparisons at once: what speaks for "at least so many are true" and against it."""

from __future__ import annotations

import numpy as np

from qtkit.claims.statistics.signed_ranks import Floats, Tails


def at_least(tails: Tails, least: int) -> Tails:
    """The p-values `(...)` of "at least so many of the N are true" and of its contrary, from `tails` `(..., N)`.

    That one of many is true by chance is no evidence. So the `least - 1` smallest p-values are given away, and Simes's
    test is made of the others (Benjamini and Heller, Biometrics 64, 1215 (2008)). It allows for comparisons that rise
    and fall together, as those with one and the same model do.

    Raises:
        ValueError: unless `least` is from 1 to N.
    """
    number = tails.above.shape[-1]
    if not 1 <= least <= number:
        raise ValueError(f"least must be from 1 to {number}, the number of comparisons, got {least}")
    return Tails(_simes(tails.above, least), _simes(tails.below, number - least + 1))


def every(tails: Tails) -> Tails:
    """The p-values `(...)` of "all are true" and of its contrary, from `tails` `(..., N)`."""
    return at_least(tails, tails.above.shape[-1])


def _simes(chances: Floats, least: int) -> Floats:
    from scipy.stats import false_discovery_control  # here, for it takes half as long to import as PyTorch

    rest = np.sort(chances, axis=-1)[..., least - 1 :]
    p_values: Floats = false_discovery_control(rest, axis=-1).min(axis=-1)
    return p_values
