"""Wilcoxon's signed-rank test on paired differences, exact whatever is tied or zero: `signed_rank`."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int_]


class Tails(NamedTuple):
    """How likely chance alone gives so much, on each side: two p-values, or arrays of them.

    Attributes:
        above: that differences are as high as found, or higher, if none is there: small is evidence for the claim.
        below: that they are as low, or lower: small is evidence against it.
    """

    above: Floats
    below: Floats


def signed_rank(differences: npt.ArrayLike) -> Tails:
    """The signed-rank test of `differences` `(..., seeds)`, positive where a claim is true: p-values `(...)`.

    Without an effect each difference is as likely to have the other sign; how large they are is taken as found. Zeros
    tell nothing and are left out. `scipy.stats.wilcoxon` is exact in reasonable time only where nothing is tied, but
    accuracies of a few thousand images are tied often; where nothing is, both agree (the tests compare them).

    Raises:
        ValueError: if a difference is not finite, or there is none.
    """
    from scipy.stats import rankdata  # here, for it takes half as long to import as PyTorch

    differences = np.asarray(differences, dtype=np.float64)
    if not differences.size or not np.isfinite(differences).all():
        raise ValueError(f"differences must be finite and at least one, got {differences.tolist()}")
    flat = differences.reshape(-1, differences.shape[-1])  # (tests, seeds)
    zeros = (flat == 0).sum(axis=1, keepdims=True)
    doubled = np.rint(2 * (rankdata(np.abs(flat), axis=1) - zeros)).astype(int)  # whole, where ties share a rank
    doubled[flat == 0] = 0
    won, total = np.where(flat > 0, doubled, 0).sum(axis=1), doubled.sum(axis=1)
    kinds, kind = _distinct_rows(np.sort(doubled, axis=1))
    upper = np.array([upper_tail(ranks) for ranks in kinds])  # (kinds, sums)
    shape = differences.shape[:-1]
    return Tails(upper[kind, won].reshape(shape), upper[kind, total - won].reshape(shape))


def _distinct_rows(rows: Whole) -> tuple[Whole, Whole]:
    """The distinct ones of `rows`, and which of them each is."""
    if (rows == rows[0]).all():  # as where nothing is tied
        return rows[:1], np.zeros(len(rows), dtype=int)
    # As bytes, in whatever order: to compare rows number by number takes ten times as long.
    whole = np.ascontiguousarray(rows).view(f"V{rows.itemsize * rows.shape[1]}").reshape(-1)
    _, first, kind = np.unique(whole, return_index=True, return_inverse=True)
    return rows[first], kind.reshape(-1)


def upper_tail(ranks: Whole) -> Floats:
    """The chance that a sum over a random half of the `ranks` is s or more, for s from 0 to 2 * seeds * (seeds + 1)."""
    return _upper_tail(tuple(ranks.tolist()))


@functools.lru_cache(maxsize=4096)  # where nothing is tied, ranks are the same in each of thousands of tests
def _upper_tail(ranks: tuple[int, ...]) -> Floats:
    chances = np.zeros(len(ranks) * (len(ranks) + 1) + 1)
    chances[0] = 1.0
    for rank in ranks:
        with_it = np.zeros_like(chances)
        with_it[rank:] = chances[: len(chances) - rank]  # no more is lost: so far at most the sum of the ranks before
        chances = (chances + with_it) / 2
    tail: Floats = np.minimum(np.cumsum(chances[::-1])[::-1], 1.0)
    tail.flags.writeable = False
    return tail
