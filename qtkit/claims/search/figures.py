"""The pictures beside the tables `search` and `rates`: `draw_choices`, `draw_rates`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from qtkit.claims.search.choice import agreement_over_time, points
from qtkit.claims.search.merit import MERITS
from qtkit.claims.search.spaces import Space

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_choices(spaces: Iterable[Space]) -> go.Figure:
    """Shares against merits and τ over the training, a row a search that has all its circuits alone in a seed.

    Raises:
        ValueError: if none has.
    """
    from qtkit.plots.choosing import AGREEMENT, POINTS, choosing_figure

    marks, lines = [], []
    for space in spaces:
        if space.seeds:
            search = {"search": f"{space.title} ({space.settings})"}
            ansatze = dict(zip(space.names, space.circuits, strict=True))
            found = points(space)
            marks.append(found.assign(**search, unit=space.merit.unit, ansatz=found["circuit"].map(ansatze)))
            lines.append(agreement_over_time(space).assign(**search))
    if not marks:
        return choosing_figure(pd.DataFrame(columns=list(POINTS)), pd.DataFrame(columns=list(AGREEMENT)))
    return choosing_figure(pd.concat(marks, ignore_index=True), pd.concat(lines, ignore_index=True))


def draw_rates(rates: pd.DataFrame) -> go.Figure:
    """Merit against trained numbers, a plot an experiment; `rates` as `best_rates` gives them.

    Raises:
        ValueError: if there is no row.
    """
    from qtkit.plots.budgets import budget_figure

    return budget_figure(rates.assign(unit=[MERITS[task].unit for task in rates["task"]]))
