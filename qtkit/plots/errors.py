"""`error_curves`: the test error over the epochs of a few runs, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from qtkit.checks import check_columns
from qtkit.plots.style import INK, MIXED_COLOUR, axis, base_layout

COLOURS = (INK, MIXED_COLOUR, "#E69F00", "#56B4E9")
"""In turn; none of them is a rotation's."""


def error_curves(runs: Mapping[str, pd.DataFrame], *, title: str = "") -> go.Figure:
    """A line a run.

    Arguments:
        runs: by name, tables of records with the columns `epoch` and `test_loss`; rows without an error are left out.

    Raises:
        ValueError: if there is no run, a column is missing, or a run has no error.
    """
    if not runs:
        raise ValueError("no run to show")
    figure = go.Figure(layout=base_layout(320))
    for number, (name, frame) in enumerate(runs.items()):
        check_columns(frame, ["epoch", "test_loss"])
        kept = frame.dropna(subset="test_loss")
        if kept.empty:
            raise ValueError(f"{name} has no test error: nothing to show")
        colour = COLOURS[number % len(COLOURS)]
        figure.add_trace(
            go.Scatter(
                x=kept["epoch"],
                y=kept["test_loss"],
                mode="lines",
                name=name,
                line={"color": colour, "width": 2, "dash": "solid" if number < len(COLOURS) else "dash"},
                hovertemplate=f"{name}<br>epoch %{{x}}: %{{y:.2g}}<extra></extra>",
            )
        )
    figure.update_layout(
        title={"text": title, "font": {"size": 13}, "x": 0.01},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"t": 64},
    )
    figure.update_xaxes(axis(title="epoch"))
    figure.update_yaxes(axis(type="log", dtick=1, exponentformat="power", title="test error"))
    return figure
