"""What few seeds say about a claim: draws of what the models' values may be, and a verdict from them."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.names import BASELINES, OURS, ranges
from qtkit.simulation.structure import Structure, structure

EQUAL = tuple(
    tuple(f"Config {k}" for k, ansatz in enumerate(CANDIDATES, start=1) if structure(ansatz, depth=1) is kind)
    for kind in (Structure.UNIFORM, Structure.BASIS)
)
"""Baselines whose circuits give the same distribution whatever the angles: their runs agree in every digit."""

HOLDS, FAILS, NOISE = "holds", "does not hold", "within noise"
TOO_FEW = "not enough runs"

SIGNIFICANCE = 0.05
MIN_SEEDS = 3
"""Seeds of the search that `posterior` needs: its spread over them is the measure of noise."""

DRAWS = 20_000


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, what the seeds say, and whether the paper's own table agrees (None: it does not tell)."""

    text: str
    verdict: str
    evidence: str
    in_the_papers_table: bool | None


def posterior(values: Mapping[str, np.ndarray], stream: str) -> np.ndarray:
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
        known.setdefault((groups.get(label, label), *values[label].tolist()), len(known))
        for label in (OURS, *BASELINES)
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


def verdict(holds: np.ndarray) -> str:
    """Of `holds`, one truth a draw: it holds if it does in 95 % of them, and does not if it fails in 95 %."""
    share = holds.mean()
    return HOLDS if share >= 1 - SIGNIFICANCE else FAILS if share <= SIGNIFICANCE else NOISE


def some(holds: np.ndarray, least: int = 1) -> str:
    """The verdict on "of at least so many baselines it is true"; `holds` `(12, draws)`, a truth a baseline and draw.

    That of many one is true by chance is no evidence: of twelve equal models the search is seldom the best. So it holds
    only if it does of so many named baselines, each in more than 95 % of the draws, as twelve comparisons at once need
    (Bonferroni); it does not hold if in 95 % of the draws it is true of fewer.
    """
    shares = np.sort(holds.mean(axis=1))[::-1]
    if shares[least - 1] >= 1 - SIGNIFICANCE / (len(holds) - least + 1):
        return HOLDS
    return FAILS if (holds.sum(axis=0) < least).mean() >= 1 - SIGNIFICANCE else NOISE


def opposite(judged: str) -> str:
    """The verdict on a claim that is true if the judged one is not."""
    return {HOLDS: FAILS, FAILS: HOLDS}.get(judged, judged)


def beaten(drawn: np.ndarray) -> np.ndarray:
    """How many baselines lie below the search, `(draws,)`."""
    return (drawn[1:] < drawn[0]).sum(axis=0)


MOST = len(BASELINES) // 2
"""More than so many baselines are "most"."""


def values(part: pd.DataFrame, column: str) -> dict[str, np.ndarray]:
    """Each of the thirteen models' values, one a seed, in the order of the seeds."""
    ordered = part.sort_values("seed").groupby("label")[column]
    return {label: found.to_numpy(dtype=float) for label, found in ordered if label in (OURS, *BASELINES)}


def with_equals(frame: pd.DataFrame) -> pd.DataFrame:
    """The same runs, and for each baseline the seeds that only one equal to it has (see `EQUAL`), by experiment.

    A column `same_as` names the baseline whose runs these are, and is None for runs that were computed.
    """
    parts = [frame.assign(same_as=None)]
    for _, part in frame.groupby("experiment", sort=False):
        for group in EQUAL:
            of_group = part[part["label"].isin(group)]
            computed = of_group.groupby("seed")["label"].agg(set)
            for label, (seed, there) in itertools.product(group, computed.items()):
                if label not in there:
                    known = next(other for other in group if other in there)
                    runs = of_group[(of_group["label"] == known) & (of_group["seed"] == seed)]
                    parts.append(runs.assign(label=label, same_as=known))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def lacks(part: pd.DataFrame) -> str:
    """What is missing of the runs of an experiment, a row a run, in words; nothing if nothing is."""
    seeds, words = int((part["label"] == OURS).sum()), []
    if missing := [label.removeprefix("Config ") for label in BASELINES if label not in set(part["label"])]:
        words.append(f"no full run of config {ranges(missing)}")
    if seeds < MIN_SEEDS:
        words.append(f"{seeds} of {MIN_SEEDS} seeds of {OURS}")
    return "; ".join(words)


def refuse_twice(part: pd.DataFrame, title: str) -> None:
    """ValueError if a seed of a model is there twice."""
    again = part[part.duplicated(["label", "seed"])]
    if len(again):
        label, seed = again.iloc[0][["label", "seed"]]
        raise ValueError(f"{label} on {title} has seed {seed} more than once: choose the runs of one setting")
