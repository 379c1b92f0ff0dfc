"""A claim of the paper with its verdict and its evidence; how one is judged: `weigh`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qtkit.claims.seeds import DISTINCT_BASELINES
from qtkit.claims.statistics import (
    FAILS,
    HOLDS,
    MIN_SEEDS,
    NOISE,
    SIGNIFICANCE,
    TOO_FEW,
    Tails,
    at_least,
    detectable,
    judge,
    signed_rank,
)

__all__ = ["FAILS", "HOLDS", "MIN_SEEDS", "MOST", "NOISE", "SIGNIFICANCE", "TOO_FEW", "Claim", "most", "weigh"]

MOST = len(DISTINCT_BASELINES) // 2 + 1
""""Most" of the distinct baselines are at least so many."""


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, what the seeds say, and whether the paper's own table agrees (None: it does not tell)."""

    text: str
    verdict: str
    evidence: str
    in_the_papers_table: bool | None

    def __str__(self) -> str:
        """A line, verdicts of several below each other."""
        return f"{self.verdict:>16}: {self.text} ({self.evidence})"


def most(tails: Tails) -> Tails:
    """The p-values of "of most distinct baselines it is true", from those of each."""
    return at_least(tails, MOST)


def weigh(
    differences: np.ndarray, combine: Callable[[Tails], Tails], evidence: str, say: Callable[[float], str]
) -> tuple[str, str]:
    """The verdict on a claim, and its evidence; within noise, the effect that these seeds could have seen is added.

    With fewer than six seeds there are not enough runs, whatever they say.

    Arguments:
        differences: `(..., seeds)`, positive where a comparison is true.
        combine: from the comparisons' p-values to those of the claim, see `qtkit.claims.statistics`.
        evidence: the runs' own numbers in words.
        say: a difference of this size in words, such as "0.012".
    """
    if differences.shape[-1] < MIN_SEEDS:
        return TOO_FEW, evidence
    verdict = judge(combine(signed_rank(differences)))
    if verdict == NOISE:
        evidence += f"; {say(detectable(differences, combine))} would have been seen"
    return verdict, evidence


def say_difference(size: float) -> str:
    """A difference of accuracies, returns or ranks in words."""
    return f"a difference of {size:.2g}"


def say_factor(size: float) -> str:
    """A difference of decimal logarithms as a factor, in words."""
    return f"a factor of {10**size:.2g}"
