"""`fill_between`: the band from the lowest to the highest of what a line sums up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go


def fill_between(
    x: Iterable[Any], low: Iterable[float], high: Iterable[float], colour: str, opacity: float = 1.0, **more: Any
) -> go.Scatter:
    """What lies between `low` and `high` at `x`, each `(K,)`, filled; neither a line, nor words, nor in the legend.

    Arguments:
        more: of the trace, such as its axes or `legendgroup`.
    """
    there = list(x)
    return go.Scatter(
        x=[*there, *reversed(there)],
        y=[*high, *reversed(list(low))],
        fill="toself",
        fillcolor=colour,
        opacity=opacity,
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        **more,
    )
