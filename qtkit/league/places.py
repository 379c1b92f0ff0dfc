"""A search among the others: `place`."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qtkit.circuits.architectures import Architecture
from qtkit.league.playing import play
from qtkit.league.regrets import regret_curves
from qtkit.league.searches import SEARCHES, Search
from qtkit.league.table import Folder

CHECKPOINTS = (10, 20, 40)
"""Evaluations after which the regret is told."""


def place(
    *searches: Search,
    task: str = "fashion-5-7",
    seeds: Iterable[int] = range(50),
    among: Iterable[Architecture] | None = None,
    folder: Folder = None,
) -> pd.DataFrame:
    """The searches of `SEARCHES` and one's own, the best first: by their regret, the mean over all evaluations.

    Columns: `search`, `regret` (from 1 evaluation to the last of `CHECKPOINTS`, the mean), and the regret after each of
    `CHECKPOINTS`.

    Arguments:
        searches: generator functions, see `qtkit.league.searches`.
        task, seeds, among: as of `play`.

    Raises:
        ValueError, FileNotFoundError: as `play`.

    Example:
        >>> place()["search"].isin(SEARCHES).all()
        True
    """
    some, seeds = None if among is None else tuple(among), tuple(seeds)
    costs = range(1, CHECKPOINTS[-1] + 1)
    rows = []
    for search in (*SEARCHES.values(), *searches):
        played = play(search, task, seeds, budget=CHECKPOINTS[-1], among=some, folder=folder)
        curve = regret_curves(played, costs).set_index("cost")["regret"]
        rows.append((played["search"].iloc[0], curve.mean(), *(curve[cost] for cost in CHECKPOINTS)))
    columns = ["search", "regret", *(f"after {cost}" for cost in CHECKPOINTS)]
    return pd.DataFrame(rows, columns=columns).sort_values("regret", ignore_index=True)
