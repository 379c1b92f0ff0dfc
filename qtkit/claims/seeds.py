"""The runs of the paper's thirteen models, a row a seed: what stands for what, and what is missing for a verdict."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.names import BASELINES, OURS, PAPER_MODELS, ranges
from qtkit.simulation.structure import Structure, structure

EQUAL = tuple(
    tuple(f"Config {k}" for k, ansatz in enumerate(CANDIDATES, start=1) if structure(ansatz, depth=1) is kind)
    for kind in (Structure.UNIFORM, Structure.BASIS)
)
"""Baselines whose circuits give the same distribution whatever the angles: their runs agree in every digit."""

MIN_SEEDS = 3
"""Seeds of the search that a posterior needs: its spread over them is the measure of noise."""


def collect_values(part: pd.DataFrame, column: str) -> dict[str, np.ndarray]:
    """Each of the thirteen models' values, one a seed, in the order of the seeds."""
    ordered = part.sort_values("seed").groupby("label")[column]
    return {label: found.to_numpy(dtype=float) for label, found in ordered if label in PAPER_MODELS}


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
    """What is missing of the runs of an experiment, a row a run, in words; nothing if nothing is."""
    seeds, words = int((part["label"] == OURS).sum()), []
    if missing := [label.removeprefix("Config ") for label in BASELINES if label not in set(part["label"])]:
        words.append(f"no full run of config {ranges(missing)}")
    if seeds < MIN_SEEDS:
        words.append(f"{seeds} of {MIN_SEEDS} seeds of {OURS}")
    return "; ".join(words)


def refuse_duplicates(part: pd.DataFrame, title: str) -> None:
    """ValueError if a seed of a model is there twice."""
    again = part[part.duplicated(["label", "seed"])]
    if len(again):
        label, seed = again.iloc[0][["label", "seed"]]
        raise ValueError(f"{label} on {title} has seed {seed} more than once: choose the runs of one setting")
