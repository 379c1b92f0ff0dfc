"""Two-sided sign tests over seeds: is one model lower than another, is one among the first of many."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from qtkit.claims.verdicts import FAILS, HOLDS, NOISE, SIGNIFICANCE

MIN_SEEDS = 6
"""Seeds that a verdict needs: of five, even all that agree are no proof at 5 %."""


def judge_signs(wins: int, losses: int) -> str:
    """The verdict on "more often a win than a loss"; ties count as neither."""
    if 2 * _tail(max(wins, losses), min(wins, losses)) > SIGNIFICANCE:
        return NOISE
    return HOLDS if wins > losses else FAILS


def judge_place(table: pd.DataFrame, model: str, place: int) -> str:
    """Whether `model` is among the first `place`; `table` has a row a seed, a column a model, low is good.

    So many comparisons at once need smaller p-values than one: that m of n are true is told from the m-th smallest,
    times n + 1 - m (Benjamini and Heller 2008), and each direction has half of the 5 %.
    """
    others = table.drop(columns=model)
    worse, better = others.gt(table[model], axis=0).sum(), others.lt(table[model], axis=0).sum()

    def proven(least: int, tails: Iterable[float]) -> bool:
        """Whether at least so many of the comparisons are true; whatever they have to do with each other."""
        ordered = sorted(tails)
        return ordered[least - 1] * (len(ordered) - least + 1) <= SIGNIFICANCE / 2

    if proven(table.shape[1] - place, map(_tail, worse, better)):
        return HOLDS
    return FAILS if proven(place, map(_tail, better, worse)) else NOISE


def count_signs(one: pd.Series, other: pd.Series) -> tuple[int, int]:
    """In how many seeds `one` is lower, and in how many higher."""
    return int((one < other).sum()), int((one > other).sum())


def _tail(wins: int, losses: int) -> float:
    """How likely so many wins or more are, if a win is as likely as a loss."""
    n = wins + losses
    return float(sum(math.comb(n, k) for k in range(wins, n + 1)) / 2**n)
