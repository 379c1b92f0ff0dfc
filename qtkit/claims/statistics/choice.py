"""Does a search choose well? Its weights against what its candidates are worth alone: `agreements`, `regrets`."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from qtkit.claims.statistics.signed_ranks import Floats, Tails

_PERMUTATIONS = math.factorial(8)  # all, of the eight distinct candidates; of more as many at random


def agreements(shares: npt.ArrayLike, merits: npt.ArrayLike) -> Floats:
    """Kendall's τ_b of each seed, `(seeds,)`: 1 if the order of the weights is the order of merit, 0 if by chance.

    Over six seeds or more, `typical` bounds it; `agreement_by_chance` tests it, whatever their number.

    Arguments:
        shares: of each distinct candidate, `(seeds, N)`, such as `qtkit.analysis.weight_shares`.
        merits: what each is worth alone, high is good, `(seeds, N)`.

    Raises:
        ValueError: for shapes that differ, or a seed whose shares or merits are all equal, so that they have no order.
    """
    from scipy.stats import kendalltau  # here, for it takes half as long to import as PyTorch

    shares, merits = _checked(shares, merits)
    found = np.array([kendalltau(*pair).statistic for pair in zip(shares, merits, strict=True)])
    if np.isnan(found).any():
        raise ValueError(f"row {int(np.isnan(found).argmax())} has no order: its shares or its merits are all equal")
    return found


def agreement_by_chance(shares: npt.ArrayLike, merits: npt.ArrayLike) -> Tails:
    """How likely the mean of `agreements` is so high, or so low, if it did not matter which candidate has which weight.

    The candidates' merits are dealt out anew, in all seeds alike, so that a search which always favours the same
    candidates proves no more with many seeds than with one. Exact up to eight candidates, which have 40,320 orders.

    Arguments and errors: as for `agreements`.
    """
    found = agreements(shares, merits)
    shares, merits = _checked(shares, merits)
    above, better = (np.sign(values[:, :, None] - values[:, None, :]) for values in (shares, merits))  # (seeds, N, N)
    agreed = (above * better).sum(axis=(1, 2))  # τ_b is this over what no order changes
    pairs = np.sqrt((above**2).sum(axis=(1, 2)) * (better**2).sum(axis=(1, 2)))
    orders = _orders(shares.shape[1])  # (orders, N)
    means = np.zeros(len(orders))
    for one, other, size in zip(above, better, pairs, strict=True):
        dealt = other[orders[:, :, None], orders[:, None, :]]  # (orders, N, N)
        means += np.tensordot(dealt, one, axes=2) / size / len(found)
    reached = (agreed / pairs).mean()
    return Tails(np.mean(means >= reached - 1e-9), np.mean(means <= reached + 1e-9))


def _orders(number: int) -> npt.NDArray[np.int_]:
    """All orders of so many, or many of them, the given one first."""
    if math.factorial(number) <= _PERMUTATIONS:
        return np.array(list(itertools.permutations(range(number))))
    random = np.random.default_rng(0)
    some = random.permuted(np.tile(np.arange(number), (_PERMUTATIONS, 1)), axis=1)
    some[0] = np.arange(number)
    return some


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
