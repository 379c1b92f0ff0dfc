"""The runs of the paper's thirteen models, a row a seed: what stands for what, and what is missing for a verdict."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.analysis.equality import equal_candidates
from qtkit.claims.statistics import MIN_SEEDS
from qtkit.names import BASELINES, OURS, ranges

_GROUPS = tuple(tuple(BASELINES[place] for place in group) for group in equal_candidates())

EQUAL = tuple(group for group in _GROUPS if len(group) > 1)
"""Baselines whose circuits give the same distribution whatever the angles: their runs agree in every digit."""

DISTINCT_BASELINES = tuple(group[0] for group in _GROUPS)
"""The distinct baselines, each by the first of its names: ranks and claims count a circuit once."""

DISTINCT = (OURS, *DISTINCT_BASELINES)
"""The search and the distinct baselines."""

STANDS_FOR = {label: group[0] for group in _GROUPS for label in group}
"""Each baseline's name among the distinct ones."""

FIGURE_SEEDS = 3
"""Seeds of the search that a figure needs; a verdict needs `MIN_SEEDS` of every model."""


def by_seed(part: pd.DataFrame, column: str) -> pd.DataFrame:
    """The values of a column, a row a seed that all distinct models have, a column a model of `DISTINCT`.

    Arguments:
        part: the runs of one experiment, a row a run, with `label` and `seed`, as `fill_equals` gives them.
    """
    table = part.pivot_table(index="seed", columns="label", values=column, dropna=False)
    return table.reindex(columns=list(DISTINCT)).dropna()


def lead(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """What the search has more than each distinct baseline, `(baselines, seeds)`; `table` as `by_seed` gives it."""
    ahead: npt.NDArray[np.float64] = (table[OURS].to_numpy()[:, None] - table[list(DISTINCT_BASELINES)].to_numpy()).T
    return ahead


def fill_equals(frame: pd.DataFrame) -> pd.DataFrame:
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


def describe_missing(part: pd.DataFrame) -> str:
    """What a figure lacks of the runs of an experiment, a row a run, in words; nothing if nothing is."""
    seeds, words = int((part["label"] == OURS).sum()), _describe_absent(part)
    if seeds < FIGURE_SEEDS:
        words.append(f"{seeds} of {FIGURE_SEEDS} seeds of {OURS}")
    return "; ".join(words)


def describe_few(part: pd.DataFrame) -> str:
    """What a verdict lacks of the runs of an experiment, a row a run, in words; nothing if nothing is."""
    if words := _describe_absent(part):
        return "; ".join(words)
    seeds = part[part["label"].isin(DISTINCT)].groupby("label", sort=False)["seed"].agg(set)
    if DISTINCT[0] not in seeds:
        return f"no full run of {OURS}"
    common = len(set.intersection(*seeds))
    if common >= MIN_SEEDS:
        return ""
    fewest = seeds.map(len).loc[list(DISTINCT)].idxmin()
    return f"{common} of {MIN_SEEDS} seeds that all models have in common; {fewest} has {len(seeds[fewest])}"


def refuse_duplicates(part: pd.DataFrame, title: str) -> None:
    """ValueError if a seed of a model is there twice."""
    again = part[part.duplicated(["label", "seed"])]
    if len(again):
        label, seed = again.iloc[0][["label", "seed"]]
        raise ValueError(f"{label} on {title} has seed {seed} more than once: choose the runs of one setting")


def _describe_absent(part: pd.DataFrame) -> list[str]:
    missing = [label.removeprefix("Config ") for label in BASELINES if label not in set(part["label"])]
    return [f"no full run of config {ranges(missing)}"] if missing else []
