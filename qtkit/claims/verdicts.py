"""What few seeds say about a claim: draws of what the models' values may be, and a verdict from them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qtkit.claims.seeds import EQUAL, MIN_SEEDS
from qtkit.names import BASELINES, PAPER_MODELS

HOLDS, FAILS, NOISE = "holds", "does not hold", "within noise"
TOO_FEW = "not enough runs"

SIGNIFICANCE = 0.05

DRAWS = 20_000

MOST = len(BASELINES) // 2
"""More than so many baselines are "most"."""


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


def sample_posterior(values: Mapping[str, np.ndarray], stream: str) -> np.ndarray:
    """What the thirteen models' values may be, `(13, draws)`, the search first.

    The seeds of a model are taken as normal around the model's value, with a spread of its own if it has three seeds
    that differ, else with the one spread of all models that have more than one seed; values and spreads are drawn from
    what the runs tell of them (flat prior), 20,000 times. Baselines that are equal (see `EQUAL`) and have the same
    numbers count as often as the paper counts them, but have their noise in common.

    Arguments:
        values: of the search and each baseline, one a seed, at least one; of the search at least three.
        stream: a name of what is measured; measures of the same name have their random numbers in common.
    """
    generator = np.random.default_rng(zlib.crc32(stream.encode()))
    known: dict[tuple[Any, ...], int] = {}  # models that are one
    groups = {label: group for group in EQUAL for label in group}
    places = [
        known.setdefault((groups.get(label, label), *values[label].tolist()), len(known)) for label in PAPER_MODELS
    ]
    seeds = [np.array(key[1:]) for key in known]
    squares = np.array([((each - each.mean()) ** 2).sum() for each in seeds])
    freedom = np.array([len(each) - 1 for each in seeds])
    pooled = np.sqrt(squares.sum() / generator.chisquare(freedom.sum(), DRAWS))
    drawn = []
    for each, own, n in zip(seeds, squares, freedom, strict=True):
        spread = np.sqrt(own / generator.chisquare(n, DRAWS)) if n >= MIN_SEEDS - 1 and own else pooled
        drawn.append(each.mean() + spread * generator.standard_normal(DRAWS) / np.sqrt(len(each)))
    return np.array(drawn)[places]


def judge(holds: npt.ArrayLike) -> str:
    """The verdict on `holds`, one truth a draw: it holds if it does in 95 % of them, fails if it fails in 95 %."""
    share = np.asarray(holds).mean()
    return HOLDS if share >= 1 - SIGNIFICANCE else FAILS if share <= SIGNIFICANCE else NOISE


def judge_any(holds: np.ndarray, least: int = 1) -> str:
    """The verdict on "of at least so many baselines it is true"; `holds` `(12, draws)`, a truth a baseline and draw.

    That of many one is true by chance is no evidence: of twelve equal models the search is seldom the best. So it holds
    only if it does of so many named baselines, each in more than 95 % of the draws, as twelve comparisons at once need
    (Bonferroni); it does not hold if in 95 % of the draws it is true of fewer.
    """
    shares = np.sort(holds.mean(axis=1))[::-1]
    if shares[least - 1] >= 1 - SIGNIFICANCE / (len(holds) - least + 1):
        return HOLDS
    return FAILS if (holds.sum(axis=0) < least).mean() >= 1 - SIGNIFICANCE else NOISE


def negate(verdict: str) -> str:
    """The verdict on the claim that is true if the judged one is not."""
    return {HOLDS: FAILS, FAILS: HOLDS}.get(verdict, verdict)


def count_below(drawn: np.ndarray) -> np.ndarray:
    """How many baselines lie below the search in each draw, `(draws,)`."""
    counts: np.ndarray = (drawn[1:] < drawn[0]).sum(axis=0)
    return counts
