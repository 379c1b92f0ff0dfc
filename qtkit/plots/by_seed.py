"""Whether one seed tells what another will: many settings, each by what it came to with two seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from qtkit.plots.style import FONT, GRID, INK, MIXED_COLOUR, axis, base_layout

BEST = 5
"""So many settings are drawn large: the best with the first seed."""


def by_seed_figure(factors: pd.DataFrame, *, title: str | None = None) -> go.Figure:
    """A point a setting: across its error with one seed, upwards with another, both over the printed one, logarithmic.

    Settings that were good for a reason lie on the diagonal, settings that were lucky anywhere. The five lowest with
    the first seed are drawn large.

    Arguments:
        factors: a row a setting, by its name, a column a seed, of which the first two are shown; positive, such as
            `qtkit.claims.left_open.measure_factors` gives.

    Raises:
        ValueError: for fewer than two seeds, no row, or a value that is not positive.
    """
    if factors.shape[1] < 2 or factors.empty:
        raise ValueError(f"two seeds of some settings are needed, got a table of shape {factors.shape}")
    values = factors.iloc[:, :2].to_numpy(dtype=float)
    if not (values > 0).all():
        raise ValueError("every value must be positive: the axes are logarithmic")
    first, second = (f"seed {seed}" for seed in factors.columns[:2])
    best = np.argsort(values[:, 0], kind="stable")[:BEST]
    figure = go.Figure(layout=base_layout(380))
    for rows, size, colour, name in (
        (np.delete(np.arange(len(values)), best), 6, INK, "the others"),
        (best, 11, MIXED_COLOUR, f"the {len(best)} best with {first}"),
    ):
        figure.add_scatter(
            x=values[rows, 0].round(4),
            y=values[rows, 1].round(4),
            mode="markers",
            marker={"size": size, "color": colour, "opacity": 0.85},
            name=name,
            text=[str(factors.index[row]) for row in rows],
            hovertemplate=f"%{{text}}<br>{first}: %{{x:.3g}}, {second}: %{{y:.3g}}<extra></extra>",
        )
    ends = [values.min() / 1.3, values.max() * 1.3]
    for line in ({"x0": 1, "x1": 1, "y0": ends[0], "y1": ends[1]}, {"y0": 1, "y1": 1, "x0": ends[0], "x1": ends[1]}):
        figure.add_shape(line, type="line", line={"color": INK, "width": 1, "dash": "dot"})
    figure.add_shape(type="line", x0=ends[0], x1=ends[1], y0=ends[0], y1=ends[1], line={"color": GRID, "width": 2})
    limits = {"type": "log", "range": np.log10(ends).tolist(), "dtick": 1, "tickformat": "~g"}
    figure.update_xaxes(axis(title=f"× the printed error, {first}", **limits))
    figure.update_yaxes(axis(title=f"× the printed error, {second}", **limits))
    figure.update_layout(
        title={"text": title, "font": {"size": 14, "family": FONT}},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 12}},
        margin={"l": 64, "t": 72 if title else 36, "b": 44},
    )
    return figure
