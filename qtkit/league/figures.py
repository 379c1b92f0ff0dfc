"""The picture of a task: `draw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qtkit.league.regrets import regret_curves
from qtkit.league.table import Folder
from qtkit.league.verdicts import trials

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw(task: str = "fashion-5-7", *beside: pd.DataFrame, folder: Folder = None) -> go.Figure:
    """Regret against evaluations of DiffQAS and each search of `SEARCHES`, all over the circuits of DiffQAS.

    Arguments:
        task: one of `qtkit.league.TASKS`.
        beside: further trials, as `play(..., among=searched(task))` gives them.

    Raises:
        ValueError: for an unknown task, or one without a stored search.
        FileNotFoundError: if there is no table.
    """
    from qtkit.plots.league import regret_figure

    ours, rivals = trials(task, folder)
    curves = [regret_curves(each) for each in (ours, *rivals.values(), *beside)]
    return regret_figure(pd.concat(curves, ignore_index=True))
