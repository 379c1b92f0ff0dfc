"""What so many trained numbers are worth: the search, its circuits and its rivals side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from qtkit.checks import check_columns
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.names import BASELINES, OURS, counted
from qtkit.plots.models import model_styles
from qtkit.plots.style import INK, Spec, axis, base_layout

COLUMNS = (
    "task",
    "experiment",
    "settings",
    "unit",
    "model",
    "numbers",
    "rate",
    "seeds",
    "merit",
    "low",
    "high",
    "merits",
)

_WITHOUT_HADAMARD = [name for name, circuit in zip(BASELINES, CANDIDATES, strict=True) if not circuit.hadamard]

WIDE = 0.025
"""How far apart models stand that train as many numbers, as a part of a decade."""


def budget_figure(rates: pd.DataFrame) -> go.Figure:
    """A plot an experiment: merit against the numbers that a model trains, each at its own best learning rate.

    A mark is the typical seed, the bar its bounds (with fewer than six seeds the range of the seeds, drawn thin), a dot
    a seed. Models that train about as many numbers stand side by side. A square is a circuit with the ring.

    Arguments:
        rates: as `qtkit.claims.search.rates.best_rates` gives them, with the merit's `unit`.

    Raises:
        ValueError: if a column is missing, or there is no row.
    """
    check_columns(rates, list(COLUMNS))
    if rates.empty:
        raise ValueError("no model has runs at several learning rates: nothing to show")
    groups = list(rates.groupby(["experiment", "settings"], sort=False))
    rows = -(-len(groups) // 2)
    figure = make_subplots(
        rows,
        min(2, len(groups)),
        subplot_titles=[f"{experiment} <sub>({settings})</sub>" for (experiment, settings), _ in groups],
        horizontal_spacing=0.12,
        vertical_spacing=min(0.3, 90 / (340 * rows)),
    )
    styles, shown = model_styles(list(dict.fromkeys(rates["model"]))), set()
    for place, (_, part) in enumerate(groups):
        row, column = place // 2 + 1, place % 2 + 1
        for model, at in zip(part["model"], _apart(part["numbers"].to_numpy(dtype=float)), strict=True):
            one = part[part["model"] == model].iloc[0]
            for trace in _model(one, at, styles[model], named=model not in shown):
                figure.add_trace(trace, row=row, col=column)
            shown.add(model)
        figure.update_yaxes(axis(title=part["unit"].iloc[0], nticks=6), row=row, col=column)
    figure.update_xaxes(axis(title="trained numbers", type="log", tickformat=",d", dtick="D2"))
    figure.update_layout(
        base_layout(60 + 340 * rows)
        | {"showlegend": True, "margin": {"l": 64, "r": 16, "t": 48, "b": 48}}
        | {"legend": {"font": {"size": 11}, "tracegroupgap": 0}}
    )
    return figure


def _apart(numbers: np.ndarray) -> list[float]:
    """Where each model stands: at its numbers, those less than twice `WIDE` apart spread around it."""
    places = [0.0] * len(numbers)
    logarithms = np.log10(numbers)
    order = np.argsort(logarithms, kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or logarithms[order[end]] - logarithms[order[end - 1]] > 2 * WIDE:
            cluster = order[start:end]
            centre = float(logarithms[cluster].mean())
            for step, model in enumerate(cluster):
                places[model] = 10 ** (centre + WIDE * (step - (len(cluster) - 1) / 2))
            start = end
    return places


def _model(one: pd.Series, at: float, style: Spec, *, named: bool) -> list[go.Scatter]:
    """The mark with its bar, and the seeds."""
    values = list(one["merits"].values())
    bounded = np.isfinite(one["low"]) and np.isfinite(one["high"])
    low, high = (one["low"], one["high"]) if bounded else (min(values), max(values))
    ours, colour = one["model"] == OURS, style["color"]
    symbol = "diamond" if ours else "square" if style.get("dash") == "dash" else "circle"
    if one["model"] in _WITHOUT_HADAMARD:  # hollow, as in every other picture of circuits
        symbol = f"{symbol}-open"
    hover = (
        f"{one['model']}: {one['numbers']:,} numbers, rate {one['rate']:g}<br>%{{y:.4g}} "
        f"({low:.4g} to {high:.4g}, {counted(one['seeds'], 'seed')})<extra></extra>"
    )
    mark = go.Scatter(
        x=[at],
        y=[one["merit"]],
        mode="markers",
        name=f"<b>{one['model']}</b>" if ours else one["model"],
        legendgroup=one["model"],
        showlegend=named,
        marker={"size": 11 if ours else 9, "color": colour, "symbol": symbol},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - one["merit"]],
            "arrayminus": [one["merit"] - low],
            "color": colour,
            "thickness": 2.2 if bounded else 1,
            "width": 5,
        },
        hovertemplate=hover,
    )
    seeds = go.Scatter(
        x=[at] * len(values),
        y=values,
        mode="markers",
        marker={"size": 4, "color": INK, "opacity": 0.6},
        legendgroup=one["model"],
        showlegend=False,
        hoverinfo="skip",
    )
    return [seeds, mark]
