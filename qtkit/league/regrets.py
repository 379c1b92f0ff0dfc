"""Regret against evaluations, over many trials: `regret_curves`, `regret_at`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.claims.statistics import mean_interval
from qtkit.league.playing import COLUMNS

Floats = npt.NDArray[np.float64]


def regret_at(played: pd.DataFrame, cost: float) -> Floats:
    """The regret of each trial when it had spent so many evaluations, `(trials,)`, by seed.

    A trial that has ended keeps its last pick; one that has not answered yet has none, and NaN.

    Arguments:
        played: of one search and task, as `play` gives it.
        cost: in evaluations.

    Raises:
        ValueError: for several searches or tasks, or columns that are missing.

    Example:
        >>> from qtkit.league import play
        >>> regret_at(play("random", seeds=range(3), budget=4), cost=4).shape
        (3,)
    """
    _check(played)
    if played[["search", "task"]].drop_duplicates().shape[0] != 1:
        raise ValueError("regret_at takes the trials of one search on one task: select them first")
    return _regrets(played, [cost])[:, 0]


def regret_curves(played: pd.DataFrame | Iterable[pd.DataFrame], costs: Iterable[float] | None = None) -> pd.DataFrame:
    """The mean regret against evaluations: columns `search`, `task`, `cost`, `regret`, `low`, `high`, `trials`.

    The bounds are those of `qtkit.claims.statistics.mean_interval`, over trials: what the table's own three seeds leave
    open is not in them.

    Arguments:
        played: as `play` and `play_diffqas` give it, several of them too.
        costs: in evaluations; by default every whole one, and of searches that pick seldom each that they have.

    Raises:
        ValueError: if columns are missing, or there is no row.
    """
    whole = played if isinstance(played, pd.DataFrame) else pd.concat(list(played), ignore_index=True)
    _check(whole)
    asked, rows = None if costs is None else list(costs), []
    for (search, task), trials in whole.groupby(["search", "task"], sort=False):
        costs = _costs(trials) if asked is None else asked
        for cost, regrets in zip(costs, _regrets(trials, costs).T, strict=True):
            known = regrets[np.isfinite(regrets)]
            if len(known):
                rows.append((search, task, float(cost), *mean_interval(known), len(known)))
    return pd.DataFrame(rows, columns=["search", "task", "cost", "regret", "low", "high", "trials"])


def _regrets(played: pd.DataFrame, costs: Sequence[float]) -> Floats:
    """Of each trial at each cost, `(trials, costs)`; NaN before its first answer."""
    found = []
    for _, trial in played.groupby("seed"):
        spent, regrets = (trial[name].to_numpy(np.float64) for name in ("cost", "regret"))
        answers = np.searchsorted(spent, np.asarray(costs, dtype=np.float64) + 1e-9, side="right")
        found.append(np.concatenate([[np.nan], regrets])[answers])
    return np.array(found)


def _costs(trials: pd.DataFrame) -> list[float]:
    """Where a curve has points: at whole evaluations, or where each trial has the same few."""
    own = sorted(set(trials["cost"].round(9)))
    whole = range(1, int(trials["cost"].max()) + 1)
    return list(own) if len(own) <= len(whole) and not all(cost == int(cost) for cost in own) else list(whole) or own


def _check(played: pd.DataFrame) -> None:
    if missing := sorted(set(COLUMNS) - set(played.columns)):
        raise ValueError(f"the trials of a search have the columns {list(COLUMNS)}; {missing} are missing")
    if played.empty:
        raise ValueError("no trial has a row: nothing to sum up")
