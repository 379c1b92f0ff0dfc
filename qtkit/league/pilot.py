"""Do few epochs keep the order of many? What longer trainings say: `order_kept`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from qtkit.circuits.architectures import CHOICES
from qtkit.league.table import HOW, Folder, merit_of, place_of, records
from qtkit.runs import results
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, PILOT_EPOCHS
from qtkit.runs.sweeps.search_plans import DISTINCT_CONFIGS

PILOT, PAPER = "pilot", "the paper's circuits"
"""What a τ is of: circuits of the plan's pilot, or the distinct ones of Table I in stored runs of Figures 5 to 7."""


def order_kept(folder: Folder = None) -> pd.DataFrame:
    """Kendall's τ of the order of merit after each epoch with that after `PILOT_EPOCHS`, on images.

    Columns: `source` (`PILOT` or `PAPER`), `task`, `epoch`, `circuits`, `seeds`, `tau` of merit then and at the end,
    and `tau_seen` of what a search sees then and the merit at the end; both the mean over the seeds.

    Raises:
        FileNotFoundError: if there is no table.
        ValueError: if neither the pilot nor runs of the paper's circuits are stored.
    """
    found = [*_of_pilot(folder), *_of_paper(folder)]
    if not found:
        raise ValueError(f"no longer trainings are stored; {HOW}")
    return pd.DataFrame(found, columns=["source", "task", "epoch", "circuits", "seeds", "tau", "tau_seen"])


Row = tuple[str, str, int, int, int, float, float]


def _of_pilot(folder: Folder) -> Iterator[Row]:
    rows = records(folder)
    rows = rows[rows["kind"] == "pilot"]
    for task, part in rows.groupby("task"):
        yield from _taus(PILOT, str(task), part, list(CHOICES))


def _of_paper(folder: Folder) -> Iterator[Row]:
    place = place_of(folder)[0].parent / "choices"
    for task in LEAGUE_TASKS:
        if not (place / "images" / f"{task}.parquet").is_file():
            continue
        rows = results.load("images", task, place)
        labels = [f"Config {k} · probability=scaled" for k in DISTINCT_CONFIGS]
        yield from _taus(PAPER, task, rows[rows["label"].isin(labels)], ["label"])


def _taus(source: str, task: str, rows: pd.DataFrame, names: list[str]) -> Iterator[Row]:
    """A row an epoch before the last that counts."""
    merit = merit_of(task)
    by_seed = []
    for _, part in rows[rows["epoch"] <= PILOT_EPOCHS].groupby("seed"):
        worth, seen = (
            part.pivot_table(index=names, columns="epoch", values=each) for each in (merit.column, merit.training)
        )
        by_seed.append((worth, -seen))
    if not by_seed:
        return
    for epoch in range(1, PILOT_EPOCHS):
        pairs = [
            [kendalltau(values[epoch], worth[PILOT_EPOCHS]).statistic for values in (worth, seen)]
            for worth, seen in by_seed
        ]
        tau, tau_seen = np.nan_to_num(np.array(pairs, dtype=np.float64)).mean(axis=0)
        yield source, task, epoch, len(by_seed[0][0]), len(by_seed), float(tau), float(tau_seen)
