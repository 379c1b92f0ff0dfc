"""Does a search choose well? Its weights against what its candidates are worth alone: `agreements`, `regrets`.

Whether there is anything to choose is `merit_agreement`: do two seeds order the candidates alike by merit?
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
import numpy.typing as npt

from qtkit.claims.statistics.power import POWER, turned_spreads
from qtkit.claims.statistics.signed_ranks import Floats, Tails
from qtkit.claims.statistics.words import SIGNIFICANCE

_PERMUTATIONS = math.factorial(8)  # all, of the eight distinct candidates; of more as many at random
_DEALS = 4_000  # of each seed's merits by themselves


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
    return _tails(_dealt_agreements(shares, merits))


def detectable_agreement(shares: npt.ArrayLike, merits: npt.ArrayLike) -> float:
    """The smallest mean τ that is too high for chance in 80 % of such trials; above 1 if not even the same order is.

    A trial is made of the τ found: their mean is taken away, their signs are turned at random, and all are shifted, as
    `detectable` does. Too high for chance is what fewer than 2.5 % of the deals of `agreement_by_chance` reach.

    With fewer than six seeds, or so few candidates that no order is rare, it is infinite. Arguments and errors: as for
    `agreements`.
    """
    means = np.sort(_dealt_agreements(shares, merits))
    values = np.unique(means.round(9))
    rare = values[1 - np.searchsorted(means, values - 1e-8) / len(means) <= SIGNIFICANCE / 2]  # too high for chance
    if not rare.size:
        return np.inf
    trials = turned_spreads(agreements(shares, merits))
    return float(rare[0] - np.quantile(trials.mean(axis=-1), 1 - POWER)) if trials.size else np.inf


def picks_by_chance(shares: npt.ArrayLike, merits: npt.ArrayLike) -> Tails:
    """How likely the picks are worth so much, or so little, by the mean over seeds, if merits were dealt out anew.

    As in `agreement_by_chance` they are dealt out in all seeds alike: of a search that picks the same of N candidates
    in every seed this is never less than 1/N.

    Arguments and errors: as for `regrets`.
    """
    shares, merits = _checked(shares, merits)
    largest = shares == shares.max(axis=1, keepdims=True)
    chosen = largest / largest.sum(axis=1, keepdims=True)  # (seeds, N)
    worth = chosen.T @ merits / len(merits)  # (N, N): the part of a pick if it had another one's merit
    orders = _orders(shares.shape[1])
    return _tails(worth[np.arange(shares.shape[1]), orders].sum(axis=1))


def merit_agreement(merits: npt.ArrayLike) -> float:
    """Kendall's τ_b of the merits in one seed and in another, the mean over all pairs of seeds.

    It is what a search has to find: where two seeds do not agree on which candidate is better, no weights can agree
    with both. NaN with fewer than two seeds whose merits have an order.

    Arguments:
        merits: what each candidate is worth alone, `(seeds, N)`.
    """
    return float(_mean_agreement(_directions(merits)))


def merit_agreement_by_chance(merits: npt.ArrayLike) -> Tails:
    """How likely `merit_agreement` is so high, or so low, if each seed dealt its merits out by itself.

    4,000 deals, always the same ones; the merits as found are one of them. Both are 1 where there is no pair of seeds.

    Arguments: as for `merit_agreement`.
    """
    directions = _directions(merits)
    if len(directions) < 2:
        return Tails(np.ones(()), np.ones(()))
    seeds, number = directions.shape[:2]
    random = np.random.default_rng(0)
    places = random.permuted(np.tile(np.arange(number), (_DEALS, seeds, 1)), axis=2)  # (deals, seeds, N)
    places[0] = np.arange(number)
    rows = np.arange(seeds)[:, None, None]
    return _tails(_mean_agreement(directions[rows, places[..., :, None], places[..., None, :]]))


def _directions(merits: npt.ArrayLike) -> Floats:
    """Of each pair of candidates which is the better one, `(seeds, N, N)`, of norm 1; seeds without an order left out.

    The τ_b of two seeds is their product.
    """
    merits = np.asarray(merits, dtype=np.float64)
    signs = np.sign(merits[:, :, None] - merits[:, None, :])
    sizes = np.sqrt((signs**2).sum(axis=(1, 2), keepdims=True))
    ordered = sizes.reshape(-1) > 0
    directions: Floats = signs[ordered] / sizes[ordered]
    return directions


def _mean_agreement(directions: Floats) -> Floats:
    """Over all pairs of seeds, `(...)`, from `(..., seeds, N, N)`."""
    seeds = directions.shape[-3]
    if seeds < 2:
        return np.full(directions.shape[:-3], np.nan)
    together = (directions.sum(axis=-3) ** 2).sum(axis=(-1, -2))
    mean: Floats = (together - seeds) / (seeds * (seeds - 1))
    return mean


def _dealt_agreements(shares: npt.ArrayLike, merits: npt.ArrayLike) -> Floats:
    """The mean of `agreements` for all orders in which the merits can be dealt out, the given one first."""
    found = agreements(shares, merits)
    shares, merits = _checked(shares, merits)
    above, better = (np.sign(values[:, :, None] - values[:, None, :]) for values in (shares, merits))  # (seeds, N, N)
    sizes = np.sqrt((above**2).sum(axis=(1, 2)) * (better**2).sum(axis=(1, 2)))  # what no order changes
    # Of all seeds together: how much a pair of shares agrees with a pair of merits, (N, N, N, N).
    together = np.einsum("sij,skl->ijkl", above / sizes[:, None, None], better) / len(found)
    orders = _orders(shares.shape[1])  # (orders, N)
    one, other = np.triu_indices(shares.shape[1], 1)
    means: Floats = 2 * together[one, other, orders[:, one], orders[:, other]].sum(axis=1)
    return means


def _tails(dealt: Floats) -> Tails:
    """How often chance gives so much as the first of these, on each side."""
    return Tails(np.mean(dealt >= dealt[0] - 1e-9), np.mean(dealt <= dealt[0] + 1e-9))


@functools.cache
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
