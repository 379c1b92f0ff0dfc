"""Does DiffQAS find better circuits than a search without gradients that costs as much? `standings`, `claims`."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from qtkit.claims.statistics import mean_interval
from qtkit.claims.verdicts import Claim, weigh
from qtkit.league.diffqas import NAME, play_diffqas
from qtkit.league.playing import play
from qtkit.league.regrets import regret_at
from qtkit.league.searches import SEARCHES
from qtkit.league.table import HOW, Folder, merit_of, place_of, records
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, searched

TRIALS = 100
"""Of each simulated search: their mean is as good as known."""

EARLY = 0.5
"""The part of a search after which it is judged, besides at its end."""

NOTE = """\
cost: in evaluations, trainings of one circuit to the end; a step of DiffQAS simulates all its circuits, so that a whole
training costs as many evaluations as it has circuits. regret: what the pick's merit lacks to the best circuit's, both
the mean over the table's seeds; low, high: bounds of the mean over trials, by the bootstrap. Merit is test accuracy, or
-log10 of the test error; searches see the training data alone. All search over the same circuits: those of DiffQAS."""
"""What the columns of `standings` are."""


def standings(task: str | None = None, folder: Folder = None) -> pd.DataFrame:
    """The regret of DiffQAS and of each search of `SEARCHES` at the same costs; see `NOTE` for the columns.

    Arguments:
        task: one of `qtkit.league.TASKS`; by default all that have a stored search.

    Raises:
        ValueError: for an unknown task, or one without a stored search.
        FileNotFoundError: if there is no table.
    """
    rows = []
    for each in _tasks(task, folder):
        ours, rivals = trials(each, folder)
        for cost in _costs(ours):
            for name, played in {NAME: ours, **rivals}.items():
                regrets = regret_at(played, cost)
                regrets = regrets[np.isfinite(regrets)]
                if len(regrets):
                    rows.append((each, cost, name, len(regrets), *mean_interval(regrets)))
    return pd.DataFrame(rows, columns=["task", "cost", "search", "trials", "regret", "low", "high"])


def claims(task: str | None = None, folder: Folder = None) -> list[Claim]:
    """On each task, that DiffQAS's pick has less regret than what each other search has on average at the same cost.

    The differences are by the seeds of DiffQAS, of which a verdict takes six; arguments and errors as of `standings`.
    """
    found = []
    for each in _tasks(task, folder):
        ours, rivals = trials(each, folder)
        merit = merit_of(each)
        for cost in _costs(ours):
            own = regret_at(ours, cost)
            for name, played in rivals.items():
                usual = float(np.nanmean(regret_at(played, cost)))
                evidence = f"{own.mean():.3f} ({own.min():.3f} to {own.max():.3f}), {name} {usual:.3f}"
                verdict, evidence = weigh(usual - own, lambda tails: tails, evidence, merit.say)
                text = f"on {each} after {cost:.0f} evaluations DiffQAS has less regret than {name}"
                found.append(Claim(text, verdict, evidence, None))
    return found


def _tasks(task: str | None, folder: Folder) -> list[str]:
    """The task, or all that have a stored search."""
    if task is not None:
        return [task]
    rows = records(folder)
    there = set(rows.loc[rows["kind"] == "search", "task"])
    if not there:
        raise ValueError(f"the table has no search yet; {HOW}")
    return [each for each in LEAGUE_TASKS if each in there]


def trials(task: str, folder: Folder = None) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Those of DiffQAS, and by name those of each search of `SEARCHES`, over the same circuits and as costly."""
    return _trials(task, *place_of(folder))


@functools.lru_cache(maxsize=6)
def _trials(task: str, place: Path, stamp: object) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:  # noqa: ARG001  the stamp tells versions apart
    circuits, folder = searched(task), place.parent
    ours = play_diffqas(task, folder=folder)
    budget = float(ours["cost"].max())
    rivals = {
        name: play(search, task, range(TRIALS), budget=budget, among=circuits, name=name, folder=folder)
        for name, search in SEARCHES.items()
    }
    return ours, rivals


def _costs(ours: pd.DataFrame) -> tuple[float, float]:
    """Half-way, at an epoch's end, and at the end."""
    costs = sorted(set(ours["cost"]))
    half = [cost for cost in costs if cost <= EARLY * costs[-1] + 1e-9]
    return (half or costs)[-1], costs[-1]
