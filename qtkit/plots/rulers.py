"""`ruler_figure`: an error is much or little beside forecasters without a network."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from qtkit.checks import check_columns
from qtkit.names import OURS
from qtkit.plots.models import CASING, OURS_COLOUR
from qtkit.plots.style import FONT, INK, axis, base_layout

SYMBOLS = ("triangle-up-open", "square-open", "diamond-open")
"""Of the rulers, in turn: they are told apart by shape, since colours belong to models."""


def ruler_figure(summary: pd.DataFrame) -> go.Figure:
    """Normalised errors on each series: the search's median and range over the seeds, and every ruler's.

    Errors are over the variance of the test targets, on a logarithmic axis: at 1, the dotted line, is who says their
    mean, always.

    Arguments:
        summary: as `qtkit.claims.rulers.beside` gives it; models other than the search are left out.

    Raises:
        ValueError: if a column is missing, or there is no row of the search.
    """
    check_columns(summary, ["dataset", "model", "median", "low", "high", "normalised", "rank"])
    ours = summary[summary["model"] == OURS]
    if ours.empty:
        raise ValueError(f"the table has no row of {OURS}: nothing to hold rulers against")
    rulers = summary[summary["rank"].isna()]
    names = list(dict.fromkeys(rulers["model"]))
    figure = go.Figure(layout=base_layout(110 + 56 * len(ours)))
    variances = ours["median"] / ours["normalised"]
    for low, high, dataset in zip(ours["low"] / variances, ours["high"] / variances, ours["dataset"], strict=True):
        for line in ({"color": CASING, "width": 7}, {"color": OURS_COLOUR, "width": 3}):
            figure.add_trace(
                go.Scatter(
                    x=[low, high], y=[dataset, dataset], mode="lines", line=line, showlegend=False, hoverinfo="skip"
                )
            )
    for name, symbol in ((OURS, "circle"), *zip(names, SYMBOLS, strict=False)):
        part = ours if name == OURS else rulers[rulers["model"] == name]
        colour, edge = (OURS_COLOUR, CASING) if name == OURS else (INK, INK)
        marker = {"symbol": symbol, "size": 13, "color": colour, "line": {"color": edge, "width": 2}}
        figure.add_trace(
            go.Scatter(
                x=part["normalised"],
                y=part["dataset"],
                mode="markers",
                marker=marker,
                name=f"{name}, median and range" if name == OURS else name,
                showlegend=True,
                hovertemplate=f"{name}, %{{y}}: %{{x:.2g}}<extra></extra>",
            )
        )
    line = {"color": INK, "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=1, x1=1, y0=0, y1=1, yref="paper", line=line)
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"family": FONT, "size": 13}},
        margin={"l": 90, "t": 44, "b": 52},
    )
    title = "test error over the variance of the test targets (less is better)"
    figure.update_xaxes(axis(type="log", title=title, exponentformat="power"))
    figure.update_yaxes(axis(autorange="reversed"))
    return figure
